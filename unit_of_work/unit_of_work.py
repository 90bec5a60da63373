"""An act: one change to the facts, in one transaction, told to the world when it is done."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from access.viewer import Viewer
from database.connections import transaction
from database.outages import OUTAGES
from database.retries import with_retries
from errors import Unavailable
from models.changes import Change
from models.enums import ExceptionSeverity
from runtime.micro_batcher import MicroBatcher
from unit_of_work.change_log import append
from unit_of_work.session import Session

logger = logging.getLogger("whereabouts.tracking")

ACTS_AT_ONCE = 3
"""Of one process. While one computes, the others' transactions stand idle: with more of them,
PostgreSQL would take a busy process for a stopped one. It leaves connections for reads, too."""

DEFAULT_DUE = {
    ExceptionSeverity.CRITICAL: timedelta(hours=4),
    ExceptionSeverity.HIGH: timedelta(hours=24),
    ExceptionSeverity.MEDIUM: timedelta(hours=72),
}


Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Tracker:
    """What every act needs: whom to tell, the clock, the times allowed for exceptions, and the
    calls with news that wait to be recorded together."""

    announce: Callable[[int], None]
    clock: Callable[[], datetime] = utc_now
    due: dict[ExceptionSeverity, timedelta] = field(default_factory=lambda: dict(DEFAULT_DUE))
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(ACTS_AT_ONCE))
    head: asyncio.Lock = field(default_factory=asyncio.Lock)
    """For taking places in the log until the commit. If the process is stopped then, the database
    ends one transaction that holds the head, and does not meet the next one waiting for it."""
    calls: MicroBatcher[Any, Any] = field(default_factory=MicroBatcher)


@dataclass(slots=True)
class UnitOfWork:
    """One run of an act: who acts and when, the rows it touches, the changes it makes."""

    tracker: Tracker
    viewer: Viewer
    now: datetime
    actor: str
    rows: Session = field(default_factory=Session)
    changes: list[Change] = field(default_factory=list)

    async def finish(self, commit: AsyncExitStack) -> int | None:
        """Write everything; the log comes last, for its head is what all writers queue for."""
        await self.rows.save()
        if self.changes:
            await commit.enter_async_context(self.tracker.head)
        return await append(self.changes)


def command(
    run: Callable[Concatenate[UnitOfWork, Parameters], Awaitable[Result]],
) -> Callable[Concatenate[Tracker, Viewer, Parameters], Coroutine[Any, Any, Result]]:
    """Run it in a transaction, patiently, and announce its changes."""

    @wraps(run)
    async def perform(
        tracker: Tracker, viewer: Viewer, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        async def attempt() -> Result:
            async with tracker.gate:
                this = UnitOfWork(tracker, viewer, tracker.clock(), viewer.name)
                return await _once(this, lambda: run(this, *args, **kwargs))

        return await with_retries(attempt)

    return perform


async def _once(this: UnitOfWork, run: Callable[[], Awaitable[Result]]) -> Result:
    is_written = False
    try:
        async with AsyncExitStack() as commit, transaction():
            result = await run()
            head = await this.finish(commit)
            is_written = True
    except OUTAGES as error:
        if is_written:
            # The commit may have been heard: done again, it could be done twice.
            raise Unavailable from error
        raise
    if head is not None:
        _announce(this.tracker, head)
    return result


def _announce(tracker: Tracker, head: int) -> None:
    """What is in the log is found there sooner or later, so that this fails no command."""
    try:
        tracker.announce(head)
    except Exception:
        logger.exception("Position %s could not be announced.", head)
