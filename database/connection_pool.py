"""A pool of connections to PostgreSQL that adds little to the time of a statement.

asyncpg's own pool starts a task and two timers whenever a connection returns, which takes nearly as
long as the driver takes for a short statement: docs/decisions/connection-pool.md has the figures.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic

import asyncpg

FULL_SECONDS = 5.0
"""The time to wait for a connection while the server has none left: as long as for a lock."""
RETRY_SECONDS = 0.25
"""The pause before the server is asked again. It starts a process for each refusal, too."""
IDLE_SECONDS = 30.0
"""A connection that was not needed for so long is given back, so that others find a place at the
server. Opening another takes some milliseconds, and what it has prepared is gone."""
CLOSE_SECONDS = 2.0
"""The time that the server has to answer a good-bye."""


class ServerFull(TimeoutError):
    """The server had no connection left for as long as we wait for one."""


class ConnectionPool:
    """Opens at most `size` connections, each when no other is idle.

    Where the server has fewer left, the pool is as large as the server lets it be.
    """

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]], size: int) -> None:
        self._connect, self._size = connect, size
        self._places = asyncio.Semaphore(size)
        self._idle: deque[tuple[float, asyncpg.Connection]] = deque()
        """The connections with the times since when they are idle, the latest last."""
        self._returned = asyncio.Event()
        self._closing: set[asyncio.Task[None]] = set()
        self._in_use: set[asyncpg.Connection] = set()
        self._expired: set[asyncpg.Connection] = set()
        self._is_closing = self._is_ended = False

    async def acquire(self) -> asyncpg.Connection:
        """Return the connection that was used last, or a new one; wait while all are in use.

        Raises InterfaceError if the pool is closing, ServerFull, and what `connect` raises.
        """
        await self._places.acquire()
        try:
            if self._is_closing:
                raise asyncpg.InterfaceError("pool is closing")
            connection = self._idle_connection() or await self._open()
        except BaseException:
            self._places.release()
            raise
        self._in_use.add(connection)
        return connection

    async def _open(self) -> asyncpg.Connection:
        """Open a connection, or take the first that returns while the server is full."""
        began = monotonic()
        while True:
            try:
                return await self._connect()
            except asyncpg.TooManyConnectionsError as error:
                if monotonic() - began > FULL_SECONDS:
                    raise ServerFull(str(error)) from error
            self._returned.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(RETRY_SECONDS):
                    await self._returned.wait()
            if connection := self._idle_connection():
                return connection

    def _idle_connection(self) -> asyncpg.Connection | None:
        while self._idle:
            _, connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None

    @property
    def size(self) -> int:
        """The connections that may be open at most."""
        return self._size

    @property
    def in_use(self) -> int:
        """The connections that statements and transactions use now."""
        return len(self._in_use)

    async def release(self, connection: asyncpg.Connection) -> None:
        """Take the connection back. It awaits nothing, so that no cancellation can interrupt it."""
        self._in_use.remove(connection)
        if self._may_return(connection):
            self._idle.append((monotonic(), connection))
            self._returned.set()
        elif _awaits_cancellation(connection):
            # To end it at once would leave the statement running: the server is told first.
            self._begin_close(connection)
        else:
            connection.terminate()
        self._expired.discard(connection)
        self._places.release()
        self._give_back()

    def _give_back(self) -> None:
        """Close the connections that have been idle for long."""
        while self._idle and monotonic() - self._idle[0][0] > IDLE_SECONDS:
            _, connection = self._idle.popleft()
            self._begin_close(connection)

    def _begin_close(self, connection: asyncpg.Connection) -> None:
        task = asyncio.get_running_loop().create_task(_close(connection))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _may_return(self, connection: asyncpg.Connection) -> bool:
        is_open = not (self._is_ended or connection.is_closed() or connection in self._expired)
        return is_open and _is_settled(connection)

    def expire(self) -> None:
        """Use none of the connections that are open now again, but let their users finish."""
        for _, connection in self._idle:
            connection.terminate()
        self._idle.clear()
        self._expired.update(self._in_use)

    async def close(self) -> None:
        """Wait until no connection is in use, and close all. If cancelled, end all at once."""
        self._is_closing = True
        taken = 0
        try:
            while taken < self._size:
                await self._places.acquire()
                taken += 1
            for _, connection in self._idle:
                await connection.close()
            await asyncio.gather(*self._closing)
        finally:
            self.terminate()
            # Whoever waits for a place is told that there is none.
            for _ in range(taken):
                self._places.release()

    def terminate(self) -> None:
        """End all connections at once, and those that are being opened after their first use."""
        self._is_closing = self._is_ended = True
        for connection in (*(connection for _, connection in self._idle), *self._in_use):
            connection.terminate()


async def _close(connection: asyncpg.Connection) -> None:
    """Say good-bye to the server, which logs a connection that is cut off; before that, have it
    cancel a statement that nobody waits for any more."""
    with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        await connection.close(timeout=CLOSE_SECONDS)


def _is_settled(connection: asyncpg.Connection) -> bool:
    """Return whether the session is as a new one. It is not while a statement that was cancelled
    may still run: if that is a BEGIN, the next user would write into a transaction of nobody."""
    has_begun = connection._top_xact is not None or connection.is_in_transaction()
    return not _awaits_cancellation(connection) and not has_begun


def _awaits_cancellation(connection: asyncpg.Connection) -> bool:
    return not connection.is_closed() and bool(connection._protocol._is_cancelling())
