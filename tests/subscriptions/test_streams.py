"""A stream renders each change once for all of its followers, and rests without followers."""

import asyncio
import gc
import logging
import weakref
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from errors import LimitExceeded
from models.changes import Change
from resolvers.changes import ChangeSelection
from runtime import backoff
from subscriptions import streams
from subscriptions.followers import Follower
from subscriptions.streams import Stream
from tests.factories.change_log import (
    build_change,
    insert_changes,
    insert_followed_order,
    insert_order_changes,
)
from tests.log_messages import messages_of
from tests.subscriptions.streams import (
    Deliveries,
    StubRenderer,
    build_stream,
    deliver,
    deliveries_of,
    first_positions,
    next_positions,
    stream_tasks,
)
from tests.timeouts import poll_until


async def follow_all(stack: AsyncExitStack, stream: Stream, count: int) -> list[Deliveries]:
    return [await stack.enter_async_context(deliveries_of(stream, 0)) for _ in range(count)]


async def test_a_change_is_rendered_once_and_shared_by_all_followers(feed):
    renderer = StubRenderer()
    stream = build_stream(feed, renderer=renderer)
    order = await insert_followed_order()
    async with AsyncExitStack() as stack:
        followers = await follow_all(stack, stream, 50)
        for position in (1, 2, 3):
            await insert_changes(build_change(order))
            feed.announce(position)
            deliveries = [await anext(follower) for follower in followers]

            assert [(delivery.position, delivery.body) for delivery in deliveries] == [
                (position, f"{position}")
            ] * 50
            assert len({id(delivery) for delivery in deliveries}) == 1
    assert renderer.rendered == [1, 2, 3]


async def test_followers_that_replay_at_the_same_time_share_the_rendering(stopped_feed):
    deliver(stopped_feed, *await insert_order_changes(5))
    renderer = StubRenderer()
    stream = build_stream(stopped_feed, renderer=renderer)

    async with AsyncExitStack() as stack:
        followers = await follow_all(stack, stream, 20)
        received = await asyncio.gather(*(next_positions(follower, 5) for follower in followers))

    assert received == [[1, 2, 3, 4, 5]] * 20
    assert renderer.rendered == [1, 2, 3, 4, 5]


async def test_a_returning_follower_gets_what_was_rendered_for_others(stopped_feed):
    changes = await insert_order_changes(3)
    renderer = StubRenderer()
    stream = build_stream(stopped_feed, renderer=renderer)

    async with deliveries_of(stream, 0) as first, deliveries_of(stream, 0) as second:
        deliver(stopped_feed, *changes)
        assert await next_positions(first, 3) == await next_positions(second, 3) == [1, 2, 3]

        assert await first_positions(stream, 1, 2) == [2, 3]
    assert renderer.rendered == [1, 2, 3]


async def test_another_change_at_the_same_position_is_rendered_for_itself(stopped_feed):
    """A log that was put back has one, before anybody has noticed."""
    changes = await insert_order_changes(2)
    renderer = StubRenderer()
    stream = build_stream(stopped_feed, renderer=renderer)

    async with deliveries_of(stream, 0) as first, deliveries_of(stream, 0) as second:
        deliver(stopped_feed, *changes)
        assert await next_positions(first, 2) == await next_positions(second, 2) == [1, 2]
        await Change.filter(position=2).update(recorded_at=datetime(2026, 3, 2, tzinfo=UTC))

        assert await first_positions(stream, 0, 2) == [1, 2]
    assert renderer.rendered == [1, 2, 2]


async def test_nothing_is_kept_that_was_rendered_before_an_erasure(stopped_feed):
    """Erasures of other orders count as well: a rendering may show a customer's other orders."""
    changes = await insert_order_changes(2)
    renderer = StubRenderer()
    stream = build_stream(stopped_feed, renderer=renderer)

    async with deliveries_of(stream, 0) as first, deliveries_of(stream, 0) as second:
        deliver(stopped_feed, *changes)
        assert await next_positions(first, 2) == await next_positions(second, 2) == [1, 2]
        assert await first_positions(stream, 0, 2) == [1, 2]
        assert renderer.rendered == [1, 2]

        stopped_feed.erasure_count += 1
        assert await first_positions(stream, 0, 2) == [1, 2]
        assert renderer.rendered == [1, 2, 1, 2]
        assert await first_positions(stream, 0, 2) == [1, 2]
    assert renderer.rendered == [1, 2, 1, 2]


async def test_what_is_rendered_during_an_erasure_is_not_kept(stopped_feed):
    changes = await insert_order_changes(1)
    renderer = StubRenderer()
    stream = build_stream(stopped_feed, renderer=renderer)

    async with deliveries_of(stream, 0) as first, deliveries_of(stream, 0) as second:
        renderer.may_answer.clear()
        deliver(stopped_feed, *changes)
        await poll_until(lambda: renderer.rendered == [1])
        stopped_feed.erasure_count += 1
        renderer.may_answer.set()

        assert await next_positions(first, 1) == await next_positions(second, 1) == [1]
        assert await first_positions(stream, 0, 1) == [1]
    assert renderer.rendered == [1, 1]


async def test_what_waits_for_a_slow_follower_is_rendered_anew_after_an_erasure(stopped_feed):
    changes = await insert_order_changes(3)
    renderer = StubRenderer()
    stream = build_stream(stopped_feed, renderer=renderer)

    async with deliveries_of(stream, 0) as slow:
        deliver(stopped_feed, *changes)
        await poll_until(lambda: renderer.rendered == [1, 2, 3])
        assert await next_positions(slow, 1) == [1]
        stopped_feed.erasure_count += 1

        assert await next_positions(slow, 2) == [2, 3]
    assert renderer.rendered == [1, 2, 3, 2, 3]


async def test_what_a_follower_reads_from_the_log_is_rendered_anew_after_an_erasure(stopped_feed):
    changes = await insert_order_changes(3)
    deliver(stopped_feed, *changes)
    renderer = StubRenderer()

    async with deliveries_of(build_stream(stopped_feed, renderer=renderer), 0) as slow:
        assert await next_positions(slow, 1) == [1]
        assert renderer.rendered == [1, 2, 3]
        stopped_feed.erasure_count += 1

        assert await next_positions(slow, 2) == [2, 3]
    assert renderer.rendered == [1, 2, 3, 2, 3]


async def test_only_the_last_short_renderings_are_cached(stopped_feed, monkeypatch):
    monkeypatch.setattr(streams, "CACHED_DELIVERIES", 2)
    changes = await insert_order_changes(4)
    stream = build_stream(stopped_feed, renderer=StubRenderer())

    async with deliveries_of(stream, 0) as first, deliveries_of(stream, 0) as second:
        deliver(stopped_feed, *changes[:3])
        assert await next_positions(first, 3) == await next_positions(second, 3) == [1, 2, 3]
        assert list(stream._cached) == [2, 3]

        monkeypatch.setattr(streams, "LONGEST_CACHED", 0)
        deliver(stopped_feed, changes[3])
        assert await next_positions(first, 1) == await next_positions(second, 1) == [4]
        assert list(stream._cached) == [2, 3]


async def test_the_stream_rests_and_keeps_nothing_once_the_last_follower_leaves(stopped_feed):
    changes = await insert_order_changes(2)
    renderer = StubRenderer()
    renderer.may_answer.clear()
    selection = ChangeSelection(order_ids=frozenset({changes[0].order_id}))
    stream = build_stream(stopped_feed, selection, renderer)
    first, second = Follower(stream, 0), Follower(stream, 0)
    gone = [weakref.ref(kept) for kept in (stream, first, second)]
    await first.__aenter__()
    await second.__aenter__()
    deliver(stopped_feed, *changes)
    await poll_until(lambda: renderer.rendered)

    await first.__aexit__(None, None, None)
    assert stopped_feed._listeners() == {stream}
    assert len(stream_tasks()) == 1
    await second.__aexit__(None, None, None)
    assert stopped_feed._by_order == {}
    del stream, first, second
    await asyncio.wait(stream_tasks())
    gc.collect()

    assert [reference() for reference in gone] == [None] * 3


async def test_a_stream_that_rested_serves_new_followers(stopped_feed):
    changes = await insert_order_changes(4)
    stream = build_stream(stopped_feed)
    async with deliveries_of(stream, 0) as first:
        deliver(stopped_feed, changes[0])
        assert await next_positions(first, 1) == [1]
    deliver(stopped_feed, changes[1])

    async with deliveries_of(stream, 1) as second:
        assert await next_positions(second, 1) == [2]
        deliver(stopped_feed, changes[2])
        assert await next_positions(second, 1) == [3]


async def test_a_follower_that_reconnects_leaves_one_task_running(stopped_feed):
    """The task of the follower that left may end after a task was begun for the next one."""
    changes = await insert_order_changes(3)
    renderer = StubRenderer()
    renderer.may_answer.clear()
    stream = build_stream(stopped_feed, renderer=renderer)
    async with deliveries_of(stream, 0):
        deliver(stopped_feed, changes[0])
        await poll_until(lambda: renderer.rendered)

    async with deliveries_of(stream, 1) as anew:
        deliver(stopped_feed, changes[1])
        await poll_until(lambda: len(stream_tasks()) == 1)
        deliver(stopped_feed, changes[2])
        await asyncio.sleep(0)
        assert len(stream_tasks()) == 1
        renderer.may_answer.set()

        assert await next_positions(anew, 2) == [2, 3]
    assert renderer.rendered == [1, 2, 3]


@pytest.mark.parametrize("after", [0, 2], ids=["on replay", "live"])
async def test_an_outage_during_rendering_is_waited_for(stopped_feed, monkeypatch, caplog, after):
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(backoff, "FIRST_DELAY", 0.001)
    changes = await insert_order_changes(4)
    renderer = StubRenderer({2: [OSError("away")] * 3, 3: [TimeoutError("slow")] * 2})
    stream = build_stream(stopped_feed, renderer=renderer)
    deliver(stopped_feed, *changes[:after])

    async with deliveries_of(stream, after) as first, deliveries_of(stream, after) as second:
        deliver(stopped_feed, *changes[after:])
        expected = list(range(after + 1, 5))
        assert (
            await next_positions(first, 4 - after)
            == await next_positions(second, 4 - after)
            == expected
        )

    assert "Reading for a subscription works again" in messages_of(caplog.records)
    assert "A change could not be delivered" not in caplog.text


async def test_a_follower_whose_rendering_times_out_is_refused(stopped_feed, monkeypatch, caplog):
    monkeypatch.setattr(streams, "RENDER_TIMEOUT", 0.01)
    changes = await insert_order_changes(3)
    renderer = StubRenderer()
    renderer.may_answer.clear()
    async with deliveries_of(build_stream(stopped_feed, renderer=renderer), 0) as follower:
        deliver(stopped_feed, *changes)

        with pytest.raises(LimitExceeded) as refusal:
            await next_positions(follower, 1)
    assert refusal.value.message == ("This takes too long to answer for each change. Ask for less.")
    assert messages_of(caplog.records) == []


async def test_a_bug_in_rendering_ends_its_followers_and_no_others(stopped_feed, caplog):
    changes = await insert_order_changes(3)
    mistakes: list[Exception] = [ZeroDivisionError() for _ in range(9)]
    bad, good = (
        build_stream(stopped_feed, renderer=StubRenderer({2: mistakes})),
        build_stream(stopped_feed),
    )

    async with (
        deliveries_of(bad, 0) as first,
        deliveries_of(bad, 0) as second,
        deliveries_of(good, 0) as third,
    ):
        deliver(stopped_feed, changes[0])
        assert [await next_positions(follower, 1) for follower in (first, second, third)] == [
            [1]
        ] * 3
        deliver(stopped_feed, changes[1])
        for follower in (first, second):
            with pytest.raises(ZeroDivisionError):
                await next_positions(follower, 1)
        deliver(stopped_feed, changes[2])

        assert await next_positions(third, 2) == [2, 3]
        assert await first_positions(bad, 2, 1) == [3]
    assert messages_of(caplog.records) == [
        "A change could not be delivered; its followers replay the log"
    ]
    assert caplog.records[0].exc_info
