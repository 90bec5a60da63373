"""Fixtures that query aggregates through the schema, without a server."""

from typing import Any

import pytest

from access.scopes import Scope
from access.viewer import Viewer
from database.rows import insert
from engine.schema import Schema
from models.customers import Customer
from models.orders import Order
from projections.rollups import rebuild
from resolvers.stats import stats_plan
from schema.build import build_schema
from subscriptions.feed import Feed
from subscriptions.transport import open_transport
from tests.factories.in_memory import build_customer, build_order
from tests.schema.api import Answer, Api
from unit_of_work.unit_of_work import Tracker

ANALYST = Viewer("analyst", frozenset({Scope.ANALYTICS_READ, Scope.ORDERS_READ}))
"""Someone who may select by every field of a filter that is not personal."""


@pytest.fixture(scope="session")
def schema() -> Schema:
    return build_schema()


class Analyst:
    """A client of the schema whose viewer may read aggregates."""

    def __init__(self, schema: Schema) -> None:
        self._api = Api(
            schema, Tracker(announce=lambda head: None), Feed(open_transport("memory://"))
        )

    async def answer(self, query: str, viewer: Viewer = ANALYST, **variables: Any) -> Answer:
        return await self._api.execute(query, viewer, **variables)

    async def query(self, query: str, **variables: Any) -> Any:
        """The value of the query's only root field."""
        data = await self._api.fetch(query, ANALYST, **variables)
        (field,) = data.values()
        return field

    async def groups(self, query: str, **variables: Any) -> list[dict[str, Any]]:
        groups: list[dict[str, Any]] = (await self.query(query, **variables))["groups"]
        return groups


@pytest.fixture
def analyst(schema: Schema, db: str) -> Analyst:
    return Analyst(schema)


@pytest.fixture
def by_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every query be answered from the rows, and none from the hourly rollups."""

    monkeypatch.setattr(stats_plan, "match_rollup", lambda *_: None)


class Shop:
    """A customer for whom orders are inserted."""

    def __init__(self, owner: Customer) -> None:
        self._owner = owner

    async def place(self, **columns: Any) -> Order:
        row = build_order(self._owner.id, **columns)
        await insert([row])
        # The order is not in the log, so the rollups do not learn of it by themselves.
        await rebuild()
        return row


@pytest.fixture
async def shop(db: str) -> Shop:
    owner = build_customer()
    await insert([owner])
    return Shop(owner)
