"""Claims: a due body is read by one process at a time.

A claim is a lease: when it has run out, another process may claim the body. The number of attempts
is the claim's token, so that a process that was overtaken settles nothing.
"""

from datetime import timedelta
from functools import partial
from uuid import UUID

from database.clock import database_now, measure_clock
from database.connections import is_postgres, transaction
from database.retries import with_retries
from database.rows import read, update
from database.texts import is_storable
from models.enums.intakes import IntakeState
from models.intakes import PROBLEM_LENGTH, Intake

READING_SECONDS = 30.0
"""Seconds in which a body must be read: its commands may wait some seconds each for locks."""
LEASE = timedelta(seconds=2 * READING_SECONDS)
"""The time for which a body belongs to the process that reads it: twice what it may take."""
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 180, 900))
"""The times between the attempts to read a body, which in all outlast a failover."""
TRIES = len(PAUSES) + 1
INTERRUPTED = "The server ended each time while it read this body."
ON_POSTGRES, ON_SQLITE = "now()", "strftime('%Y-%m-%d %H:%M:%f', 'now') || '999+00:00'"
"""The time of the database. SQLite compares times as texts, in the form of its columns. It knows
milliseconds only: what is due within this one is due."""
BEFORE_ALL = UUID(int=0)
"""No receiver has this id: it sorts before those of all."""
NEXT_ON_POSTGRES, NEXT_ON_SQLITE = "($1::uuid[])[1]", "(SELECT value FROM json_each(?1))"
DUE = (
    "state = 'RECEIVED' AND receiver_id > {receiver} AND due_at <= {now}"
    " AND (lease_until IS NULL OR lease_until < {now})"
    " ORDER BY receiver_id, due_at, id LIMIT 1"
)
"""The rows of the index `intake_turns` that may be claimed after a receiver's turn."""


async def claim(after: UUID = BEFORE_ALL) -> Intake | None:
    """Claim a body that is due, or return None.

    Receivers take turns, so that none waits for the many bodies of another: the next by its id,
    after the one that had the last turn, gives its body that has been due for longest. Raises
    Unavailable.
    """
    return await with_retries(partial(_claim, after))


async def _claim(after: UUID) -> Intake | None:
    await measure_clock()
    now = database_now()
    async with transaction():
        rows = await _next_due(after) or await _next_due(BEFORE_ALL)
        for row in rows:
            if row.attempts >= TRIES:
                row.state, row.problem, row.lease_until = IntakeState.FAILED, INTERRUPTED, None
            else:
                row.attempts += 1
                row.lease_until = now + LEASE
        await update(rows, ("state", "problem", "attempts", "lease_until"))
    return rows[0] if rows else None


async def _next_due(after: UUID) -> list[Intake]:
    return await read(Intake, due_condition(), [after], is_locked=True, skips_locked=True)


def due_condition() -> str:
    """Return the SQL condition of the next due body, in the dialect of the database."""
    if is_postgres():
        return DUE.format(now=ON_POSTGRES, receiver=NEXT_ON_POSTGRES)
    return DUE.format(now=ON_SQLITE, receiver=NEXT_ON_SQLITE)


async def settle(claimed: Intake, state: IntakeState, problem: str | None) -> bool:
    """Record the end of a claimed body; return False if another process has claimed it meanwhile.

    Raises Unavailable.
    """
    return await _update(claimed, state=state, problem=storable(problem), lease_until=None)


async def put_off(claimed: Intake, problem: str) -> bool:
    """Let a claimed body be read again later; after the last attempt it has FAILED.

    Returns and raises what `settle` does.
    """
    if claimed.attempts >= TRIES:
        return await settle(claimed, IntakeState.FAILED, problem)
    due_at = database_now() + PAUSES[claimed.attempts - 1]
    return await _update(claimed, due_at=due_at, problem=storable(problem), lease_until=None)


async def free_all() -> None:
    """End the leases that an earlier process has left, where only this one may serve."""
    if not is_postgres():
        await Intake.filter(state=IntakeState.RECEIVED).update(lease_until=None)


async def _update(claimed: Intake, **values: object) -> bool:
    async def attempt() -> bool:
        mine = Intake.filter(id=claimed.id, attempts=claimed.attempts, state=IntakeState.RECEIVED)
        async with transaction():
            return bool(await mine.update(**values))

    return await with_retries(attempt)


def storable(problem: str | None) -> str | None:
    """Return the text as the column takes it."""
    if problem is None:
        return None
    text = problem if is_storable(problem) else ascii(problem)
    return text if len(text) <= PROBLEM_LENGTH else f"{text[: PROBLEM_LENGTH - 3]}..."
