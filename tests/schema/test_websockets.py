"""Websockets: the protocol graphql-transport-ws, said and answered, and who may open one."""

import asyncio
import dataclasses
from contextlib import AsyncExitStack

import pytest

from auth import Scope
from errors import Unavailable
from schema.endpoint import connections, conversation
from tests.schema.writing import FOLLOW, FOLLOW_ALL, READER, place, write
from tests.serving import PROTOCOL, Service, serving, settings_of, until

WRONG = {"Authorization": "Bearer wa_live_wrong"}
CREATE = """mutation ($key: String!) { orderCreate(input: { idempotencyKey: $key
  customer: {name: "Customer 1"}, items: [{sku: "MUG", name: "Mug", quantity: 1}],
  shippingAddress: {line1: "Sample Street 1", city: "Berlin", country: "DE"}
}) { order { status } userErrors { code } } }"""


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time limits a hundred times as short."""
    monkeypatch.setattr(connections, "TICK", 0.01)
    monkeypatch.setattr(conversation, "PING_INTERVAL", 0.15)
    monkeypatch.setattr(conversation, "PONG_TIMEOUT", 0.1)


async def test_a_query_is_answered_once_and_complete(service):
    async with service.socket() as socket:
        await socket.subscribe("1", "{ position }")

        assert await socket.next() == {
            "id": "1",
            "type": "next",
            "payload": {"data": {"position": 0}},
        }
        assert await socket.next() == {"id": "1", "type": "complete"}


async def test_a_mutation_is_done_once_and_complete(service):
    async with service.socket(Scope.ORDERS_WRITE) as socket:
        await socket.subscribe("1", CREATE, key="a")
        (result,) = await socket.results(1)
        complete = await socket.next()

    assert result == {"data": {"orderCreate": {"order": {"status": "PENDING"}, "userErrors": []}}}
    assert complete == {"id": "1", "type": "complete"}
    assert await service.ask("{ position }") == {"position": 1}


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


async def test_whoever_says_complete_hears_no_more_and_may_use_the_id_at_once(service):
    order = await place(service)

    async with service.socket(*READER) as socket:
        await socket.subscribe("1", FOLLOW, ids=[order.tracking_id], after=0)
        await socket.results(1)
        await socket.send(id="1", type="complete")
        await socket.subscribe("1", FOLLOW_ALL, after=1)
        await write(service, order, 1)
        results = await socket.results(2)

    assert results == [{"data": {"changes": {"position": position}}} for position in (2, 3)]


async def test_complete_of_what_is_not_there_is_let_be(service):
    async with service.socket() as socket:
        await socket.send(id="1", type="complete")
        await socket.subscribe("1", "{ position }")

        assert await socket.results(1) == [{"data": {"position": 0}}]


async def test_a_ping_is_answered_also_before_the_init(service):
    async with service.connect() as socket:
        await socket.send(type="ping", payload={"a": 1})
        assert await socket.next() == {"type": "pong"}


async def test_whoever_is_silent_is_asked_and_stays_as_long_as_it_answers(hasty, service):
    async with service.socket() as socket:
        for _ in range(4):
            assert await socket.next() == {"type": "ping"}
            await socket.send(type="pong")
        await socket.subscribe("1", "{ position }")
        assert await socket.results(1) == [{"data": {"position": 0}}]


async def test_whoever_never_answers_a_ping_is_let_go(hasty, service):
    async with service.socket(*READER) as socket:
        await socket.subscribe("1", FOLLOW_ALL)
        assert await socket.next() == {"type": "ping"}

        assert await socket.closed() == 4408
    assert len(service.connections) == 0


async def test_whoever_says_no_init_is_let_go(hasty, service):
    limits = dataclasses.replace(service.connections.limits, init_seconds=0)
    service.connections.limits = limits

    async with service.connect() as socket:
        assert await socket.closed() == 4408


@pytest.mark.parametrize("protocols", [(), ("graphql-ws",), ("graphql-transport-ws2",)])
async def test_another_protocol_is_not_spoken(service, protocols):
    async with service.connect(protocols=protocols) as socket:
        assert await socket.closed() == 4406


async def test_it_is_spoken_where_others_are_offered_too(service):
    async with service.connect(protocols=("graphql-ws", PROTOCOL)) as socket:
        assert socket.connection.subprotocol == PROTOCOL
        await socket.init()


async def test_a_wrong_key_is_refused_wherever_it_comes(service):
    right = await service.headers(*READER)

    async with service.connect(WRONG) as socket:
        assert await socket.closed() == 4403
    async with service.connect(right) as socket:
        await socket.send(type="connection_init", payload=WRONG)
        assert await socket.closed() == 4403
    for said in ({"Authorization": ""}, {"authorization": 5}, {"Authorization": ["Bearer x"]}):
        async with service.connect() as socket:
            await socket.send(type="connection_init", payload=said)
            assert await socket.closed() == 4403
    assert len(service.connections) == 0


async def test_the_key_of_the_init_counts_and_not_that_of_the_handshake(service):
    first, second = await service.headers(*READER), await service.headers(Scope.ANALYTICS_READ)

    async with service.connect(first) as socket:
        await socket.init(second)
        await socket.subscribe("1", "{ viewer { scopes } }")

        assert await socket.results(1) == [{"data": {"viewer": {"scopes": ["ANALYTICS_READ"]}}}]


async def test_nothing_is_done_of_what_was_said_after_what_closed_the_socket(service, monkeypatch):
    """All of it comes in one packet."""
    heard: list[str] = []
    monkeypatch.setattr(conversation.Conversation, "_subscribe", _noting(heard), raising=True)
    async with service.socket() as socket:
        protocol = socket.connection.protocol
        for text in ('{"type":"nonsense"}', '{"type":"subscribe","id":"1","payload":{"query":""}}'):
            protocol.send_text(text.encode())
        socket.connection.transport.write(b"".join(protocol.data_to_send()))

        assert await socket.closed() == 4400
    assert heard == []


def _noting(heard):
    async def note(self, id_, asked):
        heard.append(id_)

    return note


ORIGINS = {
    "https://shop.example": True,
    "https://SHOP.example:443": True,
    "http://shop.example": False,
    "https://shop.example.elsewhere.example": False,
    "https://elsewhere.example": False,
    "null": False,
    "": False,
}


async def test_only_pages_of_allowed_origins_and_its_own_open_one(database_url, broadcast_url):
    settings = settings_of(
        database_url, broadcast_url, WHEREABOUTS_ALLOWED_ORIGINS="https://shop.example"
    )
    async with serving(settings) as service:
        for origin, is_allowed in (ORIGINS | {f"http://{service.address}": True}).items():
            if is_allowed:
                async with service.connect({"Origin": origin}) as socket:
                    await socket.init()
            else:
                assert await service.refusal({"Origin": origin}) == (403, None), origin
        assert len(service.connections) == 0


async def test_too_many_messages_are_too_many(database_url, broadcast_url):
    """Ten seconds' worth at once, and no more."""
    settings = settings_of(database_url, broadcast_url, WHEREABOUTS_MESSAGES_PER_SECOND="1")
    async with serving(settings) as service, service.socket() as socket:
        for _ in range(9):
            await socket.send(type="ping")
        assert [await socket.next() for _ in range(9)] == [{"type": "pong"}] * 9
        async with asyncio.TaskGroup() as sending:
            for _ in range(5):
                sending.create_task(socket.send(type="pong"))

        assert await socket.closed() == 1013


async def test_the_size_of_a_message_is_as_set(database_url, broadcast_url):
    settings = settings_of(database_url, broadcast_url, WHEREABOUTS_MESSAGE_BYTES="1024")
    async with serving(settings) as service:
        for size, code in ((1024, 4400), (1025, 1009)):
            async with service.socket() as socket:
                await socket.connection.send("x" * size)
                assert await socket.closed() == code


class Failing:
    """Stands for something that does not work."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def __call__(self, *args, **options):
        raise self.error


OUTAGE, BUG = Unavailable(), RuntimeError("a bug")


@pytest.mark.parametrize(("error", "code"), [(OUTAGE, 1013), (BUG, 1012)])
async def test_what_fails_at_the_init_closes_so_that_clients_come_back(
    service: Service, monkeypatch, caplog, error, code
):
    headers = await service.headers(*READER)
    monkeypatch.setattr("resolvers.viewers.Keys.holder", Failing(error))

    async with service.connect() as socket:
        await socket.send(type="connection_init", payload=headers)
        assert await socket.closed() == code
    async with service.connect(headers) as socket:
        assert await socket.closed() == code

    traces = [record for record in caplog.records if record.exc_info]
    assert len(traces) == (2 if error is BUG else 0)
    assert len(service.connections) == 0


@pytest.mark.parametrize(("error", "code"), [(OUTAGE, 1013), (BUG, 1012)])
async def test_what_fails_at_a_subscribe_closes_so_that_clients_come_back(
    service, monkeypatch, caplog, error, code
):
    monkeypatch.setattr("schema.sharing.Subscriptions.follower", Failing(error))

    async with service.socket(*READER) as socket:
        for id_ in ("1", "2", "3"):
            await socket.subscribe(id_, FOLLOW_ALL)
        assert await socket.closed() == code

    said = [record for record in caplog.records if record.name == "whereabouts.schema"]
    assert len(said) == 1
    assert bool(said[0].exc_info) == (error is BUG)


async def test_variables_of_any_depth_are_no_mistake_of_ours(service, caplog):
    deep: list[object] = []
    for _ in range(900):
        deep = [deep]

    async with service.socket(*READER) as socket:
        await socket.subscribe("1", FOLLOW_ALL, nothing=deep, after=7)
        message = await socket.next()

    assert message["type"] == "error"
    assert [record for record in caplog.records if record.exc_info] == []


async def test_whoever_leaves_is_followed_by_nothing(service):
    order = await place(service)

    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(service.socket(*READER)) for _ in range(5)]
        for socket in sockets:
            await socket.subscribe("1", FOLLOW_ALL, after=0)
            await socket.subscribe("2", FOLLOW, ids=[order.tracking_id], after=0)
            await socket.results(2)
        assert len(service.connections) == 5
        assert len(service.feed._listeners()) == 2
    await until(lambda: not service.connections and not service.feed._listeners())
