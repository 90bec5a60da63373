"""The SQLite client: a writing transaction takes the write lock when it begins.

A transaction that reads first and writes later fails at once if another process has written in
between; one that begins with the lock waits for its turn instead.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from math import inf
from time import monotonic
from typing import Any

import aiosqlite
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
from database.statement_observers import is_observed, observe_statement
from database.statement_watch import StatementWatch
from database.time_buckets import buckets

WAIT_SECONDS = 5.0
"""The time to wait for another process's write, both to connect and to begin a transaction."""
OLDEST_VERSION = (3, 35)
"""The first version with MATERIALIZED common table expressions and trigrams in FTS5."""
SEARCH_MISSING = (
    f"Python's SQLite is {sqlite3.sqlite_version}; search needs at least version"
    f" {'.'.join(map(str, OLDEST_VERSION))} with FTS5. Use another build of Python (those of"
    " Debian, of python.org and most others have it), or PostgreSQL."
)
NUL = "'||CHAR(0)||'"
"""The character NUL in a literal of a statement, as Tortoise writes it."""
RETRY_PAUSE = 0.02
"""Seconds between two attempts, in which reads have the connection."""


class StatementTimeout(TimeoutError):
    """Raised if a statement exceeds its time limit; the statement has been ended."""


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction that begins with the write lock, and is rolled back if its commit fails.

    It would otherwise stay open for ever, because there is only one connection.
    """

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


class RetryingTransactionContext(SqliteTransactionContext):
    """Releases the one connection while it waits for another process, so that reads go on."""

    async def __aenter__(self) -> TransactionalDBClient:
        deadline = monotonic() + WAIT_SECONDS
        while True:
            try:
                return await super().__aenter__()
            except OperationalError as error:
                self._release()
                if "locked" not in str(error) or monotonic() > deadline:
                    raise
            await asyncio.sleep(RETRY_PAUSE)

    def _release(self) -> None:
        get_connections().reset(self.token)
        del self.token
        self._trxlock.release()


class ImmediateSqliteClient(SqliteClient):
    """The connection to a file, with the functions of PostgreSQL that our statements use.

    Statements outside of transactions end after `read_seconds`.
    """

    def __init__(self, file_path: str, read_seconds: float = inf, **options: Any) -> None:
        super().__init__(file_path, **options)
        self._seconds = read_seconds
        self._watch = StatementWatch(self._interrupt)

    def _interrupt(self) -> None:
        if self._connection is not None:
            self._connection._conn.interrupt()

    async def create_connection(self, with_db: bool) -> None:
        """Open the file, and try again while it is locked.

        A new file is switched to WAL, which SQLite refuses without waiting while another process
        writes to it.
        """
        deadline = monotonic() + WAIT_SECONDS
        while True:
            try:
                # aiosqlite's thread outlives an attempt that fails, and would log a traceback.
                sqlite3.connect(self.filename).close()
                await super().create_connection(with_db)
                await self._require_search()
                return await self._register_functions()
            except sqlite3.DatabaseError as error:
                await self.close()
                if "locked" not in str(error) or monotonic() > deadline:
                    raise type(error)(f"{self.filename}: {error}") from error
            await asyncio.sleep(RETRY_PAUSE)

    async def _require_search(self) -> None:
        """Raises ConfigurationError if this build of SQLite cannot search."""
        assert self._connection is not None, "it was just made"
        modules = "SELECT 1 FROM pragma_module_list WHERE name = 'fts5'"
        if (
            sqlite3.sqlite_version_info < OLDEST_VERSION
            or not await self._connection.execute_fetchall(modules)
        ):
            await self.close()
            raise ConfigurationError(SEARCH_MISSING)

    async def _register_functions(self) -> None:
        """Register the functions that PostgreSQL has and SQLite lacks."""
        connection = self._connection
        assert connection is not None, "it was just made"
        await connection.create_function("bucket", 4, _bucket, deterministic=True)
        if is_observed():
            connection.__dict__["_execute"] = _observed(connection._execute)
        add: Any = connection._execute
        await add(connection._conn.create_aggregate, "percentile", 2, Percentile)

    @translate_exceptions
    async def execute_query(
        self, query: str, values: list[Any] | None = None
    ) -> tuple[int, Sequence[Any]]:
        """Run a statement outside of a transaction. Raises StatementTimeout."""
        query = query.replace("\x00", NUL)
        async with self.acquire_connection() as connection:
            before = connection.total_changes
            rows = await self._fetch(connection, query, values, self._seconds)
            return (connection.total_changes - before) or len(rows), rows

    @translate_exceptions
    async def execute_query_dict(
        self, query: str, values: list[Any] | None = None
    ) -> list[dict[str, Any]]:
        """Run a statement outside of a transaction. Raises StatementTimeout."""
        query = query.replace("\x00", NUL)
        async with self.acquire_connection() as connection:
            return list(map(dict, await self._fetch(connection, query, values, self._seconds)))

    @translate_exceptions
    async def read_with_timeout(
        self, text: str, values: list[Any], seconds: float
    ) -> Sequence[Any]:
        """Return the rows of a statement. Raises StatementTimeout after `seconds`."""
        async with self.acquire_connection() as connection:
            return await self._fetch(connection, text, values, seconds)

    async def _fetch(
        self,
        connection: aiosqlite.Connection,
        text: str,
        values: list[Any] | None,
        seconds: float,
    ) -> Sequence[Any]:
        self.log.debug("%s: %s", text, values)
        limit = self._watch.begin(seconds)
        try:
            rows: Sequence[Any] = await connection.execute_fetchall(text, values)  # type: ignore[assignment]
            return rows
        except asyncio.CancelledError:
            # It would go on in its thread, and delay the next statement.
            await connection.interrupt()
            raise
        except sqlite3.OperationalError as error:
            if self._watch.is_over(limit):
                raise StatementTimeout from error
            raise
        finally:
            self._watch.end()

    async def close(self) -> None:
        """Close the file. A running statement is interrupted: its thread would delay the exit."""
        self._watch.stop()
        if self._connection is not None:
            # Only the next statement clears the interruption, which would otherwise keep the
            # connection from moving the WAL into the file as it closes. That statement may be
            # interrupted itself.
            with suppress(sqlite3.Error, ValueError):
                await self._connection.interrupt()
                await self._connection.execute_fetchall("SELECT 1")
        await super().close()

    def _in_transaction(self) -> TransactionContext:
        return RetryingTransactionContext(ImmediateTransaction(self), self._lock)


def _observed(execute: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return the driver's function that runs calls in its thread, with the statements observed."""

    async def observed(call: Any, *arguments: Any, **options: Any) -> Any:
        if not (arguments and isinstance(arguments[0], str)):
            return await execute(call, *arguments, **options)
        began = monotonic()
        try:
            return await execute(call, *arguments, **options)
        finally:
            observe_statement(arguments[0], monotonic() - began)

    return observed


def _bucket(moment: int | None, unit: str, zone: str, week_starts_on: str) -> int | None:
    return None if moment is None else buckets(unit, zone, week_starts_on).start(moment)


client_class = ImmediateSqliteClient
