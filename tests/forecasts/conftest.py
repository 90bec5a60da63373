"""A shop with a history, and somebody who asks what comes of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.bulk import insert
from models.customers import Customer
from schema.build import Schema, build_schema
from tests.resolvers.rows import customer, order
from tests.stats.conftest import Analyst
from tracking.counting import recount


@pytest.fixture(scope="session")
def schema() -> Schema:
    return build_schema()


@pytest.fixture
def analyst(schema: Schema, db: str) -> Analyst:
    return Analyst(schema)


class Shop:
    """Orders of one customer."""

    def __init__(self, owner: Customer) -> None:
        self._owner = owner

    async def place_daily(self, since: datetime, counts: Sequence[int], **columns: Any) -> None:
        """So many orders on each day, all at the same time of the day, by UTC."""
        moments = [since + timedelta(days=day) for day in range(len(counts))]
        await self.place_at(
            [
                one
                for one, count in zip(moments, counts, strict=True)
                for one in [one.astimezone(UTC)] * count
            ],
            **columns,
        )

    async def place_at(self, moments: Sequence[datetime], **columns: Any) -> None:
        """Counted into the hours that aggregates are answered from, as no act has put them in."""
        await insert([order(self._owner.id, placed_at=one, **columns) for one in moments])
        await recount()


@pytest.fixture
async def shop(db: str) -> Shop:
    owner = customer()
    await insert([owner])
    return Shop(owner)
