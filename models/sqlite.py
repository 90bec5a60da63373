"""SQLite as Whereabouts uses it: a writing transaction takes the write lock when it begins.

A transaction that reads first and writes later fails at once when another process has written
between; one that begins with the lock waits for its turn instead.
"""

import asyncio
import sqlite3
from time import monotonic

from tortoise.backends.base.client import TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.exceptions import OperationalError

WAIT_SECONDS = 5.0
"""How long to try to connect: as long as a write is waited for."""
PAUSE = 0.05


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

    def _in_transaction(self) -> TransactionContext:
        return SqliteTransactionContext(ImmediateTransaction(self), self._lock)


client_class = Client
