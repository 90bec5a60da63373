"""One client is limited in its messages, operations and connections."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import pytest

from access.scopes import Scope
from tests.live_changes import FOLLOW_ALL, READER_SCOPES
from tests.live_server import RunningService, build_settings, running_service
from tests.log_messages import warnings_of
from tests.timeouts import poll_until
from web.connection_registry import FULL_ADDRESS

TOO_MANY = (503, "10")


@pytest.fixture
async def limited_service(
    database_url: str, broadcast_url: str
) -> AsyncGenerator[RunningService, None]:
    """A service that allows two connections for each address and three for each key."""
    settings = build_settings(
        database_url,
        broadcast_url,
        WHEREABOUTS_CONNECTIONS_PER_ADDRESS="2",
        WHEREABOUTS_CONNECTIONS_PER_KEY="3",
    )
    async with running_service(settings) as service:
        yield service
        await poll_until(lambda: not service.connections)
        assert not service.connections._counts


def coming_from(address: str) -> dict[str, str]:
    """Headers of a request from the address, through a trusted proxy on this machine."""
    return {"X-Forwarded-For": address}


async def test_a_refused_connection_logs_no_error(limited_service, caplog):
    async with limited_service.connect(), limited_service.connect():
        assert await limited_service.handshake_refusal() == TOO_MANY

    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


async def test_an_address_has_a_limit_of_connections_of_both_kinds(limited_service):
    async with (
        limited_service.connect(),
        limited_service.events(FOLLOW_ALL, *READER_SCOPES),
        limited_service.connect() as last,
    ):
        # The event stream has sent a key, so it no longer counts for the address.
        assert await limited_service.handshake_refusal() == TOO_MANY
        await last.connection.close()
        await poll_until(lambda: len(limited_service.connections) == 2)
        async with limited_service.events("subscription { changes { position } }") as events:
            await events.read_rest()
        async with limited_service.connect():
            assert await limited_service.handshake_refusal() == TOO_MANY
            response = await limited_service.http.get(
                "/graphql",
                params={"query": "{ position }"},
                headers={"Accept": "text/event-stream", "Sec-Fetch-Mode": "cors"},
            )
            # A browser would not try again after any other status.
            assert (response.status_code, response.text) == (200, "retry: 10000\n")
            assert await limited_service.fetch("{ position }") == {"position": 0}


async def test_each_key_has_its_own_limit_wherever_it_is_sent(limited_service):
    first, second = (
        await limited_service.headers(*READER_SCOPES),
        await limited_service.headers(Scope.ANALYTICS_READ),
    )

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(limited_service.connect(first))
        await stack.enter_async_context(limited_service.socket(*READER_SCOPES))
        await stack.enter_async_context(limited_service.events(FOLLOW_ALL, *READER_SCOPES))
        assert await limited_service.handshake_refusal(first) == TOO_MANY
        async with limited_service.events(FOLLOW_ALL, *READER_SCOPES) as events:
            response = events.response
            assert (response.status_code, response.headers["Retry-After"]) == TOO_MANY
        async with limited_service.connect() as socket:
            await socket.send(type="connection_init", payload=first)
            assert await socket.close_code() == 1013
        async with limited_service.connect(second) as socket:
            await socket.init()


async def test_a_connection_with_a_key_does_not_count_for_its_address(limited_service):
    async with AsyncExitStack() as stack:
        for open_one in (lambda: limited_service.socket(*READER_SCOPES), limited_service.connect):
            for _ in range(2):
                await stack.enter_async_context(open_one())
        assert await limited_service.handshake_refusal() == TOO_MANY


async def test_sending_another_key_moves_the_connection_to_that_key(limited_service):
    first, second = (
        await limited_service.headers(*READER_SCOPES),
        await limited_service.headers(Scope.ANALYTICS_READ),
    )

    async with AsyncExitStack() as stack:
        for _ in range(3):
            socket = await stack.enter_async_context(limited_service.connect(first))
            await socket.init(second)
        assert await limited_service.handshake_refusal(second) == TOO_MANY
        async with limited_service.connect(first):
            pass


async def test_sending_the_same_key_again_is_counted_once(limited_service):
    headers = await limited_service.headers(*READER_SCOPES)

    async with AsyncExitStack() as stack:
        for _ in range(3):
            socket = await stack.enter_async_context(limited_service.connect(headers))
            await socket.init(headers)


async def test_a_full_address_is_named_in_the_log_once_in_a_while(limited_service, caplog):
    proxy = coming_from("192.0.2.7")
    async with limited_service.connect(proxy), limited_service.connect(proxy):
        for _ in range(3):
            assert await limited_service.handshake_refusal(proxy) == TOO_MANY
        async with limited_service.events(FOLLOW_ALL, headers=proxy) as events:
            assert events.response.status_code == 503

    assert warnings_of(caplog.records, "whereabouts.server") == [FULL_ADDRESS % ("192.0.2.7", 2)]


NETWORKS = {
    "one of IPv4": ("192.0.2.1", "192.0.2.1", True),
    "two of IPv4": ("192.0.2.1", "192.0.2.2", False),
    "one network of IPv6": ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
    "two networks of IPv6": ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
    "IPv4 as IPv6 says it": ("192.0.2.1", "::ffff:192.0.2.1", True),
    "two of IPv4 as IPv6 says them": ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    "none": ("unknown", "unknown", True),
}


async def test_a_network_of_one_customer_counts_as_one_address(limited_service):
    for name, (first, second, is_one) in NETWORKS.items():
        async with (
            limited_service.connect(coming_from(first)),
            limited_service.connect(coming_from(first)),
        ):
            if is_one:
                assert await limited_service.handshake_refusal(coming_from(second)) == TOO_MANY, (
                    name
                )
            else:
                async with limited_service.connect(coming_from(second)):
                    pass


async def test_only_a_trusted_proxy_names_the_client(database_url, broadcast_url):
    settings = build_settings(
        database_url,
        broadcast_url,
        WHEREABOUTS_CONNECTIONS_PER_ADDRESS="1",
        WHEREABOUTS_TRUSTED_PROXIES="",
    )
    async with running_service(settings) as service, service.connect(coming_from("192.0.2.1")):
        assert await service.handshake_refusal(coming_from("192.0.2.2")) == TOO_MANY


async def test_a_refused_connection_is_not_counted(limited_service):
    for _ in range(5):
        async with limited_service.connect({"Authorization": "Bearer wa_live_wrong"}) as socket:
            assert await socket.close_code() == 4403
        async with limited_service.connect(protocols=()) as socket:
            assert await socket.close_code() == 4406
        async with limited_service.connect() as socket:
            await socket.connection.send("{{{")
            assert await socket.close_code() == 4400
        assert (await limited_service.handshake_refusal({"Origin": "https://elsewhere.example"}))[
            0
        ] == 403
        for query in ("{", "{ nothing }", FOLLOW_ALL):
            async with limited_service.events(query) as events:
                await events.read_rest()
        async with limited_service.events("mutation { a }", method="GET") as events:
            await events.read_rest()


async def test_no_connection_is_accepted_during_a_shutdown(service):
    await service.connections.drain()

    assert await service.handshake_refusal() == TOO_MANY
    assert (await service.http.get("/readyz")).json() == {"status": "leaving"}


async def test_the_limit_of_operations_is_configured_and_ended_ones_are_free_again(
    database_url, broadcast_url
):
    settings = build_settings(
        database_url, broadcast_url, WHEREABOUTS_SUBSCRIPTIONS_PER_CONNECTION="2"
    )
    async with running_service(settings) as service, service.socket(*READER_SCOPES) as socket:
        for id_ in ("1", "2", "3"):
            await socket.subscribe(id_, FOLLOW_ALL)
        message = await socket.next()
        assert (message["id"], message["type"]) == ("3", "error")
        assert message["payload"][0]["extensions"] == {"code": "LIMIT_EXCEEDED"}
        await socket.send(id="1", type="complete")
        await socket.subscribe("3", "{ position }")
        assert (await socket.next())["type"] == "next"


async def test_too_many_messages_close_the_socket(database_url, broadcast_url):
    """A client may send as many messages at once as it may send in ten seconds."""
    settings = build_settings(database_url, broadcast_url, WHEREABOUTS_MESSAGES_PER_SECOND="1")
    async with running_service(settings) as service, service.socket() as socket:
        for _ in range(9):
            await socket.send(type="ping")
        assert [await socket.next() for _ in range(9)] == [{"type": "pong"}] * 9
        async with asyncio.TaskGroup() as sending:
            for _ in range(5):
                sending.create_task(socket.send(type="pong"))

        assert await socket.close_code() == 1013


async def test_the_limit_of_a_message_is_configured(database_url, broadcast_url):
    settings = build_settings(database_url, broadcast_url, WHEREABOUTS_MESSAGE_BYTES="1024")
    async with running_service(settings) as service:
        for size, code in ((1024, 4400), (1025, 1009)):
            async with service.socket() as socket:
                await socket.connection.send("x" * size)
                assert await socket.close_code() == code
