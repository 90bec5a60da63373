"""The schema without a server around it: ask it as any viewer."""

from collections.abc import AsyncGenerator, AsyncIterator

import pytest

from schema.build import Schema, build_schema
from subscriptions.feed import Feed
from subscriptions.transport import open_transport
from tests.schema.api import Api
from tests.schema.world import World, make_world
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
