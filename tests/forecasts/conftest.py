"""Fixtures that insert a history of orders and query forecasts of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from database.rows import insert
from engine.schema import Schema
from models.customers import Customer
from projections.rollups import rebuild
from resolvers.forecasts import forecaster
from schema.build import build_schema
from tests.factories.in_memory import build_customer, build_order
from tests.stats.conftest import Analyst

PATIENCE = 50
"""Seconds for a forecast; less than a test may take. Tests of the limit have a short one."""


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that computes loads large libraries: on a busy machine that takes its time."""
    monkeypatch.setattr(forecaster, "FORECAST_SECONDS", PATIENCE)


@pytest.fixture(scope="session")
def schema() -> Schema:
    return build_schema()


@pytest.fixture
def analyst(schema: Schema, db: str) -> Analyst:
    return Analyst(schema)


class Shop:
    """A customer for whom orders are inserted."""

    def __init__(self, owner: Customer) -> None:
        self._owner = owner

    async def place_daily(self, since: datetime, counts: Sequence[int], **columns: Any) -> None:
        """Insert this many orders on each day from `since` on, at the same local time of day."""
        moments = [since + timedelta(days=day) for day in range(len(counts))]
        await self.place_at(
            [
                placed_at
                for moment, count in zip(moments, counts, strict=True)
                for placed_at in [moment.astimezone(UTC)] * count
            ],
            **columns,
        )

    async def place_at(self, moments: Sequence[datetime], **columns: Any) -> None:
        """Insert an order at each moment, and count them, because the log does not hold them."""
        await insert(
            [build_order(self._owner.id, placed_at=moment, **columns) for moment in moments]
        )
        await rebuild()


@pytest.fixture
async def shop(db: str) -> Shop:
    owner = build_customer()
    await insert([owner])
    return Shop(owner)
