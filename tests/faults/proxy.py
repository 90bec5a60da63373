"""A proxy before Redis that can drop, duplicate and reorder published messages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from types import TracebackType
from typing import Self

from devservices.ports import HOST

MESSAGE_PREFIX = b"*3\r\n$7\r\nmessage\r\n"
"""The first bytes of a reply that delivers a published message."""
CHUNK_BYTES = 65536
MAXIMUM_DELAYED = 4
"""How many messages of one connection wait at a time until a later one overtakes them."""


@dataclass(frozen=True)
class MessageFaults:
    """The shares of all messages that are dropped, duplicated and delayed; the rest is intact."""

    dropped: float = 0.3
    duplicated: float = 0.2
    delayed: float = 0.3


class RedisProxy:
    """Listens on a port of its own, in the event loop of the test, and forwards to Redis."""

    def __init__(self, port: int, rng: Random) -> None:
        self._target = port
        self._rng = rng
        self.message_faults: MessageFaults | None = None
        self.altered = 0
        """The number of messages that were dropped, duplicated or delayed."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, HOST, 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._forward(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until either side ends it, then end both sides."""
        try:
            from_redis, to_redis = await asyncio.open_connection(HOST, self._target)
        except OSError:
            writer.transport.abort()
            return
        directions = [
            asyncio.create_task(_forward_commands(reader, to_redis)),
            asyncio.create_task(self._forward_replies(from_redis, writer)),
        ]
        try:
            await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for direction in directions:
                direction.cancel()
            await asyncio.gather(*directions, return_exceptions=True)
            for end in (writer, to_redis):
                end.transport.abort()

    async def _forward_replies(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        delayed: list[bytes] = []
        async for reply in read_replies(reader):
            writer.write(b"".join(self._apply_faults(reply, delayed)))
            await writer.drain()

    def _apply_faults(self, reply: bytes, delayed: list[bytes]) -> list[bytes]:
        """Return the replies to send now; a delayed reply is appended to `delayed`."""
        faults = self.message_faults
        if faults is None or not reply.startswith(MESSAGE_PREFIX):
            released, delayed[:] = delayed[:], []
            return [*released, reply]
        draw = self._rng.random()
        self.altered += draw < faults.dropped + faults.duplicated + faults.delayed
        if draw < (threshold := faults.dropped):
            return []
        if draw < (threshold := threshold + faults.duplicated):
            return [reply, reply]
        if draw < threshold + faults.delayed and len(delayed) < MAXIMUM_DELAYED:
            delayed.append(reply)
            return []
        released, delayed[:] = delayed[:], []
        self._rng.shuffle(released)
        return [reply, *released]


async def _forward_commands(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while chunk := await reader.read(CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()


async def read_replies(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Yield the bytes of each complete reply of Redis until the connection ends."""
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            yield await _read_reply(reader)


async def _read_reply(reader: asyncio.StreamReader) -> bytes:
    line = await reader.readuntil(b"\r\n")
    kind, rest = line[:1], line[1:].strip()
    if kind == b"$" and int(rest) >= 0:
        return line + await reader.readexactly(int(rest) + 2)
    if kind in (b"*", b">"):
        return line + b"".join([await _read_reply(reader) for _ in range(max(0, int(rest)))])
    return line
