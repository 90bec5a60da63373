"""Live aggregates over real websockets and event streams: how answers arrive, and how they end."""

import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from access import key_cache
from access.api_keys import revoke_key
from access.scopes import Scope
from models.api_keys import ApiKey
from tests.event_stream_reader import EventReader
from tests.live_changes import make_pending_order
from tests.live_server import LiveServer, RunningService, build_settings, running_service
from tests.schema.live_stats import FOLLOW, counts
from tests.subscriptions.live_queries import live_query_tasks
from tests.timeouts import poll_until
from web import connection_registry

ANALYST = (Scope.ANALYTICS_READ,)
COMPLETE = {"event": "complete", "data": ""}
REFUSED = {
    "subscription { orderStats(every: 0.1) { groups { count } } }": ("INVALID", ["every"]),
    "subscription { orderStats(first: 0) { groups { count } } }": ("INVALID", ["first"]),
    'subscription { orderStats(timeZone: "CET") { groups { count } } }': ("INVALID", ["timeZone"]),
}


@pytest.fixture
async def service_with_key_checks(
    database_url: str, broadcast_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[RunningService, None]:
    """A service that looks up keys at each use, and that checks open connections often."""
    monkeypatch.setattr(key_cache, "MAX_AGE_SECONDS", 0.0)
    monkeypatch.setattr(connection_registry, "TICK", 0.01)
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        yield service


async def answers(events: EventReader, count: int) -> list[Any]:
    """The answers of the next `count` events, none of which has an id."""
    received = [await events.next() for _ in range(count)]
    assert [(event or {}).get("id") for event in received] == [None] * count
    return [json.loads((event or {})["data"]) for event in received]


async def test_a_websocket_is_sent_each_answer_until_it_says_complete(service):
    async with service.socket(*ANALYST) as socket:
        await socket.subscribe("1", FOLLOW)
        assert await socket.results(1) == [counts()]
        await make_pending_order(service)
        assert await socket.results(1) == [counts(PENDING=1)]
        await socket.send(id="1", type="complete")
        await poll_until(lambda: not live_query_tasks())

        await make_pending_order(service)
        await socket.subscribe("1", FOLLOW)
        assert await socket.results(1) == [counts(PENDING=2)]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_event_stream_is_sent_each_answer_without_an_id(service, method):
    async with service.events(FOLLOW, *ANALYST, method=method) as events:
        assert await answers(events, 1) == [counts()]
        await make_pending_order(service)
        assert await answers(events, 1) == [counts(PENDING=1)]

    await poll_until(lambda: not live_query_tasks())


async def test_the_last_event_id_of_a_browser_is_ignored(service):
    headers = {"Last-Event-ID": "7"}
    async with service.events(FOLLOW, *ANALYST, headers=headers) as events:
        assert await answers(events, 1) == [counts()]


async def test_websockets_and_event_streams_share_one_live_query(service):
    async with (
        service.socket(*ANALYST) as socket,
        service.events(FOLLOW, *ANALYST) as events,
        service.socket(*ANALYST, Scope.ORDERS_WRITE) as other,
    ):
        for websocket in (socket, other):
            await websocket.subscribe("1", FOLLOW)
            assert await websocket.results(1) == [counts()]
        assert await answers(events, 1) == [counts()]
        assert len(live_query_tasks()) == 1
        await make_pending_order(service)
        assert await answers(events, 1) == [counts(PENDING=1)]
        for websocket in (socket, other):
            assert await websocket.results(1) == [counts(PENDING=1)]


async def test_a_refusal_ends_the_operation_and_leaves_the_websocket_open(service):
    async with service.socket(*ANALYST) as socket:
        for query, (code, field) in REFUSED.items():
            await socket.subscribe("1", query)
            message = await socket.next()
            assert message["type"] == "error"
            (error,) = message["payload"]
            assert error["extensions"] == {"code": code, "field": field}
        await socket.subscribe("1", FOLLOW)
        assert await socket.results(1) == [counts()]


async def test_a_refusal_is_the_last_event(service):
    for query, (code, field) in REFUSED.items():
        async with service.events(query, *ANALYST) as events:
            first, *others = await events.read_rest()
        answer = json.loads(first["data"])
        assert "data" not in answer
        assert answer["errors"][0]["extensions"] == {"code": code, "field": field}
        assert others == [COMPLETE]


async def test_a_client_without_the_scope_is_refused(service):
    async with service.socket(Scope.ORDERS_READ) as socket:
        await socket.subscribe("1", FOLLOW)
        message = await socket.next()
    async with service.events(FOLLOW) as events:
        first, *others = await events.read_rest()

    (error,) = message["payload"]
    assert message["type"] == "error"
    assert error["path"] == ["orderStats"]
    assert error["extensions"] == {"code": "FORBIDDEN"}
    assert json.loads(first["data"])["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
    assert others == [COMPLETE]


async def test_a_revoked_key_ends_the_subscription(service_with_key_checks):
    async with (
        service_with_key_checks.socket(*ANALYST) as socket,
        service_with_key_checks.events(FOLLOW, *ANALYST) as events,
    ):
        await socket.subscribe("1", FOLLOW)
        assert await socket.results(1) == [counts()]
        assert await answers(events, 1) == [counts()]
        (key,) = await ApiKey.all()
        await revoke_key(key.id)

        assert await socket.close_code() == 4403
        assert await events.read_rest() == []
    await poll_until(lambda: not live_query_tasks())


async def test_the_end_of_the_server_ends_the_subscription(database_url, broadcast_url):
    running = LiveServer(build_settings(database_url, broadcast_url))
    async with running, running.client() as service:
        async with service.socket(*ANALYST) as socket:
            await socket.subscribe("1", FOLLOW)
            assert await socket.results(1) == [counts()]
            await running.stop()

            assert await socket.close_code() == 1012
        assert live_query_tasks() == []
