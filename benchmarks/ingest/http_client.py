"""A minimal HTTP/1.1 client over connections that stay open, so that it costs little itself."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Self
from urllib.parse import urlsplit

import orjson
import websockets

CONTENT_LENGTH = b"content-length:"
PROTOCOL = websockets.Subprotocol("graphql-transport-ws")


class Connection:
    """One persistent connection that carries one request at a time."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes
    ) -> None:
        self._reader, self._writer, self._head = reader, writer, head

    @classmethod
    async def open(cls, url: str, key: str | None) -> Self:
        """Open a connection whose requests carry the API key, if there is one."""
        parts = urlsplit(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        authorization = "" if key is None else f"Authorization: Bearer {key}\r\n"
        head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{authorization}"
            "Content-Type: application/json\r\nContent-Length: "
        )
        return cls(reader, writer, head.encode())

    async def post(self, body: bytes) -> bytes:
        """Send a request and return the body of its response.

        Raises RuntimeError if the status is not 200.
        """
        self._writer.write(b"%s%d\r\n\r\n%s" % (self._head, len(body), body))
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        start = head.index(CONTENT_LENGTH) + len(CONTENT_LENGTH)
        content = await self._reader.readexactly(int(head[start : head.index(b"\r", start)]))
        if not head.startswith(b"http/1.1 200"):
            raise RuntimeError(content.decode(errors="replace"))
        return content

    async def execute(self, query: str, **variables: Any) -> dict[str, Any]:
        """Execute an operation and return its data. Raises RuntimeError if it has errors."""
        body = orjson.dumps({"query": query, "variables": variables})
        result = orjson.loads(await self.post(body))
        if result.get("errors"):
            raise RuntimeError(str(result["errors"]))
        data: dict[str, Any] = result["data"]
        return data

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


@asynccontextmanager
async def open_connections(
    url: str, key: str, count: int
) -> AsyncGenerator[list[Connection], None]:
    connections = [await Connection.open(url, key) for _ in range(count)]
    try:
        yield connections
    finally:
        for connection in connections:
            await connection.close()


@asynccontextmanager
async def open_subscription(
    url: str, key: str, query: str
) -> AsyncGenerator[websockets.ClientConnection, None]:
    """Open a websocket and send a subscription, which the server does not acknowledge."""
    async with websockets.connect(url.replace("http", "ws", 1), subprotocols=[PROTOCOL]) as socket:
        authorization = {"Authorization": f"Bearer {key}"}
        await socket.send(
            orjson.dumps({"type": "connection_init", "payload": authorization}).decode()
        )
        await socket.recv()
        subscribe = {"id": "1", "type": "subscribe", "payload": {"query": query}}
        await socket.send(orjson.dumps(subscribe).decode())
        yield socket
