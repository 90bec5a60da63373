"""Locks that another transaction holds: what is known of them, and who must not hold them longer.

SQLite has one writer at a time, and none of this.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import asyncpg
from tortoise import Model

from database.connections import IDLE_IN_TRANSACTION_TIMEOUT, connection, is_postgres
from database.rows import read_values
from runtime.micro_batcher import WouldWait

logger = logging.getLogger("whereabouts.database")


class Lock(NamedTuple):
    """The lock of one row, which is known by the value of a unique column."""

    model: type[Model]
    column: str
    value: Any


class LockedOut(WouldWait):
    """Another transaction holds locks for longer than LOCK_TIMEOUT; this one has to be given up.

    `locks` are those that were asked for, of which at least one is held. They are empty if nothing
    is known of the lock, such as that of a value that must be unique and that another transaction
    is about to store.
    """

    def __init__(self, locks: Collection[Lock] = ()) -> None:
        super().__init__(f"{len(locks)} locks")
        self.locks = frozenset(locks)


async def held_among(locks: Iterable[Lock]) -> frozenset[Lock]:
    """Return the locks that a transaction holds at this moment. Call it outside of transactions:
    the others are taken, and released at once."""
    values: dict[tuple[type[Model], str], set[Any]] = defaultdict(set)
    for lock in locks:
        values[lock.model, lock.column].add(lock.value)
    held: set[Lock] = set()
    for (model, column), wanted in values.items():
        every = await read_values(model, (column,), f"{column} AMONG 1", wanted)
        free = await read_values(
            model, (column,), f"{column} AMONG 1", wanted, is_locked=True, skips_locked=True
        )
        held |= {Lock(model, column, value) for (value,) in set(every) - set(free)}
    return frozenset(held)


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
