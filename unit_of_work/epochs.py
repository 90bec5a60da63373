"""Epochs of the change log: what was put back to an earlier state gives no position out twice.

A restored backup and a promoted replica lack the end of the log, but clients have seen it. If the
log went on from its head, the lost positions would be given out again, to other changes. So a new
epoch begins beyond all positions that were ever given out: at the microseconds since 1970, of which
pass more than changes are made. Positions of the lost part then name no change, which is noticed.
"""

from database.connections import connection, is_postgres
from models.changes import LOG_HEAD_ID, LogHead

SMALLEST_STEP = 1_000_000_000
"""An epoch begins at least this far beyond the head, whatever the clock says: more changes than
are lost at once."""


async def begin_epoch() -> int:
    """Begin a new epoch, and return the position after which its changes come."""
    [position] = await _update_head(_beginning(), "1 = 1")
    return position


async def end_epoch(epoch: int) -> int:
    """Begin a new epoch unless another process has ended this one; return the present epoch."""
    await _update_head(_beginning(), f"epoch = {epoch}")
    [present] = await LogHead.filter(id=LOG_HEAD_ID).values_list("epoch", flat=True)
    return int(str(present))


async def enter_database() -> None:
    """Note that the log is in this database now; one that was elsewhere begins a new epoch."""
    beginning = f"CASE WHEN database IS NULL THEN position ELSE {_beginning()} END"
    await _update_head(beginning, "database IS DISTINCT FROM database_identity()")


async def _update_head(position: str, condition: str) -> list[int]:
    """Move the head and the epoch; both arguments are SQL. Returns the position if it moved."""
    identity = "database_identity()" if is_postgres() else "NULL"
    rows = await connection().execute_query_dict(
        f"UPDATE log_head SET position = {position}, database = {identity},"
        f" epoch = CASE WHEN {position} = position THEN epoch ELSE {position} END"
        f" WHERE id = {LOG_HEAD_ID} AND {condition} RETURNING position"
    )
    return [row["position"] for row in rows]


def _beginning() -> str:
    """Return the SQL of the position after which a new epoch begins."""
    if is_postgres():
        # The time of the transaction, which is the same wherever the statement asks for it.
        microseconds = "CAST(extract(epoch FROM now()) * 1000000 AS bigint)"
        return f"greatest(position + {SMALLEST_STEP}, {microseconds})"
    # SQLite's time is the same within a statement, too.
    microseconds = "CAST((julianday('now') - 2440587.5) * 86400000000 AS integer)"
    return f"max(position + {SMALLEST_STEP}, {microseconds})"
