"""Two processes and a real Redis that is killed, hung, restarted and cut off."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import pytest
from broadcaster import Event
from redis.asyncio import Redis

from resolvers.changes import EVERY_CHANGE
from subscriptions import transport as transports
from subscriptions.feed import Feed
from subscriptions.follow import follow
from subscriptions.transport import ANYTHING, CHANNEL, RedisTransport, Transport, open_transport
from tests.services.redis import RedisServer
from tests.subscriptions.rows import PATIENCE, append, change_of, make_order, messages, take, until


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes seconds in production to be given up."""
    monkeypatch.setattr(transports, "ANSWER_TIMEOUT", 0.2)
    monkeypatch.setattr(transports, "PING_AFTER", 0.2)


@pytest.fixture
async def transport(server, impatient) -> AsyncIterator[RedisTransport]:
    transport = RedisTransport(server.url)
    await transport.connect()
    yield transport
    await transport.disconnect()


@pytest.fixture
async def feeds(db, server, impatient) -> AsyncIterator[tuple[Feed, Feed]]:
    """Those of two processes on one database, connected."""
    async with Feed(open_transport(server.url)) as one, Feed(open_transport(server.url)) as two:
        await connected(one, two)
        yield one, two


async def connected(*feeds: Feed) -> None:
    await until(lambda: all(feed._transport.is_connected for feed in feeds))


async def cut_off(server: RedisServer) -> int:
    """Cut the connections of all who listen; how many there were."""
    async with Redis.from_url(server.url) as redis:
        return int(await redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub"))


async def hear(transport: Transport) -> Event:
    async with asyncio.timeout(PATIENCE):
        return await transport.next_published()


async def test_a_change_in_one_process_is_seen_at_once_in_another(without_looks, feeds):
    one, two = feeds
    order = await make_order()

    async with aclosing(follow(two, EVERY_CHANGE, 0)) as changes:
        for position in (1, 2, 3):
            await append(change_of(order))
            one.announce(position)
            assert await take(changes, 1) == [position]


@pytest.mark.parametrize("fault", ["restart", "cut off", "pause"])
async def test_what_was_announced_in_vain_is_seen_when_redis_is_back(
    without_looks, server, feeds, fault
):
    one, two = feeds
    order = await make_order()

    async with aclosing(follow(two, EVERY_CHANGE, 0)) as changes:
        if fault == "restart":
            server.kill()
        elif fault == "pause":
            server.pause()
        else:
            assert await cut_off(server) == 2
        await until(lambda: not two._transport.is_connected)
        await append(change_of(order))
        if fault == "restart":
            server.restart()
        elif fault == "pause":
            server.resume()

        assert await take(changes, 1) == [1]
        await connected(one, two)
        await append(change_of(order))
        one.announce(2)
        assert await take(changes, 1) == [2]


@pytest.mark.parametrize("fault", ["kill", "pause"])
async def test_without_redis_changes_are_found_by_looking(quick_looks, server, feeds, fault):
    one, two = feeds
    order = await make_order()
    getattr(server, fault)()

    async with aclosing(follow(two, EVERY_CHANGE, 0)) as changes:
        for position in (1, 2, 3):
            await append(change_of(order))
            one.announce(position)
            assert await take(changes, 1) == [position]


async def test_nothing_is_lost_while_redis_comes_and_goes(quick_looks, server, feeds):
    one, two = feeds
    order = await make_order()
    received: list[list[int]] = [[], [], [], []]
    is_over = asyncio.Event()

    async def write() -> int:
        while not is_over.is_set():
            [written] = await append(change_of(order))
            one.announce(written)
        return written

    async def read(feed: Feed, into: list[int]) -> None:
        async with aclosing(follow(feed, EVERY_CHANGE, 0)) as changes:
            async for change in changes:
                into.append(change.position)

    reading = [
        asyncio.create_task(read(feed, into))
        for feed, into in zip((one, two, one, two), received, strict=True)
    ]
    writing = asyncio.create_task(write())
    for _ in range(3):
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.restart)
        await connected(one, two)
        assert await cut_off(server) == 2
        await asyncio.to_thread(server.pause)
        await until(lambda: not two._transport.is_connected)
        await asyncio.to_thread(server.resume)
        await connected(one, two)
    is_over.set()
    last = await writing
    await until(lambda: min(map(len, received)) >= last)
    for task in reading:
        task.cancel()
    await asyncio.wait(reading)

    assert received == [list(range(1, last + 1))] * 4


async def test_starting_does_not_wait_for_redis(db, server, impatient, caplog):
    server.kill()

    async with Feed(open_transport(server.url)) as feed:
        assert feed.is_running
        assert not feed._transport.is_connected
        await until(lambda: "Listening" in caplog.text)
        await asyncio.to_thread(server.restart)
        await connected(feed)


async def test_each_connection_says_that_anything_may_have_happened(server, transport):
    assert await hear(transport) == Event(CHANNEL, ANYTHING)

    await cut_off(server)
    assert await hear(transport) == Event(CHANNEL, ANYTHING)


async def test_any_message_of_the_channel_is_survived(server, transport):
    await until(lambda: transport.is_connected)
    await hear(transport)
    async with Redis.from_url(server.url) as redis:
        await redis.publish(CHANNEL, b"\xff\x00")
        assert await hear(transport) == Event(CHANNEL, ANYTHING)

        await redis.publish(CHANNEL, b"17")
        assert await hear(transport) == Event(CHANNEL, "17")


async def test_a_flood_is_heard_as_its_newest_number(server, transport):
    await until(lambda: transport.is_connected)
    await hear(transport)
    async with Redis.from_url(server.url) as redis:
        pipeline = redis.pipeline()
        for number in range(1, 20_001):
            pipeline.publish(CHANNEL, number)
        await pipeline.execute()

    heard = [int((await hear(transport)).message)]
    while heard[-1] < 20_000:
        heard.append(int((await hear(transport)).message))

    assert heard == sorted(set(heard))


async def test_announcing_to_a_hung_redis_neither_waits_nor_fails(server, transport):
    await until(lambda: transport.is_connected)
    server.pause()

    for position in range(1, 10_001):
        transport.announce(position)

    assert transport._outgoing == 10_000
    assert [work.is_running for work in transport._works] == [True, True]
    server.resume()
    async with Redis.from_url(server.url) as redis, redis.pubsub() as pubsub:
        await pubsub.subscribe(CHANNEL)
        transport.announce(10_001)
        async with asyncio.timeout(PATIENCE):
            async for message in pubsub.listen():
                if message["data"] == b"10001":
                    break


async def test_an_outage_is_logged_once(server, transport, caplog):
    await until(lambda: transport.is_connected)
    caplog.set_level(logging.INFO)
    server.kill()
    transport.announce(1)
    await until(lambda: "Listening" in caplog.text and "Sending" in caplog.text)
    server.restart()
    await until(lambda: transport.is_connected)
    transport.announce(2)
    await until(lambda: "Sending to Redis works again" in caplog.text)

    assert sorted(text.split(":")[0] for text in messages(caplog.records)) == [
        "Listening to Redis fails",
        "Listening to Redis works again",
        "Sending to Redis fails",
        "Sending to Redis works again",
    ]


async def test_a_password_is_used_and_never_logged(server, impatient, caplog):
    caplog.set_level(logging.DEBUG)
    url = server.url.replace("//", "//:hunter2@")
    transport = open_transport(url)
    await transport.connect()
    await until(lambda: "Listening to Redis fails: AuthenticationError" in caplog.text)
    async with Redis.from_url(server.url) as redis:
        await redis.config_set("requirepass", "hunter2")
    await until(lambda: transport.is_connected)
    await transport.disconnect()

    assert "hunter2" not in caplog.text


@pytest.mark.parametrize("fault", ["nothing", "kill", "pause"])
async def test_disconnecting_ends_the_tasks_whatever_redis_does(server, impatient, fault):
    transport = RedisTransport(server.url)
    await transport.connect()
    await until(lambda: transport.is_connected)
    if fault != "nothing":
        getattr(server, fault)()
    transport.announce(1)
    await asyncio.sleep(0)

    await transport.disconnect()

    assert 2 * transports.CLOSE_TIMEOUT < 1
    assert [work.is_running for work in transport._works] == [False, False]
    assert not transport.is_connected
