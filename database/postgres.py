"""The PostgreSQL client: a broken connection is noticed, whatever the process waits for."""

from collections.abc import Sequence
from typing import Any

from tortoise.backends.asyncpg.client import AsyncpgDBClient

from database.clock_measurement import ClockMeasurement
from database.connection_pool import ConnectionPool
from database.connector import Connector


class PostgresClient(AsyncpgDBClient):
    """A pool of connections with limits, prepared statements, and keepalive.

    `clock` is the last measurement of the database's clock.
    """

    clock: ClockMeasurement | None = None
    connector: Connector | None = None

    async def create_pool(self, **options: Any) -> Any:
        self.connector = Connector(
            options["address"], options["server_settings"], options["command_timeout"]
        )
        return ConnectionPool(self.connector, options["max_size"])

    @property
    def has_pooler(self) -> bool:
        """Whether the open connections lead through a pooler."""
        return self.connector is not None and self.connector.has_pooler

    @property
    def pool(self) -> ConnectionPool | None:
        """The pool, once a connection was opened."""
        return self._pool

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
        """Let the pool open every connection anew before its next use, from the first host on."""
        pool: Any = self._pool
        if pool and self.connector:
            self.connector.begin_at_first_host()
            pool.expire()


client_class = PostgresClient
