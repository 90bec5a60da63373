"""Fixtures of the schema without a server around it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from access.rate_limits import RateLimits
from access.viewer import Viewer
from engine.preparation import Preparation
from engine.schema import Schema
from engine.sql.statement import BoundRequest, Statement, run_statement
from models.orders import Order
from resolvers.stats.stats_plan import StatsPlan
from schema.build import build_schema
from schema.context import context_maker
from subscriptions.feed import Feed
from subscriptions.followers import Follower
from subscriptions.registry import SubscriptionRegistry
from subscriptions.transport import open_transport
from tests.factories.acts import make_order
from tests.factories.full_orders import FullOrder, make_full_order
from tests.schema.api import Api
from tests.schema.viewers import READER
from unit_of_work.unit_of_work import Tracker


@pytest.fixture(scope="session")
def schema() -> Schema:
    return build_schema()


@pytest.fixture
async def feed(db: str) -> AsyncIterator[Feed]:
    async with Feed(open_transport("memory://")) as feed:
        yield feed


@pytest.fixture
def api(schema: Schema, feed: Feed) -> Api:
    return Api(schema, Tracker(announce=feed.announce), feed)


@pytest.fixture
async def full_order(api: Api) -> FullOrder:
    return await make_full_order(api.tracker)


@pytest.fixture
def subscriptions(api: Api) -> SubscriptionRegistry:
    preparation = Preparation(api.schema)
    return SubscriptionRegistry(
        api.schema, preparation, context_maker(api.tracker, RateLimits()), api.feed
    )


@pytest.fixture
async def order(api: Api) -> Order:
    """An order whose first change is the first of the log."""
    return await make_order(api.tracker, confirmed=False)


@pytest.fixture
def follower(api: Api, subscriptions: SubscriptionRegistry) -> Callable[..., Awaitable[Follower]]:
    """Opens one more follower of a subscription, as any viewer."""

    async def follower(query: str, viewer: Viewer = READER, **variables: Any) -> Follower:
        operation = api.schema.operations.prepare(query, None)
        opened = await subscriptions.follower(operation, variables, viewer)
        assert isinstance(opened, Follower)
        return opened

    return follower


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[Statement]:
    """Records the statements that plans run."""
    recorded = []

    async def record(statement: Statement, bound: BoundRequest) -> Any:
        recorded.append(statement)
        return await run_statement(statement, bound)

    monkeypatch.setattr("engine.sql.plan.run_statement", record)
    return recorded


@pytest.fixture
def computed_plans(monkeypatch: pytest.MonkeyPatch) -> list[StatsPlan]:
    """Records the plan of each computation of an aggregate."""
    plans, read = [], StatsPlan.read

    async def record(plan: StatsPlan, *arguments: Any) -> Any:
        plans.append(plan)
        return await read(plan, *arguments)

    monkeypatch.setattr(StatsPlan, "read", record)
    return plans
