"""Websockets speak graphql-transport-ws, and only callers with a valid key may open one."""

import asyncio
import dataclasses
from contextlib import AsyncExitStack

import pytest

from access.scopes import Scope
from tests.live_changes import (
    FOLLOW,
    FOLLOW_ALL,
    READER_SCOPES,
    make_changes,
    make_pending_order,
)
from tests.live_server import PROTOCOL
from tests.timeouts import poll_until
from web import connection_registry
from web.graphql import websocket_session

WRONG = {"Authorization": "Bearer wa_live_wrong"}
CREATE = """mutation ($key: String!) { orderCreate(input: { idempotencyKey: $key
  customer: {name: "Customer 1"}, items: [{sku: "MUG", name: "Mug", quantity: 1}],
  shippingAddress: {line1: "Sample Street 1", city: "Berlin", country: "DE"}
}) { order { status } userErrors { code } } }"""


@pytest.fixture
def short_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time limits of a hundredth of the usual ones."""
    monkeypatch.setattr(connection_registry, "TICK", 0.01)
    monkeypatch.setattr(websocket_session, "PING_INTERVAL", 0.15)
    monkeypatch.setattr(websocket_session, "PONG_TIMEOUT", 0.1)


async def test_a_query_is_answered_once_and_completes(service):
    async with service.socket() as socket:
        await socket.subscribe("1", "{ position }")

        assert await socket.next() == {
            "id": "1",
            "type": "next",
            "payload": {"data": {"position": 0}},
        }
        assert await socket.next() == {"id": "1", "type": "complete"}


async def test_a_mutation_is_executed_once_and_completes(service):
    async with service.socket(Scope.ORDERS_WRITE) as socket:
        await socket.subscribe("1", CREATE, key="a")
        (result,) = await socket.results(1)
        complete = await socket.next()

    assert result == {"data": {"orderCreate": {"order": {"status": "PENDING"}, "userErrors": []}}}
    assert complete == {"id": "1", "type": "complete"}
    assert await service.fetch("{ position }") == {"position": 1}


async def test_of_several_operations_the_named_one_is_answered(service):
    payload = {"query": "query A { position } query B { viewer { name } }", "operationName": "B"}

    async with service.socket() as socket:
        await socket.send(id="1", type="subscribe", payload=payload)

        assert await socket.results(1) == [{"data": {"viewer": {"name": "anonymous"}}}]


async def test_an_id_is_free_again_when_the_answer_is_complete(service):
    async with service.socket() as socket:
        for _ in range(3):
            await socket.subscribe("1", "{ position }")
            assert [(await socket.next())["type"] for _ in range(2)] == ["next", "complete"]


async def test_an_id_is_free_again_after_an_error(service):
    async with service.socket() as socket:
        for _ in range(3):
            await socket.subscribe("1", "{ nothing }")
            assert (await socket.next())["type"] == "error"


async def test_a_completed_id_gets_no_more_messages_and_is_free_at_once(service):
    order = await make_pending_order(service)

    async with service.socket(*READER_SCOPES) as socket:
        await socket.subscribe("1", FOLLOW, ids=[order.tracking_id], after=0)
        await socket.results(1)
        await socket.send(id="1", type="complete")
        await socket.subscribe("1", FOLLOW_ALL, after=1)
        await make_changes(service, order, 1)
        results = await socket.results(2)

    assert results == [{"data": {"changes": {"position": position}}} for position in (2, 3)]


async def test_completing_an_unknown_id_is_ignored(service):
    async with service.socket() as socket:
        await socket.send(id="1", type="complete")
        await socket.subscribe("1", "{ position }")

        assert await socket.results(1) == [{"data": {"position": 0}}]


async def test_a_ping_is_answered_also_before_the_init(service):
    async with service.connect() as socket:
        await socket.send(type="ping", payload={"a": 1})
        assert await socket.next() == {"type": "pong", "payload": {"a": 1}}


async def test_a_silent_client_is_pinged_and_stays_while_it_answers(short_timeouts, service):
    async with service.socket() as socket:
        for _ in range(4):
            assert await socket.next() == {"type": "ping"}
            await socket.send(type="pong")
        await socket.subscribe("1", "{ position }")
        assert await socket.results(1) == [{"data": {"position": 0}}]


async def test_a_client_that_never_answers_a_ping_is_disconnected(short_timeouts, service):
    async with service.socket(*READER_SCOPES) as socket:
        await socket.subscribe("1", FOLLOW_ALL)
        assert await socket.next() == {"type": "ping"}

        assert await socket.close_code() == 4408
    assert len(service.connections) == 0


async def test_a_dead_client_is_disconnected_while_keys_cannot_be_looked_up(
    short_timeouts, service, monkeypatch
):
    async def hang(*_):
        await asyncio.Event().wait()

    async with service.socket(*READER_SCOPES) as socket:
        monkeypatch.setattr("access.authentication.Authenticator.viewer", hang)

        assert await socket.next() == {"type": "ping"}
        assert await socket.close_code() == 4408


async def test_a_client_without_an_init_is_disconnected(short_timeouts, service):
    limits = dataclasses.replace(service.connections.limits, init_seconds=0)
    service.connections.limits = limits

    async with service.connect() as socket:
        assert await socket.close_code() == 4408


@pytest.mark.parametrize("protocols", [(), ("graphql-ws",), ("graphql-transport-ws2",)])
async def test_another_subprotocol_is_refused(service, protocols):
    async with service.connect(protocols=protocols) as socket:
        assert await socket.close_code() == 4406


async def test_the_subprotocol_is_chosen_among_others(service):
    async with service.connect(protocols=("graphql-ws", PROTOCOL)) as socket:
        assert socket.connection.subprotocol == PROTOCOL
        await socket.init()


async def test_a_wrong_key_is_refused_wherever_it_comes(service):
    right = await service.headers(*READER_SCOPES)

    async with service.connect(WRONG) as socket:
        assert await socket.close_code() == 4403
    async with service.connect(right) as socket:
        await socket.send(type="connection_init", payload=WRONG)
        assert await socket.close_code() == 4403
    for said in ({"Authorization": ""}, {"authorization": 5}, {"Authorization": ["Bearer x"]}):
        async with service.connect() as socket:
            await socket.send(type="connection_init", payload=said)
            assert await socket.close_code() == 4403
    assert len(service.connections) == 0


@pytest.mark.parametrize("name", ["AUTHORIZATION", "authorization", "Authorization"])
@pytest.mark.parametrize("is_nested", [False, True])
async def test_the_key_of_the_init_is_found_where_clients_put_it(service, name, is_nested):
    key = (await service.headers(Scope.ANALYTICS_READ))["Authorization"]
    payload = {"headers": {name: key}} if is_nested else {name: key}

    async with service.connect() as socket:
        await socket.init(payload)
        await socket.subscribe("1", "{ viewer { scopes } }")

        assert await socket.results(1) == [{"data": {"viewer": {"scopes": ["ANALYTICS_READ"]}}}]


async def test_a_key_without_its_scheme_is_refused_with_what_to_send(service):
    async with service.connect() as socket:
        await socket.send(type="connection_init", payload={"Authorization": "wa_live_1"})

        assert await socket.close_code() == 4403
        assert socket.connection.close_reason == (
            "Forbidden: Send the API key as: Authorization: Bearer <key>."
        )


async def test_the_key_of_the_init_counts_and_not_that_of_the_handshake(service):
    first, second = (
        await service.headers(*READER_SCOPES),
        await service.headers(Scope.ANALYTICS_READ),
    )

    async with service.connect(first) as socket:
        await socket.init(second)
        await socket.subscribe("1", "{ viewer { scopes } }")

        assert await socket.results(1) == [{"data": {"viewer": {"scopes": ["ANALYTICS_READ"]}}}]


async def test_messages_after_one_that_closes_the_socket_are_ignored(service, monkeypatch):
    """All messages arrive in one packet."""
    subscribed: list[str] = []
    monkeypatch.setattr(
        websocket_session.WebsocketSession, "_subscribe", _recorder_of(subscribed), raising=True
    )
    async with service.socket() as socket:
        protocol = socket.connection.protocol
        for text in ('{"type":"nonsense"}', '{"type":"subscribe","id":"1","payload":{"query":""}}'):
            protocol.send_text(text.encode())
        socket.connection.transport.write(b"".join(protocol.data_to_send()))

        assert await socket.close_code() == 4400
    assert subscribed == []


def _recorder_of(subscribed):
    async def record(self, id_, asked):
        subscribed.append(id_)

    return record


async def test_variables_of_any_depth_cause_no_internal_error(service, caplog):
    deep: list[object] = []
    for _ in range(900):
        deep = [deep]

    async with service.socket(*READER_SCOPES) as socket:
        await socket.subscribe("1", FOLLOW_ALL, nothing=deep, after=7)
        message = await socket.next()

    assert message["type"] == "error"
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_client_that_leaves_leaves_no_follower_behind(service):
    order = await make_pending_order(service)

    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(service.socket(*READER_SCOPES)) for _ in range(5)
        ]
        for socket in sockets:
            await socket.subscribe("1", FOLLOW_ALL, after=0)
            await socket.subscribe("2", FOLLOW, ids=[order.tracking_id], after=0)
            await socket.results(2)
        assert len(service.connections) == 5
        assert len(service.feed._listeners()) == 2
    await poll_until(lambda: not service.connections and not service.feed._listeners())
