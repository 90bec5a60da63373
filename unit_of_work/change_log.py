"""Appends to the change log, as the last thing before a commit."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import asyncpg

from database.connections import connection, is_postgres
from database.rows import as_json, insert
from database.session_settings import HEAD_LOCK_TIMEOUT
from database.tables import columns_of
from errors import Unavailable
from models.changes import LOG_HEAD_ID, Change
from unit_of_work.epochs import enter_database


async def append(changes: Sequence[Change]) -> int | None:
    """Give the changes the next positions, write them, and return the log's new head.

    Without changes this does nothing and returns None. The lock of the head row is held until the
    commit, so that commits and positions have the same order, and a rollback leaves no gap. Raises
    Unavailable if another transaction holds the head for longer than HEAD_LOCK_TIMEOUT.
    """
    if not changes:
        return None
    if is_postgres():
        return await _append_in_one_statement(changes)
    rows = await connection().execute_query_dict(
        "UPDATE log_head SET position = position + ? WHERE id = ? RETURNING position",
        [len(changes), LOG_HEAD_ID],
    )
    head: int = rows[0]["position"]
    for offset, change in enumerate(changes, start=1):
        change.position = head - len(changes) + offset
    await insert(changes)
    return head


async def _append_in_one_statement(changes: Sequence[Change]) -> int:
    """Append with one round trip instead of two, because other commands wait meanwhile.

    The statement lengthens the lock timeout of its transaction before it asks for the head's lock.
    """
    for offset, change in enumerate(changes, start=1):
        change.position = offset
    rows = as_json(changes, columns_of(Change))
    values = [len(changes), LOG_HEAD_ID, rows, HEAD_LOCK_TIMEOUT]
    result = await _execute_append(values)
    if not result:
        # The database is new to this log, or became another one: a replica was promoted, perhaps.
        await enter_database()
        result = await _execute_append(values)
    head: int = result[0]["position"]
    for change in changes:
        change.position += head - len(changes)
    return head


async def _execute_append(values: list[object]) -> list[dict[str, Any]]:
    try:
        return await connection().execute_query_dict(_append_statement(), values)
    except asyncpg.LockNotAvailableError as error:
        raise Unavailable from error


@cache
def _append_statement() -> str:
    """Return a statement that appends if the log is known to be in this database.

    The database is compared where positions are given out, so that there is no moment in which one
    could be given out for the second time.
    """
    columns = [name for name in columns_of(Change) if name != "position"]
    return f"""
    WITH head AS (
        UPDATE log_head SET position = position + $1
        FROM database_identity() AS present (database)
        WHERE id = $2 AND log_head.database = present.database
            AND set_config('lock_timeout', $4, true) IS NOT NULL
        RETURNING position
    ), appended AS (
        INSERT INTO change (position, {", ".join(columns)})
        SELECT head.position - $1 + new.position, {", ".join(f"new.{name}" for name in columns)}
        FROM head, jsonb_populate_recordset(NULL::change, $3::jsonb) AS new
    )
    SELECT position FROM head
    """
