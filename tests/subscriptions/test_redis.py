"""One process with a real Redis that is killed, paused, cut off, and sends invalid messages."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator

import pytest
from broadcaster import Event
from redis import Redis as BlockingRedis
from redis.asyncio import Redis

from runtime import backoff as outages
from subscriptions import transport as transports
from subscriptions.transport import ANYTHING, CHANNEL, RedisTransport, Transport, open_transport
from tests.log_messages import messages_of
from tests.subscriptions.redis_connections import kill_subscribers
from tests.timeouts import TIMEOUT, poll_until


@pytest.fixture
async def transport(server, short_timeouts) -> AsyncIterator[RedisTransport]:
    transport = RedisTransport(server.url)
    await transport.connect()
    yield transport
    await transport.disconnect()


async def hear(transport: Transport) -> Event:
    async with asyncio.timeout(TIMEOUT):
        return await transport.next_published()


async def test_each_connection_says_that_anything_may_have_happened(server, transport):
    assert await hear(transport) == Event(CHANNEL, ANYTHING)

    await kill_subscribers(server.url)
    assert await hear(transport) == Event(CHANNEL, ANYTHING)


async def test_any_message_of_the_channel_is_survived(server, transport):
    await poll_until(lambda: transport.is_connected)
    await hear(transport)
    async with Redis.from_url(server.url) as redis:
        await redis.publish(CHANNEL, b"\xff\x00")
        assert await hear(transport) == Event(CHANNEL, ANYTHING)

        await redis.publish(CHANNEL, b"17")
        assert await hear(transport) == Event(CHANNEL, "17")


async def test_a_flood_is_heard_as_its_newest_number(server, transport):
    await poll_until(lambda: transport.is_connected)
    await hear(transport)
    async with Redis.from_url(server.url) as redis:
        pipeline = redis.pipeline()
        for number in range(1, 20_001):
            pipeline.publish(CHANNEL, number)
        await pipeline.execute()

    recorded = [int((await hear(transport)).message)]
    while recorded[-1] < 20_000:
        recorded.append(int((await hear(transport)).message))

    assert recorded == sorted(set(recorded))


async def test_announcing_to_a_hung_redis_neither_waits_nor_fails(server, transport):
    await poll_until(lambda: transport.is_connected)
    server.pause()

    for position in range(1, 10_001):
        transport.announce(position)

    assert transport._outgoing == 10_000
    assert [work.is_running for work in transport._tasks] == [True, True]
    server.resume()
    async with Redis.from_url(server.url) as redis, redis.pubsub() as pubsub:
        await pubsub.subscribe(CHANNEL)
        transport.announce(10_001)
        async with asyncio.timeout(TIMEOUT):
            async for message in pubsub.listen():
                if message["data"] == b"10001":
                    break


async def test_an_outage_is_logged_once(server, transport, caplog):
    await poll_until(lambda: transport.is_connected)
    caplog.set_level(logging.INFO)
    server.kill()
    transport.announce(1)
    await poll_until(lambda: "Listening" in caplog.text and "Sending" in caplog.text)
    server.restart()
    await poll_until(lambda: transport.is_connected)
    transport.announce(2)
    await poll_until(lambda: "Sending to Redis works again" in caplog.text)

    assert sorted(text.split(":")[0] for text in messages_of(caplog.records)) == [
        "Listening to Redis fails",
        "Listening to Redis works again",
        "Sending to Redis fails",
        "Sending to Redis works again",
    ]


async def test_a_password_is_used_and_never_logged(server, short_timeouts, caplog):
    caplog.set_level(logging.DEBUG)
    url = server.url.replace("//", "//:hunter2@")
    transport = open_transport(url)
    await transport.connect()
    await poll_until(lambda: "Listening to Redis fails: AuthenticationError" in caplog.text)
    async with Redis.from_url(server.url) as redis:
        await redis.config_set("requirepass", "hunter2")
    await poll_until(lambda: transport.is_connected)
    await transport.disconnect()

    assert "hunter2" not in caplog.text


@pytest.mark.parametrize("fault", ["nothing", "kill", "pause"])
async def test_disconnecting_ends_the_tasks_whatever_redis_does(server, short_timeouts, fault):
    transport = RedisTransport(server.url)
    await transport.connect()
    await poll_until(lambda: transport.is_connected)
    if fault != "nothing":
        getattr(server, fault)()
    transport.announce(1)
    await asyncio.sleep(0)

    await transport.disconnect()

    assert 2 * transports.CLOSE_TIMEOUT < 1
    assert [work.is_running for work in transport._tasks] == [False, False]
    assert not transport.is_connected


@pytest.mark.parametrize("fault", ["fails", "hangs"])
async def test_a_name_that_cannot_be_looked_up_is_an_outage(
    short_timeouts, monkeypatch, caplog, fault
):
    async def look_up(*arguments: object, **options: object) -> None:
        if fault == "hangs":
            await asyncio.Event().wait()
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)
    transport = RedisTransport("redis://nowhere.invalid")
    await transport.connect()
    transport.announce(1)
    await poll_until(lambda: "Listening" in caplog.text and "Sending" in caplog.text)

    assert not transport.is_connected
    assert sorted(text.split(":")[0] for text in messages_of(caplog.records)) == [
        "Listening to Redis fails",
        "Sending to Redis fails",
    ]
    await transport.disconnect()
    assert [work.is_running for work in transport._tasks] == [False, False]


async def test_a_redis_that_accepts_and_never_answers_is_an_outage(short_timeouts, caplog):
    connections: list[asyncio.StreamWriter] = []

    def accept(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as silent:
        transport = RedisTransport(f"redis://127.0.0.1:{silent.sockets[0].getsockname()[1]}")
        await transport.connect()
        transport.announce(1)
        await poll_until(lambda: len(connections) >= 6)

        assert not transport.is_connected
        assert sorted(messages_of(caplog.records)) == [
            "Listening to Redis fails: TimeoutError: ",
            "Sending to Redis fails: TimeoutError: ",
        ]
        await transport.disconnect()
        for connection in connections:
            connection.close()
    assert [work.is_running for work in transport._tasks] == [False, False]


async def test_a_redis_that_begins_to_ask_for_a_password_is_an_outage_until_it_stops(
    server, transport, caplog
):
    await poll_until(lambda: transport.is_connected)
    with_password = server.url.replace("//", "//:hunter2@")
    async with Redis.from_url(server.url) as redis:
        await redis.config_set("requirepass", "hunter2")
        await kill_subscribers(with_password)
        await poll_until(lambda: "AuthenticationError" in caplog.text)
        assert not transport.is_connected

        await redis.config_set("requirepass", "")
    await poll_until(lambda: transport.is_connected)


async def test_connections_cut_again_and_again_leave_nothing_behind(server, transport, monkeypatch):
    monkeypatch.setattr(outages, "FIRST_DELAY", 0.001)
    await poll_until(lambda: transport.is_connected)
    async with Redis.from_url(server.url) as redis:
        clients = len(await redis.client_list())
        for number in range(1, 101):
            transport.announce(number)
            await kill_subscribers(server.url)
            await poll_until(lambda: transport.is_connected)

        recorded = ANYTHING
        while recorded != "1000":
            # The last cut may lose it; then the new connection reports that anything may have come.
            await redis.publish(CHANNEL, 1000)
            recorded = (await hear(transport)).message
        assert len(await redis.client_list()) <= clients + 1
    assert len(transport._redis.connection_pool._in_use_connections) <= 2


async def test_a_reader_too_slow_for_redis_is_dropped_and_told_to_read_the_log(
    server, transport, caplog
):
    await poll_until(lambda: transport.is_connected)
    await hear(transport)
    with BlockingRedis.from_url(server.url) as redis:
        redis.config_set("client-output-buffer-limit", "pubsub 32kb 16kb 1")
        # The loop below blocks the event loop, so that the transport reads nothing meanwhile. Its
        # messages are short, because Valkey does not count long ones against the limit.
        receivers = [redis.publish(CHANNEL, b"1" * 10_000) for _ in range(5_000)]
        redis.publish(CHANNEL, 7)
    assert (receivers[0], receivers[-1]) == (1, 0)

    await poll_until(lambda: "Listening to Redis fails" in caplog.text)
    await poll_until(lambda: transport.is_connected)
    assert await hear(transport) == Event(CHANNEL, ANYTHING)


async def test_numbers_that_come_twice_and_in_any_order_are_heard_as_the_newest(server, transport):
    await poll_until(lambda: transport.is_connected)
    await hear(transport)
    with BlockingRedis.from_url(server.url) as redis:
        for number in (3, 9, 1, 9, 2, 3):
            redis.publish(CHANNEL, number)

    assert await hear(transport) == Event(CHANNEL, "9")
