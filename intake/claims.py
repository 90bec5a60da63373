"""Claims: a due body is read by one process at a time.

A claim is a lease: when it has run out, another process may claim the body. The number of attempts
is the claim's token, so that a process that was overtaken settles nothing.
"""

from datetime import timedelta

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
ON_POSTGRES, ON_SQLITE = "now()", "strftime('%Y-%m-%d %H:%M:%f', 'now') || '+00:00'"
"""The time of the database. SQLite compares times as texts, in the form of its columns."""
DUE = (
    "state = 'RECEIVED' AND due_at <= {now} AND (lease_until IS NULL OR lease_until < {now})"
    " ORDER BY due_at, id LIMIT 1"
)
"""The rows of the index `intake_due` that may be claimed."""


async def claim() -> Intake | None:
    """Claim the body that has been due for longest, or return None. Raises Unavailable."""
    return await with_retries(_claim)


async def _claim() -> Intake | None:
    await measure_clock()
    now = database_now()
    async with transaction():
        due = DUE.format(now=ON_POSTGRES if is_postgres() else ON_SQLITE)
        rows = await read(Intake, due, is_locked=True, skips_locked=True)
        for row in rows:
            if row.attempts >= TRIES:
                row.state, row.problem, row.lease_until = IntakeState.FAILED, INTERRUPTED, None
            else:
                row.attempts += 1
                row.lease_until = now + LEASE
        await update(rows, ("state", "problem", "attempts", "lease_until"))
    return rows[0] if rows else None


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
