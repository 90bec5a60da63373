"""Locks that another transaction holds: what is known of them, and who must not hold them longer.

SQLite has one writer at a time, and none of this.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import asyncpg
from tortoise import Model

from database.connections import connection, is_postgres
from database.rows import read_values
from database.session_settings import IDLE_IN_TRANSACTION_TIMEOUT
from runtime.micro_batcher import WouldWait

logger = logging.getLogger("whereabouts.database")


class RowLock(NamedTuple):
    """The lock of one row, which is known by the value of a unique column."""

    model: type[Model]
    column: str
    value: Any
    is_exclusive: bool = True


class AdvisoryLock(NamedTuple):
    """An advisory lock, which several transactions may share."""

    key: int
    is_exclusive: bool


Lock = RowLock | AdvisoryLock


class LockedOut(WouldWait):
    """Another transaction holds locks for longer than LOCK_TIMEOUT; this one has to be given up.

    `locks` are those that were asked for, of which at least one is held. They are empty if nothing
    is known of the lock, such as that of a value that must be unique and that another transaction
    is about to store.
    """

    def __init__(self, locks: Collection[Lock] = ()) -> None:
        super().__init__(f"{len(locks)} locks")
        self.locks = frozenset(locks)


HELD_ADVISORY = """
SELECT key, is_exclusive FROM unnest($1::bigint[], $2::boolean[]) AS wanted (key, is_exclusive)
WHERE NOT CASE WHEN is_exclusive THEN pg_try_advisory_xact_lock(key)
               ELSE pg_try_advisory_xact_lock_shared(key) END
"""


async def held_among(locks: Iterable[Lock]) -> frozenset[Lock]:
    """Return the locks that a transaction holds at this moment. Call it outside of transactions:
    the others are taken, and released at once."""
    rows: dict[tuple[type[Model], str], set[Any]] = defaultdict(set)
    advisory: set[AdvisoryLock] = set()
    for lock in locks:
        if isinstance(lock, AdvisoryLock):
            advisory.add(lock)
        else:
            rows[lock.model, lock.column].add(lock.value)
    held: set[Lock] = set(await _held_advisory(advisory))
    for (model, column), values in rows.items():
        held |= await _held_rows(model, column, values)
    return frozenset(held)


async def _held_advisory(locks: Collection[AdvisoryLock]) -> list[AdvisoryLock]:
    if not locks:
        return []
    values = [list(column) for column in zip(*sorted(locks), strict=True)]
    rows = await connection().execute_query_dict(HELD_ADVISORY, values)
    return [AdvisoryLock(row["key"], row["is_exclusive"]) for row in rows]


async def _held_rows(model: type[Model], column: str, values: Collection[Any]) -> set[RowLock]:
    where = f"{column} AMONG 1"
    every = await read_values(model, (column,), where, values)
    free = await read_values(model, (column,), where, values, is_locked=True, skips_locked=True)
    return {RowLock(model, column, value) for (value,) in set(every) - set(free)}


END_STOPPED = """
SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = current_setting('application_name') AND datname = current_database()
  AND pg_has_role(usesysid, 'USAGE')
  AND state = 'active' AND wait_event = 'ClientRead' AND now() - state_change > $1::text::interval
"""


async def end_stopped_transactions() -> None:
    """End transactions of processes that have stopped in the middle of a statement.

    The driver sends a statement that is new to a connection in two parts. While the second part
    is missing, neither PostgreSQL's limit of idle transactions nor any other one applies, and a
    stopped process would hold its locks for ever.
    """
    if not is_postgres():
        return
    try:
        ended = await connection().execute_query_dict(END_STOPPED, [IDLE_IN_TRANSACTION_TIMEOUT])
    except asyncpg.InsufficientPrivilegeError as error:
        logger.warning("A stopped transaction cannot be ended: %s", error)
        return
    for row in ended:
        logger.warning("Ended the transaction of backend %s, whose process has stopped", row["pid"])
