"""The change log's end: places are taken and changes appended, last thing before the commit."""

from collections.abc import Sequence
from functools import cache

from database.connections import connection, is_postgres
from database.rows import as_json, columns_of, insert
from models.changes import LOG_HEAD_ID, Change


async def append(changes: Sequence[Change]) -> int | None:
    """Give the changes the next positions and write them; the new head, None without changes.

    The head row's lock is held from here to the commit, so that commits and positions agree and
    a rollback gives the places back.
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
    for place, change in enumerate(changes, start=1):
        change.position = head - len(changes) + place
    await insert(changes)
    return head


async def _append_in_one_statement(changes: Sequence[Change]) -> int:
    """One round trip while everybody waits, instead of two."""
    for place, change in enumerate(changes, start=1):
        change.position = place
    rows = as_json(changes, columns_of(Change))
    found = await connection().execute_query_dict(
        _append_statement(), [len(changes), LOG_HEAD_ID, rows]
    )
    head: int = found[0]["position"]
    for change in changes:
        change.position += head - len(changes)
    return head


@cache
def _append_statement() -> str:
    columns = [name for name in columns_of(Change) if name != "position"]
    return f"""
    WITH head AS (
        UPDATE log_head SET position = position + $1 WHERE id = $2 RETURNING position
    ), appended AS (
        INSERT INTO change (position, {", ".join(columns)})
        SELECT head.position - $1 + one.position, {", ".join(f"one.{name}" for name in columns)}
        FROM head, jsonb_populate_recordset(NULL::change, $3::jsonb) AS one
    )
    SELECT position FROM head
    """
