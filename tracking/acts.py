"""An act: one change to the facts, in one transaction, told to the world when it is done."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import asyncpg
from tortoise.exceptions import IntegrityError, OperationalError

from auth import Viewer
from errors import Unavailable
from models.changes import Change
from models.database import transaction
from models.enums import ExceptionSeverity
from tracking.log import append
from tracking.rows import Rows

logger = logging.getLogger("whereabouts.tracking")

ATTEMPTS = 5
"""A deadlock or a race with a twin ends at the second try; five leave room for a crowd."""
FIRST_PAUSE = 0.02
"""Seconds before the second try; doubled, and spread, from then on."""

DEFAULT_DUE = {
    ExceptionSeverity.CRITICAL: timedelta(hours=4),
    ExceptionSeverity.HIGH: timedelta(hours=24),
    ExceptionSeverity.MEDIUM: timedelta(hours=72),
}

RACES = (IntegrityError, asyncpg.exceptions.TransactionRollbackError)
"""A twin came first, and the next run finds what it wrote; or a deadlock was broken."""

OUTAGES = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.exceptions.IdleInTransactionSessionTimeoutError,
)
TIMEOUTS = (asyncpg.exceptions.LockNotAvailableError, asyncpg.exceptions.QueryCanceledError)
"""Seconds were spent already: the caller is told, and may try again."""

SQLITE_IS_BUSY = ("database is locked", "database table is locked")

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Tracker:
    """What every act needs: whom to tell, the clock, and the times allowed for exceptions."""

    announce: Callable[[int], None]
    clock: Callable[[], datetime] = utc_now
    due: dict[ExceptionSeverity, timedelta] = field(default_factory=lambda: dict(DEFAULT_DUE))


@dataclass(slots=True)
class Act:
    """One run of an act: who acts and when, the rows it touches, the changes it makes."""

    tracker: Tracker
    viewer: Viewer
    now: datetime
    actor: str
    rows: Rows = field(default_factory=Rows)
    changes: list[Change] = field(default_factory=list)

    async def finish(self) -> int | None:
        """Write everything; the log comes last, for its head is what all writers queue for."""
        await self.rows.save()
        return await append(self.changes)


def act(
    run: Callable[Concatenate[Act, Parameters], Awaitable[Result]],
) -> Callable[Concatenate[Tracker, Viewer, Parameters], Awaitable[Result]]:
    """Run it in a transaction, again after a race or deadlock, and announce its changes.

    Raises Unavailable when it kept losing races, or the database is away.
    """

    @wraps(run)
    async def perform(
        tracker: Tracker, viewer: Viewer, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await _once(tracker, viewer, run, *args, **kwargs)
            except TIMEOUTS as error:
                raise Unavailable from error
            except (OperationalError, *RACES, *OUTAGES) as error:
                if not _is_worth_another_try(error):
                    raise
                if attempt == ATTEMPTS:
                    raise _as_the_caller_sees_it(error) from error
                logger.info("%s is tried again: %s", run.__name__, type(error).__name__)
            await asyncio.sleep(FIRST_PAUSE * 2**attempt * random.uniform(0.5, 1.5))
        raise AssertionError("the last attempt returns or raises")

    return perform


async def _once(
    tracker: Tracker,
    viewer: Viewer,
    run: Callable[Concatenate[Act, Parameters], Awaitable[Result]],
    *args: Parameters.args,
    **kwargs: Parameters.kwargs,
) -> Result:
    async with transaction():
        this = Act(tracker, viewer, tracker.clock(), viewer.name)
        result = await run(this, *args, **kwargs)
        head = await this.finish()
    if head is not None:
        tracker.announce(head)
    return result


def _is_worth_another_try(error: Exception) -> bool:
    if isinstance(error, OperationalError):
        return any(word in str(error) for word in SQLITE_IS_BUSY)
    return isinstance(error, RACES) or isinstance(error, OUTAGES)


def _as_the_caller_sees_it(error: Exception) -> Exception:
    """A constraint that five runs could not satisfy is a bug of ours; all else passes."""
    return error if isinstance(error, IntegrityError) else Unavailable()
