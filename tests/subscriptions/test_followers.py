"""A follower gets every change of its selection once, in order, with none missing."""

import asyncio

import pytest

from errors import ErrorCode, Invalid
from resolvers.changes import ChangeSelection, LogEnd, changes_between, log_end
from subscriptions import followers
from subscriptions.feed import Feed
from subscriptions.followers import Follower
from subscriptions.transport import open_transport
from tests.factories.change_log import build_change, insert_changes, insert_followed_order
from tests.subscriptions.streams import build_stream, deliver, deliveries_of, next_positions
from tests.timeouts import poll_until


async def test_without_a_position_only_new_changes_are_delivered(feed):
    order = await insert_followed_order()
    await insert_changes(build_change(order), build_change(order))

    async with deliveries_of(build_stream(feed), None) as changes:
        await insert_changes(build_change(order))
        feed.announce(3)

        assert await next_positions(changes, 1) == [3]


async def test_changes_after_a_position_are_delivered_and_then_live_ones(feed, monkeypatch):
    monkeypatch.setattr(followers, "REPLAY_BATCH", 2)
    order = await insert_followed_order()
    await insert_changes(*[build_change(order) for _ in range(6)])

    async with deliveries_of(build_stream(feed), 1) as changes:
        assert await next_positions(changes, 3) == [2, 3, 4]
        await insert_changes(build_change(order), build_change(order))
        feed.announce(8)

        assert await next_positions(changes, 4) == [5, 6, 7, 8]


async def test_a_position_at_the_head_waits_for_the_next_change(feed):
    order = await insert_followed_order()
    await insert_changes(build_change(order))

    async with deliveries_of(build_stream(feed), 1) as changes:
        first = asyncio.create_task(next_positions(changes, 1))
        await insert_changes(build_change(order))
        feed.announce(2)

        assert await first == [2]


async def test_a_position_beyond_the_head_is_refused_and_nobody_listens(feed):
    await insert_changes(build_change(await insert_followed_order()))

    with pytest.raises(Invalid) as refusal:
        async with Follower(build_stream(feed), 2):
            pass

    assert refusal.value.code is ErrorCode.INVALID
    assert refusal.value.field == ("after",)
    assert refusal.value.message == (
        "There is no position 2 here: the log ends at 1. Give the position of the last change "
        "that you have from this service, or leave `after` out to begin now."
    )
    assert feed._listeners() == set()


@pytest.mark.parametrize(("after", "expected"), [(1, [2, 3, 4, 5]), (2, [3, 4, 5]), (3, [4, 5])])
async def test_a_position_that_this_process_has_not_come_to_yet_is_waited_for(db, after, expected):
    feed = Feed(open_transport("memory://"))
    order = await insert_followed_order()
    changes = [build_change(order) for _ in range(5)]
    await insert_changes(*changes[:3])
    deliver(feed, changes[0])

    async with deliveries_of(build_stream(feed), after) as deliveries:
        coming = asyncio.create_task(next_positions(deliveries, len(expected)))
        await asyncio.sleep(0)
        deliver(feed, changes[1], changes[2])
        await insert_changes(*changes[3:])
        deliver(feed, *changes[3:])

        assert await coming == expected


@pytest.mark.parametrize("is_before", [True, False])
async def test_a_change_while_the_log_is_being_read_is_seen_once(db, monkeypatch, is_before):
    feed = Feed(open_transport("memory://"))
    order = await insert_followed_order()
    changes = [build_change(order) for _ in range(3)]
    await insert_changes(*changes)
    deliver(feed, changes[0])
    coming = changes[1:2]

    async def read_while_another_comes(*arguments):
        if is_before:
            deliver(feed, *coming)
        result = await changes_between(*arguments)
        if not is_before:
            deliver(feed, *coming)
        coming.clear()
        return result

    monkeypatch.setattr(followers, "changes_between", read_while_another_comes)
    async with deliveries_of(build_stream(feed), 0) as deliveries:
        assert await next_positions(deliveries, 2) == [1, 2]
        deliver(feed, changes[2])
        assert await next_positions(deliveries, 1) == [3]


@pytest.mark.parametrize("after", [None, 1])
async def test_a_change_while_the_head_is_being_read_is_seen(db, monkeypatch, after):
    feed = Feed(open_transport("memory://"))
    order = await insert_followed_order()
    changes = [build_change(order) for _ in range(2)]
    await insert_changes(changes[0])

    async def head_before_another_change() -> LogEnd:
        end = await log_end()
        await insert_changes(changes[1])
        deliver(feed, *changes)
        return end

    monkeypatch.setattr(feed, "head", head_before_another_change)
    async with deliveries_of(build_stream(feed), after) as deliveries:
        assert await next_positions(deliveries, 1) == [2]


async def test_a_change_between_the_look_at_the_head_and_listening_is_seen(db, monkeypatch):
    """A follower that read the head first and listened afterwards would miss the change."""
    feed = Feed(open_transport("memory://"))
    order = await insert_followed_order()
    changes = [build_change(order) for _ in range(2)]
    await insert_changes(*changes)
    deliver(feed, changes[0])
    stream, add = build_stream(feed), feed.add

    def add_while_the_feed_goes_on(listener):
        deliver(feed, changes[1])
        add(listener)

    monkeypatch.setattr(feed, "add", add_while_the_feed_goes_on)
    async with deliveries_of(stream, 1) as deliveries:
        assert await next_positions(deliveries, 1) == [2]


async def test_an_outage_while_it_reads_is_waited_for(feed, monkeypatch):
    failures = [OSError("the database is away")] * 2

    async def fail_at_first(*arguments):
        if failures:
            raise failures.pop()
        return await changes_between(*arguments)

    monkeypatch.setattr(followers, "changes_between", fail_at_first)
    await insert_changes(build_change(await insert_followed_order()))
    feed.announce(1)
    await poll_until(lambda: feed.position == 1)

    async with deliveries_of(build_stream(feed), 0) as changes:
        assert await next_positions(changes, 1) == [1]
    assert failures == []


async def test_a_follower_cancelled_while_it_enters_or_waits_is_removed(feed, monkeypatch):
    is_waiting = asyncio.Event()

    async def never() -> None:
        is_waiting.set()
        await asyncio.Event().wait()

    async def follow() -> None:
        async with deliveries_of(build_stream(feed), 0) as changes:
            await anext(changes)

    waiting = asyncio.create_task(follow())
    await poll_until(feed._listeners)
    monkeypatch.setattr(feed, "head", never)
    entering = asyncio.create_task(Follower(build_stream(feed), None).__aenter__())
    await is_waiting.wait()
    assert len(feed._listeners()) == 2

    for task in (waiting, entering):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert feed._listeners() == set()


async def test_many_followers_of_many_orders_each_see_their_own(feed):
    orders = [await insert_followed_order() for _ in range(5)]
    selections = [ChangeSelection(order_ids=frozenset({order.id})) for order in orders]

    async def follow(selection: ChangeSelection) -> list[int]:
        async with deliveries_of(build_stream(feed, selection), 0) as changes:
            return await next_positions(changes, 4)

    waiting = [asyncio.create_task(follow(selection)) for selection in selections]
    for _ in range(4):
        positions = await insert_changes(*[build_change(order) for order in orders])
        feed.announce(positions[-1])

    assert await asyncio.gather(*waiting) == [list(range(n, 21, 5)) for n in range(1, 6)]
