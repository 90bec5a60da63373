"""The unit of work: a command runs in one transaction, and its changes are announced after it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import asyncpg

from access.viewer import Viewer
from database.clock import database_now, measure_clock
from database.connections import transaction
from database.locks import Lock, LockedOut
from database.outages import OUTAGES
from database.retries import with_retries
from errors import Unavailable
from models.carrier_families import CarrierFamilies
from models.changes import Change
from models.enums import ExceptionSeverity
from runtime.micro_batcher import MicroBatcher
from unit_of_work.change_log import append
from unit_of_work.lock_queue import LockQueue
from unit_of_work.session import Session

logger = logging.getLogger("whereabouts.unit_of_work")

MAX_CONCURRENT_COMMANDS = 3
"""The limit of one process. While a command computes, the transactions of the others are idle: with
more of them, PostgreSQL would take a busy process for a stopped one. The limit also leaves
connections for reads."""

DEFAULT_DUE = {
    ExceptionSeverity.CRITICAL: timedelta(hours=4),
    ExceptionSeverity.HIGH: timedelta(hours=24),
    ExceptionSeverity.MEDIUM: timedelta(hours=72),
}
"""The times in which exceptions should be resolved. Those of LOW severity have none."""


def due_times(settings: object) -> dict[ExceptionSeverity, timedelta]:
    """Return the time until an exception of each severity is due, as the settings name it."""
    return {
        severity: timedelta(hours=getattr(settings, f"due_hours_{severity.lower()}"))
        for severity in DEFAULT_DUE
    }


Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Tracker:
    """The dependencies that all commands of a process share."""

    announce: Callable[[int], None]
    """Tells the feeds that the log has grown to this position."""
    clock: Callable[[], datetime] = database_now
    due: dict[ExceptionSeverity, timedelta] = field(default_factory=lambda: dict(DEFAULT_DUE))
    """The time in which an exception should be resolved, by severity."""
    families: CarrierFamilies = field(default_factory=CarrierFamilies)
    """The carriers that use each other's tracking numbers."""
    slots: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(MAX_CONCURRENT_COMMANDS)
    )
    """Held by each running command."""
    head_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held from taking positions in the log to the commit. If the process is stopped in between,
    the database ends the one transaction that holds the head row; no other transaction of the
    process waits for that row."""
    event_batcher: MicroBatcher[Any, Any] = field(default_factory=MicroBatcher)
    """Lets concurrent calls that record events share a transaction."""
    lock_queue: LockQueue = field(default_factory=LockQueue)
    """The commands that wait for locks of other transactions."""


@dataclass(slots=True)
class UnitOfWork:
    """One attempt of a command: its viewer and time, the rows it touches, the changes it makes.

    `actor` is the name that its changes carry in the log. `turns` are the contended locks that it
    may ask for.
    """

    tracker: Tracker
    viewer: Viewer
    now: datetime
    actor: str
    rows: Session = field(default_factory=Session)
    changes: list[Change] = field(default_factory=list)
    turns: frozenset[Lock] = frozenset()

    @property
    def families(self) -> CarrierFamilies:
        return self.tracker.families

    @contextmanager
    def locking(self, locks: Iterable[Lock]) -> Generator[None, None, None]:
        """The block locks these rows. Raises LockedOut if another transaction keeps one of them, or
        if other commands wait for one."""
        asked = list(locks)
        self.tracker.lock_queue.refuse_awaited(asked, self.turns)
        try:
            yield
        except asyncpg.LockNotAvailableError as error:
            raise LockedOut(asked) from error

    async def flush(self, commit: AsyncExitStack) -> int | None:
        """Write the rows, then the log, and return its new head.

        The log comes last, because all commands wait for its head row.
        """
        await self.rows.save()
        if self.changes:
            await commit.enter_async_context(self.tracker.head_lock)
        return await append(self.changes)


def command(
    run: Callable[Concatenate[UnitOfWork, Parameters], Awaitable[Result]],
) -> Callable[Concatenate[Tracker, Viewer, Parameters], Coroutine[Any, Any, Result]]:
    """Run the function in a transaction, with retries, and announce its changes after the commit.

    While another transaction holds its locks, the command waits outside of its transaction and of
    the tracker's slots. Raises Unavailable if every attempt fails, if a lock is not free in time,
    or if an outage hides whether the commit succeeded.
    """

    @wraps(run)
    async def perform(
        tracker: Tracker, viewer: Viewer, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        async def attempt(turns: frozenset[Lock]) -> Result:
            return await _run_retried(tracker, viewer, turns, lambda uow: run(uow, *args, **kwargs))

        return await tracker.lock_queue.run(attempt)

    return perform


def joint_command(
    run: Callable[Concatenate[UnitOfWork, Parameters], Awaitable[Result]],
) -> Callable[Concatenate[Tracker, Viewer, Parameters], Coroutine[Any, Any, Result]]:
    """Run the function as `command` does, but raise LockedOut instead of waiting for locks: it does
    the work of several callers, of whom only some need them."""

    @wraps(run)
    async def perform(
        tracker: Tracker, viewer: Viewer, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        return await _run_retried(
            tracker, viewer, frozenset(), lambda uow: run(uow, *args, **kwargs)
        )

    return perform


async def _run_retried(
    tracker: Tracker,
    viewer: Viewer,
    turns: frozenset[Lock],
    run: Callable[[UnitOfWork], Awaitable[Result]],
) -> Result:
    async def attempt() -> Result:
        async with tracker.slots:
            await measure_clock()
            uow = UnitOfWork(tracker, viewer, tracker.clock(), viewer.actor, turns=turns)
            return await _attempt(uow, run)

    return await with_retries(attempt)


async def _attempt(uow: UnitOfWork, run: Callable[[UnitOfWork], Awaitable[Result]]) -> Result:
    is_written = False
    try:
        async with AsyncExitStack() as commit, transaction():
            result = await run(uow)
            head = await uow.flush(commit)
            is_written = True
    except asyncpg.LockNotAvailableError as error:
        raise LockedOut from error
    except OUTAGES as error:
        if is_written:
            # The commit may have succeeded: another attempt could do everything twice.
            raise Unavailable from error
        raise
    if head is not None:
        _announce(uow.tracker, head)
    return result


def _announce(tracker: Tracker, head: int) -> None:
    """Announce the head. A failure is only logged: every feed also reads the log by itself."""
    try:
        tracker.announce(head)
    except Exception:
        logger.exception("Position %s could not be announced.", head)
