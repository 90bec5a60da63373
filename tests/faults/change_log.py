"""The ledger: what the database itself says, asked without the service."""

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg

from tests.faults.checker import Entry, Selection

LOG = """
SELECT change.position, orders.tracking_id, change.sequence, change.kind,
  CASE change.kind WHEN 'ORDER_CREATED' THEN orders.reference
    WHEN 'EVENT_RECORDED' THEN tracking_event.source_event_id END
FROM change JOIN orders ON orders.id = change.order_id
LEFT JOIN tracking_event ON tracking_event.id = change.event_id
WHERE change.position > {after} ORDER BY change.position
"""
SEQUENCES = "SELECT tracking_id, sequence FROM orders"
ASK_SECONDS = 5.0
AWAY_SECONDS = 0.1
"""Between two attempts to reach a database that is just coming back."""


class Ledger(ABC):
    """The log as the database has it; it grows, so only what is new is read."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._last_of_order: dict[str, int] = {}
        self._last_of_kind: dict[str, int] = {}

    async def read_on(self) -> None:
        """Take in what was committed since."""
        head = self.entries[-1].position if self.entries else 0
        for entry in await self.read(head):
            self.entries.append(entry)
            self._last_of_order[entry.order] = entry.position
            self._last_of_kind[entry.kind] = entry.position

    def newest(self, selection: Selection) -> int:
        """The position of the last change that is meant, of those taken in; 0 without one."""
        if selection.orders is not None:
            return max((self._last_of_order.get(order, 0) for order in selection.orders), default=0)
        kinds = self._last_of_kind.keys() if selection.kinds is None else selection.kinds
        return max((self._last_of_kind.get(kind, 0) for kind in kinds), default=0)

    async def read(self, after: int = 0) -> list[Entry]:
        return [Entry(*row) for row in await self._ask(LOG.format(after=int(after)))]

    async def sequences(self) -> dict[str, int]:
        """What each order says of its newest change."""
        return dict([(order, sequence) for order, sequence in await self._ask(SEQUENCES)])

    @abstractmethod
    async def _ask(self, question: str) -> Sequence[Sequence[Any]]:
        """The rows of the answer."""


class PostgresLedger(Ledger):
    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    async def _ask(self, question: str) -> Sequence[Sequence[Any]]:
        async with asyncio.timeout(ASK_SECONDS * 4):
            while True:
                try:
                    return await ask_postgres(self._url, question)
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    await asyncio.sleep(AWAY_SECONDS)


class SqliteLedger(Ledger):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    async def _ask(self, question: str) -> Sequence[Sequence[Any]]:
        return await asyncio.to_thread(self._ask_file, question)

    async def integrity(self) -> list[Any]:
        """What SQLite finds wrong with its file, or "ok"."""
        return [row[0] for row in await self._ask("PRAGMA integrity_check")]

    def _ask_file(self, question: str) -> list[Any]:
        with closing(sqlite3.connect(self._path, timeout=ASK_SECONDS)) as connection:
            return connection.execute(question).fetchall()


async def ask_postgres(url: str, question: str, *arguments: object) -> list[Any]:
    """The rows of an answer, over a connection of its own."""
    connection = await asyncpg.connect(url, timeout=ASK_SECONDS)
    try:
        rows: list[Any] = await connection.fetch(question, *arguments, timeout=ASK_SECONDS)
        return rows
    finally:
        connection.terminate()
