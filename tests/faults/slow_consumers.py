"""Slow consumers: clients that subscribe to every change and then read nothing."""

import array
import asyncio
import fcntl
import json
import os
import socket
import struct
import termios
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from devservices.ports import HOST
from tests.faults.subscription import CHANGES_QUERY

RECEIVE_BUFFER_BYTES = 4096
"""The socket's buffer; the kernel accepts at most about twice as much."""
CONSUMERS = 20
TEXT_FRAME, FINAL_FRAME = 0x1, 0x80
IO_SECONDS = 5.0


class SlowConsumer:
    """A websocket written by hand, because a library would read ahead."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        self._socket.settimeout(IO_SECONDS)
        self._socket.connect((HOST, port))
        self._port, self._headers = port, headers

    @property
    def is_full(self) -> bool:
        """Whether the kernel's buffer is so full that the server has to keep the rest."""
        unread = array.array("i", [0])
        fcntl.ioctl(self._socket, termios.FIONREAD, unread)
        return unread[0] >= RECEIVE_BUFFER_BYTES // 2

    def subscribe(self) -> None:
        """Open the websocket, authenticate, and subscribe to all changes."""
        self._socket.sendall(
            f"GET /graphql HTTP/1.1\r\nHost: {HOST}:{self._port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )
        self._read_until(b"\r\n\r\n")
        self._send({"type": "connection_init", "payload": dict(self._headers)})
        self._read_until(b"connection_ack")
        payload = {"query": CHANGES_QUERY, "variables": {"after": 0, "kinds": None}}
        self._send({"type": "subscribe", "id": "1", "payload": payload})

    def close(self) -> None:
        self._socket.close()

    def _read_until(self, end: bytes) -> None:
        received = b""
        while end not in received:
            byte = self._socket.recv(1)
            received += byte
            if not byte or len(received) > RECEIVE_BUFFER_BYTES:
                raise ConnectionError(received)

    def _send(self, message: Mapping[str, object]) -> None:
        content = json.dumps(message).encode()
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(content))
        header = struct.pack("!BBH", FINAL_FRAME | TEXT_FRAME, 0x80 | 126, len(content))
        self._socket.sendall(header + mask + masked)


@asynccontextmanager
async def open_slow_consumers(
    port: int, headers: Mapping[str, str]
) -> AsyncGenerator[list[SlowConsumer], None]:
    consumers: list[SlowConsumer] = []
    try:
        for _ in range(CONSUMERS):
            consumers.append(await asyncio.to_thread(SlowConsumer, port, headers))
            await asyncio.to_thread(consumers[-1].subscribe)
        yield consumers
    finally:
        for consumer in consumers:
            consumer.close()
