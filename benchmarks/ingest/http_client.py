"""The cheapest client there is: HTTP/1.1 by hand over connections that stay open."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Self
from urllib.parse import urlsplit

import orjson
import websockets

LENGTH = b"content-length:"
PROTOCOL = websockets.Subprotocol("graphql-transport-ws")


class Connection:
    """One keep-alive connection; one request at a time."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes
    ) -> None:
        self._reader, self._writer, self._head = reader, writer, head

    @classmethod
    async def open(cls, url: str, key: str) -> Self:
        parts = urlsplit(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Authorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: "
        )
        return cls(reader, writer, head.encode())

    async def post(self, body: bytes) -> bytes:
        """The body of an answer that was 200."""
        self._writer.write(b"%s%d\r\n\r\n%s" % (self._head, len(body), body))
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        start = head.index(LENGTH) + len(LENGTH)
        answer = await self._reader.readexactly(int(head[start : head.index(b"\r", start)]))
        if not head.startswith(b"http/1.1 200"):
            raise RuntimeError(answer.decode(errors="replace"))
        return answer

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        answer = orjson.loads(
            await self.post(orjson.dumps({"query": query, "variables": variables}))
        )
        if answer.get("errors"):
            raise RuntimeError(str(answer["errors"]))
        data: dict[str, Any] = answer["data"]
        return data

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


@asynccontextmanager
async def connections(url: str, key: str, count: int) -> AsyncGenerator[list[Connection], None]:
    opened = [await Connection.open(url, key) for _ in range(count)]
    try:
        yield opened
    finally:
        for one in opened:
            await one.close()


@asynccontextmanager
async def subscriber(
    url: str, key: str, query: str
) -> AsyncGenerator[websockets.ClientConnection, None]:
    """A websocket on which the subscription has begun."""
    async with websockets.connect(url.replace("http", "ws", 1), subprotocols=[PROTOCOL]) as socket:
        authorization = {"Authorization": f"Bearer {key}"}
        await socket.send(
            orjson.dumps({"type": "connection_init", "payload": authorization}).decode()
        )
        await socket.recv()
        subscribe = {"id": "1", "type": "subscribe", "payload": {"query": query}}
        await socket.send(orjson.dumps(subscribe).decode())
        yield socket
