"""Clients on bare sockets, which read no more than a test reads: libraries read ahead."""

import asyncio
import json
import os
import socket
import struct
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

BUFFER = 4096
"""Bytes of the socket's buffers: the kernel holds at most about twice as many in each direction."""
TEXT, PING, FINAL, MASKED = 0x1, 0x9, 0x80, 0x80


class RawClient:
    def __init__(self, connection: socket.socket, host: str) -> None:
        self._socket, self._host = connection, host
        self._loop = asyncio.get_running_loop()

    async def request(self, method: str, headers: Mapping[str, str], body: str = "") -> None:
        lines = [f"{method} /graphql HTTP/1.1", f"Host: {self._host}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        await self.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())

    async def open_websocket(self, headers: Mapping[str, str]) -> None:
        """Opens a websocket and waits for the acknowledgement of connection_init."""
        handshake = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
            "Sec-WebSocket-Protocol": "graphql-transport-ws",
        }
        await self.request("GET", handshake | dict(headers))
        await self.read_until(b"\r\n\r\n")
        await self.send_message(type="connection_init")
        await self.read_until(b"connection_ack")

    async def send_message(self, **message: Any) -> None:
        await self.write(frame(TEXT, json.dumps(message).encode()))

    async def write(self, data: bytes) -> None:
        await self._loop.sock_sendall(self._socket, data)

    async def read_until(self, end: bytes) -> bytes:
        """Reads up to `end`, and not one byte more."""
        received = b""
        while end not in received:
            byte = await self._loop.sock_recv(self._socket, 1)
            if not byte:
                raise ConnectionError(received)
            received += byte
        return received

    async def skip_until(self, end: bytes) -> None:
        """Reads as fast as it can until `end` was among what it has read."""
        tail = b""
        while end not in tail:
            chunk = await self._loop.sock_recv(self._socket, 65536)
            if not chunk:
                raise ConnectionError(tail)
            tail = tail[-len(end) :] + chunk

    async def read_rest(self) -> bytes:
        """Reads what the kernel still holds, until the server or the kernel ends the connection."""
        received = b""
        try:
            while chunk := await self._loop.sock_recv(self._socket, 65536):
                received += chunk
        except ConnectionError:
            pass
        return received


def frame(opcode: int, content: bytes) -> bytes:
    """A final, masked frame of a websocket, with up to 65,535 bytes of content."""
    mask = os.urandom(4)
    masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(content))
    short = len(content) if len(content) < 126 else 126
    length = b"" if short < 126 else struct.pack("!H", len(content))
    return struct.pack("!BB", FINAL | opcode, MASKED | short) + length + mask + masked


@asynccontextmanager
async def raw_client(address: str) -> AsyncGenerator[RawClient, None]:
    host, _, port = address.partition(":")
    with socket.socket() as connection:
        for direction in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            connection.setsockopt(socket.SOL_SOCKET, direction, BUFFER)
        connection.setblocking(False)
        await asyncio.get_running_loop().sock_connect(connection, (host, int(port)))
        yield RawClient(connection, address)
