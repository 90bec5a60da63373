"""Two processes with a real Redis between them that is killed, paused, restarted and cut off."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

import pytest

from models.changes import Change
from resolvers.changes import EVERY_CHANGE
from subscriptions.feed import Feed
from subscriptions.followers import Follower
from subscriptions.inbox import Delivery
from subscriptions.streams import Stream
from subscriptions.transport import open_transport
from tests.factories.change_log import build_change, insert_changes, insert_followed_order
from tests.subscriptions.redis_connections import kill_subscribers
from tests.subscriptions.streams import next_positions
from tests.timeouts import poll_until


async def render(changes: Sequence[Change]) -> list[str]:
    return [f"{change.position}" for change in changes]


async def deliveries_of(feed: Feed) -> AsyncGenerator[Delivery, None]:
    """The deliveries of every change, from the first."""
    async with Follower(Stream(feed, EVERY_CHANGE, render), 0) as follower:
        async for delivery in follower:
            yield delivery


@pytest.fixture
async def feeds(db, server, short_timeouts) -> AsyncIterator[tuple[Feed, Feed]]:
    """The connected feeds of two processes on one database."""
    async with (
        Feed(open_transport(server.url)) as first,
        Feed(open_transport(server.url)) as second,
    ):
        await wait_until_connected(first, second)
        yield first, second


async def wait_until_connected(*feeds: Feed) -> None:
    await poll_until(lambda: all(feed._transport.is_connected for feed in feeds))


async def test_a_change_in_one_process_is_seen_at_once_in_another(without_polling, feeds):
    first, second = feeds
    order = await insert_followed_order()

    async with aclosing(deliveries_of(second)) as changes:
        for position in (1, 2, 3):
            await insert_changes(build_change(order))
            first.announce(position)
            assert await next_positions(changes, 1) == [position]


@pytest.mark.parametrize("fault", ["restart", "cut off", "pause"])
async def test_changes_announced_during_a_fault_are_seen_when_redis_is_back(
    without_polling, server, feeds, fault
):
    first, second = feeds
    order = await insert_followed_order()

    async with aclosing(deliveries_of(second)) as changes:
        if fault == "restart":
            server.kill()
        elif fault == "pause":
            server.pause()
        else:
            assert await kill_subscribers(server.url) == 2
        await poll_until(lambda: not second._transport.is_connected)
        await insert_changes(build_change(order))
        if fault == "restart":
            server.restart()
        elif fault == "pause":
            server.resume()

        assert await next_positions(changes, 1) == [1]
        await wait_until_connected(first, second)
        await insert_changes(build_change(order))
        first.announce(2)
        assert await next_positions(changes, 1) == [2]


@pytest.mark.parametrize("fault", ["kill", "pause"])
async def test_without_redis_changes_are_found_by_looking(fast_polling, server, feeds, fault):
    first, second = feeds
    order = await insert_followed_order()
    getattr(server, fault)()

    async with aclosing(deliveries_of(second)) as changes:
        for position in (1, 2, 3):
            await insert_changes(build_change(order))
            first.announce(position)
            assert await next_positions(changes, 1) == [position]


async def test_nothing_is_lost_while_redis_comes_and_goes(fast_polling, server, feeds):
    first, second = feeds
    order = await insert_followed_order()
    received: list[list[int]] = [[], [], [], []]
    is_over = asyncio.Event()

    async def write() -> int:
        while not is_over.is_set():
            [written] = await insert_changes(build_change(order))
            first.announce(written)
        return written

    async def read(feed: Feed, positions: list[int]) -> None:
        async with aclosing(deliveries_of(feed)) as changes:
            async for change in changes:
                positions.append(change.position)

    reading = [
        asyncio.create_task(read(feed, positions))
        for feed, positions in zip((first, second, first, second), received, strict=True)
    ]
    writing = asyncio.create_task(write())
    for _ in range(3):
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.restart)
        await wait_until_connected(first, second)
        assert await kill_subscribers(server.url) == 2
        await asyncio.to_thread(server.pause)
        await poll_until(lambda: not second._transport.is_connected)
        await asyncio.to_thread(server.resume)
        await wait_until_connected(first, second)
    is_over.set()
    last = await writing
    await poll_until(lambda: min(map(len, received)) >= last)
    for task in reading:
        task.cancel()
    await asyncio.wait(reading)

    assert received == [list(range(1, last + 1))] * 4


async def test_starting_does_not_wait_for_redis(db, server, short_timeouts, caplog):
    server.kill()

    async with Feed(open_transport(server.url)) as feed:
        assert feed.is_running
        assert not feed._transport.is_connected
        await poll_until(lambda: "Listening" in caplog.text)
        await asyncio.to_thread(server.restart)
        await wait_until_connected(feed)
