"""Clients made by hand: they ask, and then read nothing, for a library would read ahead."""

import asyncio
import json
import os
import socket
import struct
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

BUFFER = 4096
"""Bytes of the socket: the kernel takes no more for it than about twice this, each way."""
TEXT, PING, LAST, MASKED = 0x1, 0x9, 0x80, 0x80


class RawClient:
    def __init__(self, connection: socket.socket, host: str) -> None:
        self._socket, self._host = connection, host
        self._loop = asyncio.get_running_loop()

    async def request(self, method: str, headers: Mapping[str, str], body: str = "") -> None:
        lines = [f"{method} /graphql HTTP/1.1", f"Host: {self._host}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        await self.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())

    async def open_websocket(self, headers: Mapping[str, str]) -> None:
        """Up to the acknowledgement."""
        given = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
            "Sec-WebSocket-Protocol": "graphql-transport-ws",
        }
        await self.request("GET", given | dict(headers))
        await self.read_until(b"\r\n\r\n")
        await self.say(type="connection_init")
        await self.read_until(b"connection_ack")

    async def say(self, **message: Any) -> None:
        await self.write(frame(TEXT, json.dumps(message).encode()))

    async def write(self, data: bytes) -> None:
        await self._loop.sock_sendall(self._socket, data)

    async def read_until(self, end: bytes) -> bytes:
        """Not one byte more."""
        got = b""
        while end not in got:
            byte = await self._loop.sock_recv(self._socket, 1)
            if not byte:
                raise ConnectionError(got)
            got += byte
        return got

    async def go_on_until(self, end: bytes) -> None:
        """As fast as it can."""
        got = b""
        while end not in got:
            some = await self._loop.sock_recv(self._socket, 65536)
            if not some:
                raise ConnectionError(got)
            got = got[-len(end) :] + some

    async def rest(self) -> bytes:
        """What the kernel still has, until the server or the kernel has ended the connection."""
        got = b""
        try:
            while some := await self._loop.sock_recv(self._socket, 65536):
                got += some
        except ConnectionError:
            pass
        return got


def frame(kind: int, content: bytes) -> bytes:
    mask = os.urandom(4)
    hidden = bytes(byte ^ mask[place % 4] for place, byte in enumerate(content))
    short = len(content) if len(content) < 126 else 126
    length = b"" if short < 126 else struct.pack("!H", len(content))
    return struct.pack("!BB", LAST | kind, MASKED | short) + length + mask + hidden


@asynccontextmanager
async def raw_client(address: str) -> AsyncGenerator[RawClient, None]:
    host, _, port = address.partition(":")
    with socket.socket() as connection:
        for direction in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            connection.setsockopt(socket.SOL_SOCKET, direction, BUFFER)
        connection.setblocking(False)
        await asyncio.get_running_loop().sock_connect(connection, (host, int(port)))
        yield RawClient(connection, address)
