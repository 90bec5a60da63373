"""The times of commands and sweeps come from the database's clock, whatever the process's says."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from time import monotonic

import asyncpg
import pytest

from access.viewer import SYSTEM
from database import clock
from database.failover import renew_connections
from models.changes import Change
from models.enums import Health
from models.orders import Order
from tests.factories.acts import make_order
from tests.factories.drafts import NOW, build_order_draft
from tracking.orders.creation import create_order
from tracking.sweeper import sweep
from unit_of_work.unit_of_work import Tracker

AHEAD = """CREATE OR REPLACE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql AS
$$ SELECT pg_catalog.clock_timestamp() + interval '{hours} hours' $$"""


class DatabaseClock:
    """The database's clock, which a test can set."""

    def __init__(self, session: asyncpg.Connection) -> None:
        self._session = session

    async def set_ahead(self, hours: int) -> None:
        """Let a function of ours be found before the database's own one."""
        name = await self._session.fetchval("SELECT current_database()")
        await self._session.execute(f'ALTER DATABASE "{name}" SET search_path = public, pg_catalog')
        await self._session.execute(AHEAD.format(hours=hours))
        await renew_connections()


@pytest.fixture
async def database_clock(engine: str, db: str) -> AsyncGenerator[DatabaseClock, None]:
    if engine != "postgres":
        pytest.skip("SQLite has no clock of its own.")
    session = await asyncpg.connect(db)
    yield DatabaseClock(session)
    await session.close()


async def recorded_at(tracker: Tracker) -> datetime:
    """Create an order and return the time of its creation."""
    order_id = await create_order(tracker, SYSTEM, build_order_draft())
    return (await Change.get(order_id=order_id)).recorded_at


async def test_the_time_of_a_command_is_that_of_the_database(
    tracker: Tracker, database_clock: DatabaseClock
) -> None:
    await database_clock.set_ahead(hours=5)

    assert await recorded_at(tracker) >= NOW + timedelta(hours=5)


async def test_a_sweep_judges_by_the_clock_of_the_database(
    tracker: Tracker, database_clock: DatabaseClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "MEASURED_FOR", 0.0)
    await make_order(tracker, promised_at=NOW + timedelta(hours=3))
    assert await sweep(tracker) == 0

    await database_clock.set_ahead(hours=5)
    assert await sweep(tracker) == 1

    assert (await Order.get()).health is Health.DELAYED


async def test_the_database_is_asked_for_its_time_now_and_then(
    tracker: Tracker, database_clock: DatabaseClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "LONGEST_ROUND_TRIP", 60.0)
    monkeypatch.setattr(clock, "MEASURED_FOR", 3600.0)
    await recorded_at(tracker)
    await database_clock.set_ahead(hours=5)
    assert await recorded_at(tracker) < NOW + timedelta(hours=4)

    monkeypatch.setattr(clock, "monotonic", lambda: monotonic() + 3601)
    assert await recorded_at(tracker) >= NOW + timedelta(hours=4)


async def test_a_measurement_that_took_long_serves_once(
    tracker: Tracker, database_clock: DatabaseClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "LONGEST_ROUND_TRIP", 0.0)
    await recorded_at(tracker)
    await database_clock.set_ahead(hours=5)

    assert await recorded_at(tracker) >= NOW + timedelta(hours=5)


async def test_the_time_does_not_go_back_between_two_measurements(
    tracker: Tracker, database_clock: DatabaseClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "MEASURED_FOR", 0.0)

    times = [await recorded_at(tracker) for _ in range(20)]

    assert times == sorted(times)
