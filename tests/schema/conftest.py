"""The schema without a server around it: ask it as any viewer."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from auth import Viewer
from models.orders import Order
from resolvers.plans.statements import Bound, Statement, run
from schema.build import Schema, build_schema
from schema.sharing import Subscriptions
from subscriptions.feed import Feed
from subscriptions.followers import Follower
from subscriptions.transport import open_transport
from tests.factories import make_order
from tests.schema.api import Api
from tests.schema.world import READER, World, make_world
from tests.serving import Service, serving, settings_of
from tracking.acts import Tracker


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
async def world(api: Api) -> World:
    return await make_world(api.tracker)


@pytest.fixture
async def service(database_url: str, broadcast_url: str) -> AsyncGenerator[Service, None]:
    async with serving(settings_of(database_url, broadcast_url)) as service:
        yield service


@pytest.fixture
def subscriptions(api: Api) -> Subscriptions:
    return Subscriptions(api.schema, api.tracker, api.feed)


@pytest.fixture
async def order(api: Api) -> Order:
    """Its first change is the log's first."""
    return await make_order(api.tracker, confirmed=False)


@pytest.fixture
def follower(api: Api, subscriptions: Subscriptions) -> Callable[..., Awaitable[Follower]]:
    """Asks for one more, as any viewer."""

    async def follower(query: str, viewer: Viewer = READER, **variables: Any) -> Follower:
        operation = api.schema.operations.prepare(query, None)
        asked = await subscriptions.follower(operation, variables, viewer)
        assert isinstance(asked, Follower)
        return asked

    return follower


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[Statement]:
    """The statements that plans have run."""
    statements = []

    async def note(statement: Statement, bound: Bound) -> Any:
        statements.append(statement)
        return await run(statement, bound)

    monkeypatch.setattr("resolvers.plans.plan.run", note)
    return statements
