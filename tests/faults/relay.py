"""A relay before Redis: it lets everything through, or loses, doubles and shuffles messages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from types import TracebackType
from typing import Self

from devservices.ports import HOST

MESSAGE = b"*3\r\n$7\r\nmessage\r\n"
"""How Redis begins to tell what somebody has published."""
CHUNK = 65536
HELD_AT_MOST = 4
"""Messages that wait to be overtaken."""


@dataclass(frozen=True)
class Mischief:
    """What happens to a message, as shares of all messages; the rest goes through."""

    lost: float = 0.3
    doubled: float = 0.2
    held: float = 0.3


class Relay:
    """Listens on a port of its own and passes on to Redis; in the test's own event loop."""

    def __init__(self, port: int, chance: Random) -> None:
        self._target = port
        self._chance = chance
        self.mischief: Mischief | None = None
        self.mangled = 0
        """Messages that did not go through as they were."""
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
        task = asyncio.create_task(self._connect(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it: then both are ended."""
        try:
            from_redis, to_redis = await asyncio.open_connection(HOST, self._target)
        except OSError:
            writer.transport.abort()
            return
        ways = [
            asyncio.create_task(_pass_on(reader, to_redis)),
            asyncio.create_task(self._pass_back(from_redis, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for end in (writer, to_redis):
                end.transport.abort()

    async def _pass_back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held: list[bytes] = []
        async for reply in replies(reader):
            writer.write(b"".join(self._mangle(reply, held)))
            await writer.drain()

    def _mangle(self, reply: bytes, held: list[bytes]) -> list[bytes]:
        """What is sent in place of the reply; what is held back is kept in `held`."""
        if self.mischief is None or not reply.startswith(MESSAGE):
            late, held[:] = held[:], []
            return [*late, reply]
        luck = self._chance.random()
        self.mangled += luck < self.mischief.lost + self.mischief.doubled + self.mischief.held
        if luck < (share := self.mischief.lost):
            return []
        if luck < (share := share + self.mischief.doubled):
            return [reply, reply]
        if luck < share + self.mischief.held and len(held) < HELD_AT_MOST:
            held.append(reply)
            return []
        late, held[:] = held[:], []
        self._chance.shuffle(late)
        return [reply, *late]


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()


async def replies(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Each whole reply that Redis sends, as it was sent, until it sends no more."""
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            yield await _reply(reader)


async def _reply(reader: asyncio.StreamReader) -> bytes:
    line = await reader.readuntil(b"\r\n")
    kind, rest = line[:1], line[1:].strip()
    if kind == b"$" and int(rest) >= 0:
        return line + await reader.readexactly(int(rest) + 2)
    if kind in (b"*", b">"):
        return line + b"".join([await _reply(reader) for _ in range(max(0, int(rest)))])
    return line
