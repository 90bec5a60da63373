"""Slow readers: sockets that ask for every change and then read nothing of it."""

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
from tests.faults.following import EVERYTHING

BUFFER = 4096
"""Of the socket: the kernel takes in no more for it than about twice this."""
READERS = 20
TEXT, LAST = 0x1, 0x80


class SlowReader:
    """A websocket made by hand, for a library would read ahead."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self._socket.settimeout(5.0)
        self._socket.connect((HOST, port))
        self._port, self._headers = port, headers

    @property
    def is_full(self) -> bool:
        """Whether more came than the kernel takes in, so that the server has to keep the rest."""
        waiting = array.array("i", [0])
        fcntl.ioctl(self._socket, termios.FIONREAD, waiting)
        return waiting[0] >= BUFFER // 2

    def begin(self) -> None:
        self._socket.sendall(
            f"GET /graphql HTTP/1.1\r\nHost: {HOST}:{self._port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )
        self._read_until(b"\r\n\r\n")
        self._say({"type": "connection_init", "payload": dict(self._headers)})
        self._read_until(b"connection_ack")
        asked = {"query": EVERYTHING, "variables": {"after": 0, "kinds": None}}
        self._say({"type": "subscribe", "id": "1", "payload": asked})

    def close(self) -> None:
        self._socket.close()

    def _read_until(self, end: bytes) -> None:
        got = b""
        while end not in got:
            got += self._socket.recv(1) or b"\0" * 0
            if len(got) > BUFFER:
                raise ConnectionError(got)

    def _say(self, message: Mapping[str, object]) -> None:
        content = json.dumps(message).encode()
        mask = os.urandom(4)
        hidden = bytes(byte ^ mask[place % 4] for place, byte in enumerate(content))
        length = struct.pack("!BBH", LAST | TEXT, 0x80 | 126, len(content))
        self._socket.sendall(length + mask + hidden)


@asynccontextmanager
async def slow_readers(
    port: int, headers: Mapping[str, str]
) -> AsyncGenerator[list[SlowReader], None]:
    readers: list[SlowReader] = []
    try:
        for _ in range(READERS):
            readers.append(await asyncio.to_thread(SlowReader, port, headers))
            await asyncio.to_thread(readers[-1].begin)
        yield readers
    finally:
        for reader in readers:
            reader.close()
