"""Locks that writers hold until the commit on PostgreSQL, where writers run concurrently."""

from collections.abc import AsyncGenerator

import asyncpg
import pytest

from access.viewer import SYSTEM
from database.connections import transaction
from models.carrier_families import Number
from models.shipments import TrackingNumber
from tests.factories.drafts import NOW
from tracking.events.source_locks import lock_sources
from tracking.shipments.tracking_number_locks import lock_numbers, number_lock
from unit_of_work.unit_of_work import Tracker, UnitOfWork

FIRST, SECOND = Number("ups", "N1"), Number("ups", "N2")
KEYS = [number_lock(FIRST), number_lock(SECOND)]
ADVISORY = "SELECT count(*), count(*) FILTER (WHERE mode = 'ExclusiveLock') FROM pg_locks"


@pytest.fixture
async def other(engine: str, db: str) -> AsyncGenerator[asyncpg.Connection, None]:
    """A connection outside the product's pool."""
    if engine != "postgres":
        pytest.skip("SQLite has one writer at a time.")
    connection = await asyncpg.connect(db)
    yield connection
    await connection.close()


async def test_numbers_are_locked_until_the_commit(
    other: asyncpg.Connection, tracker: Tracker
) -> None:
    uow = UnitOfWork(tracker, SYSTEM, NOW, SYSTEM.name)
    lock = "SELECT key FROM tracking_number WHERE key = $1 FOR UPDATE NOWAIT"
    async with transaction():
        await lock_numbers(uow, [SECOND, FIRST])
    versions = await other.fetch("SELECT xmin, key FROM tracking_number ORDER BY key")

    async with transaction():
        await lock_numbers(uow, [FIRST, SECOND])
        for key in KEYS:
            with pytest.raises(asyncpg.LockNotAvailableError):
                await other.fetch(lock, key)

    assert [len(await other.fetch(lock, key)) for key in KEYS] == [1, 1]
    assert await other.fetch("SELECT xmin, key FROM tracking_number ORDER BY key") == versions
    assert [row.key for row in await TrackingNumber.all().order_by("key")] == KEYS


@pytest.mark.parametrize(
    ("is_exclusive", "held_locks"),
    [
        ({"a": False}, (1, 0)),
        ({"a": True}, (1, 1)),
        ({"a": True, "b": False, "c": True}, (3, 2)),
        ({}, (0, 0)),
    ],
)
async def test_only_a_retracting_source_is_locked_exclusively(
    other: asyncpg.Connection,
    tracker: Tracker,
    is_exclusive: dict[str, bool],
    held_locks: tuple[int, int],
) -> None:
    async with transaction():
        await lock_sources(UnitOfWork(tracker, SYSTEM, NOW, SYSTEM.name), is_exclusive)
        assert await other.fetchrow(f"{ADVISORY} WHERE locktype = 'advisory'") == held_locks

    assert await other.fetchrow(f"{ADVISORY} WHERE locktype = 'advisory'") == (0, 0)
