"""The change log, read directly from the database and without the service."""

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg

from tests.faults.checker import LogEntry, SubscriptionFilter

LOG_QUERY = """
SELECT change.position, orders.tracking_id, change.sequence, change.kind,
  CASE change.kind WHEN 'ORDER_CREATED' THEN orders.reference
    WHEN 'EVENT_RECORDED' THEN tracking_event.source_event_id END
FROM change JOIN orders ON orders.id = change.order_id
LEFT JOIN tracking_event ON tracking_event.id = change.event_id
WHERE change.position > {after} ORDER BY change.position
"""
SEQUENCES_QUERY = "SELECT tracking_id, sequence FROM orders"
QUERY_SECONDS = 5.0
"""How long one connection or one query may take."""
RETRY_SECONDS = 0.1
"""The pause between two attempts to reach a database that is about to come back."""


class ChangeLog(ABC):
    """The entries of the log. The log only grows, so each refresh reads only what is new."""

    def __init__(self) -> None:
        self.entries: list[LogEntry] = []
        self._last_by_order: dict[str, int] = {}
        self._last_by_kind: dict[str, int] = {}

    async def refresh(self) -> None:
        """Read the entries that were committed since the last refresh."""
        head = self.entries[-1].position if self.entries else 0
        for entry in await self.read(head):
            self.entries.append(entry)
            self._last_by_order[entry.order] = entry.position
            self._last_by_kind[entry.kind] = entry.position

    def last_position(self, filter_: SubscriptionFilter) -> int:
        """Return the position of the last known entry that matches the filter, or 0."""
        if filter_.orders is not None:
            return max((self._last_by_order.get(order, 0) for order in filter_.orders), default=0)
        kinds = self._last_by_kind.keys() if filter_.kinds is None else filter_.kinds
        return max((self._last_by_kind.get(kind, 0) for kind in kinds), default=0)

    async def read(self, after: int = 0) -> list[LogEntry]:
        """Read the entries after a position, in order."""
        return [LogEntry(*row) for row in await self._query(LOG_QUERY.format(after=int(after)))]

    async def read_sequences(self) -> dict[str, int]:
        """Read the sequence number of each order's newest change from the order's own row."""
        return dict([(order, sequence) for order, sequence in await self._query(SEQUENCES_QUERY)])

    @abstractmethod
    async def _query(self, sql: str) -> Sequence[Sequence[Any]]:
        """Return the rows of a query."""


class PostgresChangeLog(ChangeLog):
    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    async def _query(self, sql: str) -> Sequence[Sequence[Any]]:
        async with asyncio.timeout(QUERY_SECONDS * 4):
            while True:
                try:
                    return await query_postgres(self._url, sql)
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    await asyncio.sleep(RETRY_SECONDS)


class SqliteChangeLog(ChangeLog):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    async def _query(self, sql: str) -> Sequence[Sequence[Any]]:
        return await asyncio.to_thread(self._query_file, sql)

    async def check_integrity(self) -> list[Any]:
        """Return the defects that SQLite finds in its file, or `["ok"]`."""
        return [row[0] for row in await self._query("PRAGMA integrity_check")]

    def _query_file(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self._path, timeout=QUERY_SECONDS)) as connection:
            return connection.execute(sql).fetchall()


async def query_postgres(url: str, sql: str, *arguments: object) -> list[Any]:
    """Return the rows of a query, sent over a connection of its own."""
    connection = await asyncpg.connect(url, timeout=QUERY_SECONDS)
    try:
        rows: list[Any] = await connection.fetch(sql, *arguments, timeout=QUERY_SECONDS)
        return rows
    finally:
        connection.terminate()
