"""When a key is revoked, its open connections end, and no operation starts with it."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import pytest

from access import key_cache
from access.api_keys import revoke_key
from access.scopes import Scope
from models.api_keys import ApiKey
from tests.live_server import RunningService, build_settings, running_service
from tests.timeouts import poll_until
from web import connection_registry

READ = "{ orders { totalCount } }"
FOLLOW = "subscription { changes { position } }"


@pytest.fixture
async def service(
    database_url: str, broadcast_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[RunningService, None]:
    """A service that looks up a key at each use."""
    monkeypatch.setattr(key_cache, "MAX_AGE_SECONDS", 0.0)
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        yield service


@pytest.fixture
def watchful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_registry, "TICK", 0.01)


async def revoke(*scopes: Scope) -> None:
    """Revokes the key with these scopes."""
    for key in await ApiKey.all():
        if key.scopes == list(scopes):
            await revoke_key(key.id)


async def test_a_revoked_key_starts_nothing_more_on_an_open_websocket(service):
    async with service.socket(Scope.ORDERS_READ) as socket:
        await socket.subscribe("1", READ)
        assert (await socket.results(1)) == [{"data": {"orders": {"totalCount": 0}}}]
        assert (await socket.next())["type"] == "complete"

        await revoke(Scope.ORDERS_READ)
        await socket.subscribe("2", READ)

        assert await socket.close_code() == 4403


async def test_a_running_subscription_ends_when_its_key_is_revoked(watchful, service):
    async with (
        service.socket(Scope.ORDERS_READ) as socket,
        service.socket(Scope.ORDERS_READ, Scope.ANALYTICS_READ) as other,
        service.socket() as nobody,
    ):
        for websocket in (socket, other):
            await websocket.subscribe("1", FOLLOW)
        await poll_until(lambda: service.feed._listeners())
        await revoke(Scope.ORDERS_READ)

        assert await socket.close_code() == 4403
        for websocket in (other, nobody):
            await websocket.subscribe("2", "{ position }")
            assert await websocket.results(1) == [{"data": {"position": 0}}]

    headers = await service.headers(Scope.ORDERS_READ)
    async with service.connect() as socket:
        await socket.send(type="connection_init", payload=headers)
        assert await socket.close_code() == 4403


async def test_a_running_event_stream_ends_when_its_key_is_revoked(watchful, service):
    async with service.events(FOLLOW, Scope.ORDERS_READ) as events:
        await events.next()
        await revoke(Scope.ORDERS_READ)

        assert await events.read_rest() == []
    async with service.events(FOLLOW, Scope.ORDERS_READ) as events:
        assert events.response.status_code == 401
    assert not service.feed._listeners()


async def test_a_running_subscription_ends_when_its_key_expires(watchful, service):
    async with service.socket(Scope.ORDERS_READ) as socket:
        await socket.subscribe("1", FOLLOW)
        await poll_until(lambda: service.feed._listeners())
        await ApiKey.all().update(expires_at=datetime.now(UTC))

        assert await socket.close_code() == 4403
