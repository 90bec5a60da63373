"""A pool of connections to PostgreSQL that adds little to the time of a statement.

asyncpg's own pool starts a task and two timers whenever a connection returns, which takes nearly as
long as the driver takes for a short statement: docs/decisions/connection-pool.md has the figures.
"""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg


class ConnectionPool:
    """Opens at most `size` connections, each when no other is idle, and keeps them open."""

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]], size: int) -> None:
        self._connect, self._size = connect, size
        self._places = asyncio.Semaphore(size)
        self._idle: list[asyncpg.Connection] = []
        self._in_use: set[asyncpg.Connection] = set()
        self._expired: set[asyncpg.Connection] = set()
        self._is_closing = self._is_ended = False

    async def acquire(self) -> asyncpg.Connection:
        """Return the connection that was used last, or a new one; wait while all are in use.

        Raises InterfaceError if the pool is closing, and what `connect` raises.
        """
        await self._places.acquire()
        try:
            if self._is_closing:
                raise asyncpg.InterfaceError("pool is closing")
            connection = self._idle_connection() or await self._connect()
        except BaseException:
            self._places.release()
            raise
        self._in_use.add(connection)
        return connection

    def _idle_connection(self) -> asyncpg.Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None

    async def release(self, connection: asyncpg.Connection) -> None:
        """Take the connection back. It awaits nothing, so that no cancellation can interrupt it."""
        self._in_use.remove(connection)
        if self._may_return(connection):
            self._idle.append(connection)
        else:
            connection.terminate()
        self._expired.discard(connection)
        self._places.release()

    def _may_return(self, connection: asyncpg.Connection) -> bool:
        is_open = not (self._is_ended or connection.is_closed() or connection in self._expired)
        return is_open and _is_settled(connection)

    def expire(self) -> None:
        """Use none of the connections that are open now again, but let their users finish."""
        for connection in self._idle:
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
            for connection in self._idle:
                await connection.close()
        finally:
            self.terminate()
            # Whoever waits for a place is told that there is none.
            for _ in range(taken):
                self._places.release()

    def terminate(self) -> None:
        """End all connections at once, and those that are being opened after their first use."""
        self._is_closing = self._is_ended = True
        for connection in (*self._idle, *self._in_use):
            connection.terminate()


def _is_settled(connection: asyncpg.Connection) -> bool:
    """Return whether the session is as a new one. It is not while a statement that was cancelled
    may still run: if that is a BEGIN, the next user would write into a transaction of nobody."""
    is_cancelling = connection._protocol._is_cancelling()
    has_begun = connection._top_xact is not None or connection.is_in_transaction()
    return not is_cancelling and not has_begun
