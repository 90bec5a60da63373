"""A consumer of the change log: it derives something from every change, once and in order.

A consumer keeps its position in a table of one row. It moves the position in the transaction in
which it handles the changes, so that a batch is handled entirely or not at all, and a process that
ends in the middle loses nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

from database.connections import connection, is_postgres, transaction
from database.outages import is_outage
from database.retries import with_retries
from errors import Unavailable
from models.changes import LOG_HEAD_ID
from runtime.backoff import Backoff
from runtime.supervised_task import SupervisedTask

logger = logging.getLogger("whereabouts.projections")

BATCH, BATCH_ON_SQLITE = 1_000, 200
"""The changes of one transaction: one set of statements handles many. On SQLite everything else in
the process waits for the transaction, some tens of milliseconds."""
REST = 1.0
"""A consumer rests between two transactions for this multiple of the time that the last one took.
However far it is behind, others have the database for at least half of the time."""
INTERVAL = 2.0
"""Seconds between two looks at the log. An order that changes often in between is handled once."""

ChangeRow = tuple[Any, ...]
"""The position of a change, followed by the columns that the consumer reads, as the driver returns
them: SQLite returns a UUID or a time as a text."""
Handler = Callable[[Sequence[ChangeRow]], Awaitable[None]]
HEAD = f'(SELECT "position" FROM "log_head" WHERE "id" = {LOG_HEAD_ID})'
"""A scalar subquery: the position of the newest change."""


class CursorBeyondLog(Exception):
    """The cursor has a position that the log has not come to, so the two are of different times."""

    def __init__(self, consumer: "LogConsumer", position: int, head: int) -> None:
        super().__init__(
            f"{consumer.name} has handled changes up to position {position}, but the log ends at"
            f" {head}: they were not restored from the same copy. Run `{consumer.rebuild_command}`."
        )


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row that holds a consumer's position: every change up to it has been handled."""

    table: str
    row_id: int
    lock: int
    """The PostgreSQL advisory lock of the consumer, so that one process at a time moves the row.
    Any number that nothing else uses."""

    @property
    def position(self) -> str:
        """A scalar subquery."""
        return f'(SELECT "position" FROM "{self.table}" WHERE "id" = {self.row_id})'

    def moved_to(self, position: str) -> str:
        """The statement that moves the cursor; `position` is an SQL expression."""
        return f'UPDATE "{self.table}" SET "position" = {position} WHERE "id" = {self.row_id}'


@dataclass(frozen=True, slots=True)
class LogConsumer:
    """Hands the changes of the log to `handle`, batch by batch, the oldest first.

    `name` is the consumer's name in the log, "The rollup consumer". `handle` runs in the
    transaction that moves the cursor. It writes to the same database only, because a batch may be
    rolled back and handled again.
    """

    name: str
    cursor: Cursor
    columns: tuple[str, ...]
    """The columns of table `change` that `handle` needs."""
    handle: Handler
    rebuild_command: str
    """The command that derives everything anew, and moves the cursor to the log's end."""

    def task(self) -> SupervisedTask:
        """Return the task that consumes the log from its start to its stop."""
        return SupervisedTask(self.name, self._run)

    async def catch_up(self) -> int:
        """Handle changes until none is left, or until another process is found to handle them.

        Returns the number of handled changes. Raises Unavailable, and CursorBeyondLog.
        """
        total, batch = 0, BATCH if is_postgres() else BATCH_ON_SQLITE
        while await self._is_behind():
            began = monotonic()
            try:
                handled = await with_retries(partial(self._handle_batch, batch))
            except Unavailable:
                if batch == 1:
                    raise
                # A batch of this size may take longer than the database's limits allow.
                batch //= 2
                continue
            if handled is None:
                break
            total += handled
            await asyncio.sleep(REST * (monotonic() - began))
        return total

    async def skip_to_head(self) -> None:
        """Count every change so far as handled: call it first in a transaction that then derives
        everything from the rows themselves. What changes meanwhile is newer, and handled later."""
        if is_postgres():
            await _execute(f"SELECT pg_advisory_xact_lock({self.cursor.lock})")
        await _execute(self.cursor.moved_to(HEAD))

    async def _is_behind(self) -> bool:
        """Return whether there are changes to handle. Raises CursorBeyondLog."""
        [(head, position)] = await _execute(f"SELECT {HEAD}, {self.cursor.position}")
        if position > head:
            raise CursorBeyondLog(self, position, head)
        return bool(position < head)

    async def _handle_batch(self, size: int) -> int | None:
        """Handle the next changes and return their number, None if another process handles them."""
        async with transaction():
            if not await self._lock():
                return None
            changes = await self._next_changes(size)
            if changes:
                await self.handle(changes)
            # There may be no change before the head: an epoch of the log begins beyond it.
            await _execute(self.cursor.moved_to(str(changes[-1][0]) if changes else HEAD))
        return len(changes)

    async def _lock(self) -> bool:
        if not is_postgres():
            # SQLite may refuse a write to a transaction that has begun with a read.
            await _execute(self.cursor.moved_to('"position"'))
            return True
        # All statements of the batch read the rows as of one moment, so that they agree.
        await _execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        rows = await _execute(f"SELECT pg_try_advisory_xact_lock({self.cursor.lock})")
        return bool(rows[0][0])

    async def _next_changes(self, limit: int) -> list[ChangeRow]:
        columns = ", ".join(f'"{name}"' for name in ("position", *self.columns))
        rows = await _execute(
            f'SELECT {columns} FROM "change" WHERE "position" > {self.cursor.position}'
            f' ORDER BY "position" LIMIT {limit}'
        )
        return [tuple(row) for row in rows]

    async def _run(self) -> None:
        """Catch up every few seconds. A failure is logged, and the next round tries again."""
        backoff = Backoff(self.name, longest_delay=INTERVAL)
        while True:
            try:
                await backoff.retry_until_available(self.catch_up, is_outage)
            except (Unavailable, CursorBeyondLog) as error:
                await asyncio.sleep(backoff.add_failure(error))
            except Exception:
                logger.exception("%s failed; it tries again in %s s.", self.name, INTERVAL)
            await asyncio.sleep(INTERVAL)


async def _execute(statement: str) -> Sequence[Any]:
    rows: Sequence[Any] = (await connection().execute_query(statement))[1]
    return rows
