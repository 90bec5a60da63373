"""SQLite as Whereabouts uses it: a writing transaction takes the write lock when it begins.

A transaction that reads first and writes later fails at once when another process has written
between; one that begins with the lock waits for its turn instead.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic
from typing import Any

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
    translate_exceptions,
)
from tortoise.connection import get_connections
from tortoise.exceptions import ConfigurationError, OperationalError

from database.percentiles import Percentile
from database.time_buckets import buckets

WAIT_SECONDS = 5.0
"""How long to wait for another process's write, to connect as to begin a transaction."""
OLDEST = (3, 35)
"""Its queries can keep what a part of them has found, and its FTS5 knows the parts of texts."""
NO_SEARCH = (
    f"Python's SQLite is {sqlite3.sqlite_version}; search needs one from"
    f" {'.'.join(map(str, OLDEST))} on that has FTS5. Take another build of Python (those of"
    " Debian, of python.org and of most others have it), or PostgreSQL."
)
PAUSE = 0.02
"""Seconds between two tries, in which reads have the connection."""


class StatementTimeout(Exception):
    """A statement took longer than it was given, and was ended."""


class ImmediateTransaction(SqliteTransactionWrapper):
    """There is one connection: what a failed commit leaves open would stay so for ever."""

    async def begin(self) -> None:
        try:
            if self._connection.in_transaction:
                await self._connection.rollback()
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error

    async def commit(self) -> None:
        try:
            await super().commit()
        except sqlite3.Error as error:
            await self._connection.rollback()
            raise OperationalError(error) from error


class PatientTransaction(SqliteTransactionContext):
    """Gives the one connection back while it waits for another process, so that reads go on."""

    async def __aenter__(self) -> TransactionalDBClient:
        deadline = monotonic() + WAIT_SECONDS
        while True:
            try:
                return await super().__aenter__()
            except OperationalError as error:
                self._leave()
                if "locked" not in str(error) or monotonic() > deadline:
                    raise
            await asyncio.sleep(PAUSE)

    def _leave(self) -> None:
        get_connections().reset(self.token)
        del self.token
        self._trxlock.release()


class Client(SqliteClient):
    async def create_connection(self, with_db: bool) -> None:
        """A new file becomes a WAL one: while another writes to it, SQLite refuses that at once."""
        deadline = monotonic() + WAIT_SECONDS
        while True:
            try:
                await super().create_connection(with_db)
                await self._demand_search()
                return await self._add_functions()
            except sqlite3.OperationalError as error:
                await self.close()
                if "locked" not in str(error) or monotonic() > deadline:
                    raise
            await asyncio.sleep(PAUSE)

    async def _demand_search(self) -> None:
        """Raises ConfigurationError."""
        assert self._connection is not None, "it was just made"
        modules = "SELECT 1 FROM pragma_module_list WHERE name = 'fts5'"
        if sqlite3.sqlite_version_info < OLDEST or not await self._connection.execute_fetchall(
            modules
        ):
            await self.close()
            raise ConfigurationError(NO_SEARCH)

    async def _add_functions(self) -> None:
        """What PostgreSQL has and SQLite has not."""
        connection = self._connection
        assert connection is not None, "it was just made"
        await connection.create_function("bucket", 3, _bucket, deterministic=True)
        add: Any = connection._execute
        await add(connection._conn.create_aggregate, "percentile", 2, Percentile)

    @translate_exceptions
    async def read_in_time(self, text: str, values: list[Any], seconds: float) -> Sequence[Any]:
        """What a statement answers. Raises StatementTimeout."""
        async with self.acquire_connection() as connection:
            self.log.debug("%s: %s", text, values)
            try:
                async with asyncio.timeout(seconds):
                    rows: Sequence[Any] = await connection.execute_fetchall(text, values)
                    return rows
            except (TimeoutError, asyncio.CancelledError) as error:
                # It would run on in its thread, before whatever is asked next.
                await connection.interrupt()
                if isinstance(error, TimeoutError):
                    raise StatementTimeout from error
                raise

    async def close(self) -> None:
        """A statement that still runs is broken off: its thread would hold up the process's end."""
        if self._connection is not None:
            # Only the next statement takes the interruption back, which would else stop the closing
            # connection from moving what the WAL holds into the file. It may be interrupted itself.
            with suppress(sqlite3.Error, ValueError):
                await self._connection.interrupt()
                await self._connection.execute_fetchall("SELECT 1")
        await super().close()

    def _in_transaction(self) -> TransactionContext:
        return PatientTransaction(ImmediateTransaction(self), self._lock)


def _bucket(moment: int | None, unit: str, zone: str) -> int | None:
    return None if moment is None else buckets(unit, zone).start(moment)


client_class = Client
