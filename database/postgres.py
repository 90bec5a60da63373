"""The PostgreSQL client: a broken connection is noticed, whatever the process waits for."""

import socket
from collections.abc import Sequence
from functools import partial
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient

from database.clock_measurement import ClockMeasurement
from database.connection_pool import ConnectionPool
from database.statement_cache import FrugalConnection

CONNECT_TIMEOUT = 5.0
"""Seconds. A running database takes milliseconds; the driver would wait for a minute."""
ANSWER_TIMEOUT = 15.0
"""Seconds for one statement. This is longer than the database's own limit, whose error says more:
only a database that has stopped, or a broken connection that the system does not report, takes so
long."""
LINK_TIMEOUT = 5
"""Seconds of silence of the other machine after which the connection counts as broken. The system's
own limit is a quarter of an hour, in which nobody would connect again."""
STATEMENT_CACHE_SIZE = 200
"""Prepared statements of each connection: those of a shop's screens, and those of commands."""
LARGEST_CACHED_STATEMENT = 64 * 1024
"""Bytes. A large screen's statement has twenty thousand; with the driver's own limit it would be
prepared for each request."""
LINK_OPTIONS = {
    "TCP_KEEPIDLE": LINK_TIMEOUT,
    "TCP_KEEPINTVL": 1,
    "TCP_USER_TIMEOUT": LINK_TIMEOUT * 1000,
}
"""The socket options by name, because not every system has all of them."""


class PostgresClient(AsyncpgDBClient):
    """A pool of connections with limits, prepared statements, and keepalive.

    `clock` is the last measurement of the database's clock.
    """

    clock: ClockMeasurement | None = None
    connection_class = FrugalConnection

    async def create_pool(self, **options: Any) -> Any:
        size = options.pop("max_size")
        del options["min_size"]
        limits = {"timeout": CONNECT_TIMEOUT, "command_timeout": ANSWER_TIMEOUT}
        cache = {
            "statement_cache_size": STATEMENT_CACHE_SIZE,
            "max_cacheable_statement_size": LARGEST_CACHED_STATEMENT,
        }
        return ConnectionPool(partial(connect, **(limits | cache | options)), size)

    async def fetch(self, text: str, values: Sequence[Any]) -> Sequence[Any]:
        """Return the rows of a statement, run on any connection of the pool."""
        if not self._pool:
            # Acquiring a connection opens the pool.
            async with self.acquire_connection():
                pass
        self.log.debug("%s: %s", text, values)
        pool: Any = self._pool
        driver = await pool.acquire()
        try:
            rows: Sequence[Any] = await driver.fetch(text, *values)
            return rows
        finally:
            await pool.release(driver)

    def expire(self) -> None:
        """Let the pool open every connection anew before its next use."""
        pool: Any = self._pool
        if pool:
            pool.expire()


async def connect(**options: Any) -> asyncpg.Connection:
    """Open a connection; the system will notice when it is broken."""
    connection = await asyncpg.connect(**options)
    link = connection._transport.get_extra_info("socket")
    if link.family in (socket.AF_INET, socket.AF_INET6):
        link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in LINK_OPTIONS.items():
            if hasattr(socket, name):
                link.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return connection


client_class = PostgresClient
