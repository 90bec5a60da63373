"""SQLite as Whereabouts uses it: a writing transaction takes the write lock when it begins.

A transaction that reads first and writes later fails at once when another process has written
between; one that begins with the lock waits for its turn instead.
"""

import asyncio
import sqlite3
from contextlib import suppress
from time import monotonic

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError

WAIT_SECONDS = 5.0
"""How long to wait for another process's write, to connect as to begin a transaction."""
PAUSE = 0.02
"""Seconds between two tries, in which reads have the connection."""


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
                return await super().create_connection(with_db)
            except sqlite3.OperationalError as error:
                await self.close()
                if "locked" not in str(error) or monotonic() > deadline:
                    raise
            await asyncio.sleep(PAUSE)

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


client_class = Client
