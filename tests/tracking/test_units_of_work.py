"""Commands are tried again after transient errors, and do not fail with their announcement."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from access.viewer import SYSTEM
from database import connections, retries
from database.retries import ATTEMPTS
from errors import Unavailable
from models.orders import Order
from tests.conftest import AnnouncementRecorder
from tests.factories.acts import make_order
from tests.factories.drafts import build_order_draft
from tests.tracking.assertions import assert_log_is_gapless
from tracking.orders.creation import create_order
from unit_of_work import change_log, lock_queue, unit_of_work
from unit_of_work.unit_of_work import Tracker, UnitOfWork, command

pytestmark = pytest.mark.usefixtures("db")

PASSING: list[Exception] = [
    IntegrityError("UNIQUE constraint failed"),
    OperationalError("database is locked"),
    asyncpg.exceptions.DeadlockDetectedError("deadlock detected"),
    asyncpg.exceptions.SerializationError("could not serialize"),
    asyncpg.exceptions.AdminShutdownError("terminating connection"),
    asyncpg.exceptions.TooManyConnectionsError("sorry"),
    asyncpg.ConnectionDoesNotExistError("connection was closed"),
    asyncpg.InterfaceError("connection is closed"),
    ConnectionRefusedError(),
]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "FIRST_PAUSE", 0.0001)


def failing(times: int, error: Exception) -> tuple[Callable[..., object], list[int]]:
    """A command that raises the errors one after the other, and the list of its runs."""
    runs: list[int] = []

    async def run(uow: UnitOfWork) -> int:
        runs.append(1)
        if len(runs) <= times:
            raise error
        return len(runs)

    return command(run), runs


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
async def test_a_transient_error_is_tried_again(tracker: Tracker, error: Exception) -> None:
    perform, runs = failing(ATTEMPTS - 1, error)

    assert await perform(tracker, SYSTEM) == ATTEMPTS  # type: ignore[misc]
    assert len(runs) == ATTEMPTS


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
async def test_a_lasting_error_is_an_outage_or_a_bug(tracker: Tracker, error: Exception) -> None:
    perform, runs = failing(ATTEMPTS, error)

    with pytest.raises(IntegrityError if isinstance(error, IntegrityError) else Unavailable):
        await perform(tracker, SYSTEM)  # type: ignore[misc]
    assert len(runs) == ATTEMPTS


async def test_a_timeout_is_raised_at_once(tracker: Tracker) -> None:
    perform, runs = failing(1, asyncpg.exceptions.QueryCanceledError("statement timeout"))

    with pytest.raises(Unavailable):
        await perform(tracker, SYSTEM)  # type: ignore[misc]
    assert len(runs) == 1


async def test_a_command_that_meets_a_lock_runs_again_later(tracker: Tracker) -> None:
    perform, runs = failing(3, asyncpg.exceptions.LockNotAvailableError("lock timeout"))

    assert await perform(tracker, SYSTEM) == 4  # type: ignore[misc]
    assert len(runs) == 4


async def test_a_lock_that_is_never_free_is_an_outage(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock_queue, "WAIT_SECONDS", 0.0)
    perform, runs = failing(2, asyncpg.exceptions.LockNotAvailableError("lock timeout"))

    with pytest.raises(Unavailable):
        await perform(tracker, SYSTEM)  # type: ignore[misc]
    assert len(runs) == 1


@pytest.mark.parametrize(
    "error",
    [OperationalError("no such column"), asyncpg.exceptions.InternalServerError("?"), KeyError()],
)
async def test_a_bug_is_not_tried_again(tracker: Tracker, error: Exception) -> None:
    perform, runs = failing(1, error)

    with pytest.raises(type(error)):
        await perform(tracker, SYSTEM)  # type: ignore[misc]
    assert len(runs) == 1


async def test_a_command_that_may_be_committed_is_not_repeated(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is lost after the server got the commit and before its answer arrived."""
    transaction = connections.transaction

    @asynccontextmanager
    async def lost_at_the_end() -> AsyncGenerator[None, None]:
        async with transaction():
            yield
        raise asyncpg.ConnectionDoesNotExistError("connection was closed")

    monkeypatch.setattr(unit_of_work, "transaction", lost_at_the_end)

    with pytest.raises(Unavailable):
        await create_order(tracker, SYSTEM, build_order_draft())
    assert await Order.all().count() == 1


async def test_a_command_that_is_tried_again_is_announced_once(
    tracker: Tracker, announcements: AnnouncementRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    append, failures = change_log.append, [asyncpg.exceptions.DeadlockDetectedError("deadlock")]

    async def append_at_the_second_try(changes: object) -> int | None:
        head = await append(changes)  # type: ignore[arg-type]
        if failures:
            raise failures.pop()
        return head

    monkeypatch.setattr(unit_of_work, "append", append_at_the_second_try)
    await create_order(tracker, SYSTEM, build_order_draft())

    assert announcements.heads == [1]
    await assert_log_is_gapless()


async def test_a_change_is_announced_once_it_is_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []
    transaction = connections.transaction

    @asynccontextmanager
    async def noted() -> AsyncGenerator[None, None]:
        async with transaction():
            yield
        happened.append("committed")

    monkeypatch.setattr(unit_of_work, "transaction", noted)
    await make_order(Tracker(announce=lambda head: happened.append(f"announced {head}")))

    assert happened == ["committed", "announced 1", "committed", "announced 2"]


async def test_a_failing_announcement_fails_no_command(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def announce(head: int) -> None:
        raise ConnectionResetError

    await make_order(Tracker(announce=announce), confirmed=False)

    assert await Order.all().count() == 1
    assert "Position 1 could not be announced" in caplog.text


async def test_a_cancelled_command_ends_cancelled_though_its_rollback_fails(
    tracker: Tracker,
) -> None:
    """If the rollback's error were raised instead, the command would be tried again."""
    begun, runs = asyncio.Event(), []

    @command
    async def wait(uow: UnitOfWork) -> None:
        runs.append(1)
        client: Any = connections.connection()
        client.rollback = _failing_after(client.rollback)
        begun.set()
        await asyncio.sleep(60)

    task: asyncio.Task[None] = asyncio.create_task(wait(tracker, SYSTEM))
    await begun.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)
    assert len(runs) == 1
    await make_order(tracker)


def _failing_after(rollback: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    async def fail() -> None:
        await rollback()
        raise OperationalError("database is locked")

    return fail
