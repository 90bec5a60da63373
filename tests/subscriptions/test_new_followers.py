"""A follower that joins during a delivery misses no change and gets none twice."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from subscriptions import feed as live_feed
from subscriptions import streams
from subscriptions.queues import DeliveryQueue
from tests.factories.change_log import (
    build_change,
    insert_changes,
    insert_followed_order,
    insert_order_changes,
)
from tests.subscriptions.streams import (
    RecordingListener,
    StubRenderer,
    build_stream,
    deliver,
    deliveries_of,
    first_positions,
    listening,
    next_positions,
    stream_tasks,
)
from tests.timeouts import poll_until


@pytest.mark.parametrize("after", [0, 1])
async def test_a_follower_that_joins_during_rendering_gets_the_change_once(stopped_feed, after):
    changes = await insert_order_changes(3)
    deliver(stopped_feed, changes[0])
    renderer = StubRenderer()
    stream = build_stream(stopped_feed, renderer=renderer)
    async with deliveries_of(stream, 1) as early:
        renderer.may_answer.clear()
        deliver(stopped_feed, changes[1])
        await poll_until(lambda: renderer.rendered)
        late = asyncio.create_task(first_positions(stream, after, 3 - after))
        await poll_until(lambda: len(stream._queues) == 2)
        renderer.may_answer.set()
        assert await next_positions(early, 1) == [2]
        await poll_until(lambda: not stream_tasks())
        deliver(stopped_feed, changes[2])

        assert await late == [1, 2, 3][after:]
        assert await next_positions(early, 1) == [3]
    assert sorted(renderer.rendered) == [1, 2, 3][after:]


@pytest.mark.parametrize("after", [0, 1])
async def test_a_follower_that_joins_during_a_delivery_gets_the_change_once(
    stopped_feed, monkeypatch, after
):
    monkeypatch.setattr(streams, "QUEUES_PER_TURN", 1)
    changes = await insert_order_changes(3)
    deliver(stopped_feed, changes[0])
    stream, put = build_stream(stopped_feed), DeliveryQueue.put
    joining: list[asyncio.Task[list[int]]] = []

    def put_while_another_joins(self, *deliveries):
        put(self, *deliveries)
        if not joining:
            joining.append(asyncio.create_task(first_positions(stream, after, 3 - after)))

    monkeypatch.setattr(DeliveryQueue, "put", put_while_another_joins)
    async with AsyncExitStack() as stack:
        early = [await stack.enter_async_context(deliveries_of(stream, 1)) for _ in range(3)]
        deliver(stopped_feed, changes[1])
        assert [await next_positions(one, 1) for one in early] == [[2]] * 3
        deliver(stopped_feed, changes[2])

        assert await joining[0] == [1, 2, 3][after:]
        assert [await next_positions(one, 1) for one in early] == [[3]] * 3


@pytest.mark.parametrize("after", [0, 1, 2, None])
async def test_a_follower_that_joins_while_the_feed_delivers_gets_the_change_once(
    feed, monkeypatch, after
):
    monkeypatch.setattr(live_feed, "LISTENERS_PER_TURN", 1)
    order = await insert_followed_order()
    joining: list[asyncio.Task[list[int]]] = []
    await insert_changes(build_change(order))
    feed.announce(1)
    await poll_until(lambda: feed.position == 1)
    expected = [2, 3, 4] if after is None else [1, 2, 3, 4][after:]
    start = 1 if after is None else after

    def join(change):
        if change.position == 2 and not joining:
            joining.append(
                asyncio.create_task(first_positions(build_stream(feed), start, len(expected)))
            )

    with listening(feed, *[RecordingListener(on_change=join) for _ in range(3)]):
        await insert_changes(build_change(order), build_change(order))
        feed.announce(3)
        await poll_until(lambda: feed.position == 3)
        await insert_changes(build_change(order))
        feed.announce(4)

        assert await joining[0] == expected
