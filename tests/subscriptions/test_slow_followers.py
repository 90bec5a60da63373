"""A follower that falls behind reads what it missed from the log, and then goes on live."""

import asyncio

import pytest

from models.enums import ChangeKind
from resolvers.changes import ChangeSelection, changes_between
from runtime import supervised_task
from subscriptions import followers, queues, streams
from subscriptions.feed import Feed
from subscriptions.queues import DeliveryQueue
from subscriptions.transport import open_transport
from tests.factories.change_log import build_change, insert_changes, insert_followed_order
from tests.log_messages import messages_of
from tests.subscriptions.streams import (
    StubRenderer,
    build_stream,
    deliver,
    deliveries_of,
    next_positions,
)
from tests.timeouts import poll_until

QUIET, LOUD = ChangeKind.HEALTH, ChangeKind.ESTIMATE


@pytest.fixture
def reads(monkeypatch) -> list[int]:
    """Records the positions after which followers read the log."""
    reads = []

    async def record(after, *rest):
        reads.append(after)
        return await changes_between(after, *rest)

    monkeypatch.setattr(followers, "changes_between", record)
    return reads


async def test_a_follower_ahead_of_the_feed_that_falls_behind_goes_on_at_its_position(db):
    feed = Feed(open_transport("memory://"))
    order = await insert_followed_order()
    changes = [build_change(order) for _ in range(5)]
    await insert_changes(*changes)
    deliver(feed, changes[0])

    async with deliveries_of(build_stream(feed), 3) as deliveries:
        coming = asyncio.create_task(next_positions(deliveries, 2))
        await asyncio.sleep(0)
        deliver(feed, changes[1])
        feed._require_replay_of_all()
        await asyncio.sleep(0)
        deliver(feed, *changes[2:])

        assert await coming == [4, 5]


async def test_a_follower_that_falls_behind_reads_the_log_from_its_position(
    feed, monkeypatch, reads
):
    monkeypatch.setattr(queues, "QUEUE_SIZE", 2)
    order = await insert_followed_order()
    await insert_changes(build_change(order))

    async with deliveries_of(build_stream(feed), 0) as changes:
        assert await next_positions(changes, 1) == [1]
        await insert_changes(*[build_change(order) for _ in range(5)])
        feed.announce(6)
        await poll_until(lambda: feed.position == 6)

        assert await next_positions(changes, 5) == [2, 3, 4, 5, 6]
        await insert_changes(build_change(order))
        feed.announce(7)
        assert await next_positions(changes, 1) == [7]
    assert 1 in reads


async def test_a_follower_that_falls_behind_while_reading_misses_nothing(db, monkeypatch):
    monkeypatch.setattr(queues, "QUEUE_SIZE", 1)
    feed = Feed(open_transport("memory://"))
    order = await insert_followed_order()
    changes = [build_change(order) for _ in range(9)]
    await insert_changes(*changes)

    async def read_while_more_comes(*arguments):
        result = await changes_between(*arguments)
        deliver(feed, *changes[feed.position : feed.position + 3])
        await poll_until(lambda: not stream._backlog)
        return result

    deliver(feed, *changes[:3])
    monkeypatch.setattr(followers, "changes_between", read_while_more_comes)
    stream = build_stream(feed)
    async with deliveries_of(stream, 0) as deliveries:
        assert await next_positions(deliveries, 9) == list(range(1, 10))


async def test_a_selection_with_few_changes_does_not_read_passed_changes_again(
    feed, monkeypatch, reads
):
    monkeypatch.setattr(queues, "QUEUE_SIZE", 2)
    order = await insert_followed_order()
    await insert_changes(build_change(order, QUIET), *[build_change(order, LOUD) for _ in range(3)])
    feed.announce(4)
    await poll_until(lambda: feed.position == 4)

    async with deliveries_of(build_stream(feed, ChangeSelection(kinds=(QUIET,))), 0) as changes:
        assert await next_positions(changes, 1) == [1]
        live = asyncio.create_task(next_positions(changes, 1))
        await insert_changes(build_change(order, QUIET))
        feed.announce(5)
        assert await live == [5]

        await insert_changes(*[build_change(order, LOUD) for _ in range(4)])
        await insert_changes(*[build_change(order, QUIET) for _ in range(3)])
        feed.announce(12)
        await poll_until(lambda: feed.position == 12)
        assert await next_positions(changes, 3) == [10, 11, 12]
    assert reads == [0, 9]


async def test_a_replay_without_a_match_moves_to_the_head(feed, reads):
    order = await insert_followed_order()
    await insert_changes(*[build_change(order, LOUD) for _ in range(3)])
    feed.announce(3)
    await poll_until(lambda: feed.position == 3)
    stream = build_stream(feed, ChangeSelection(kinds=(QUIET,)))

    async with deliveries_of(stream, 0) as changes:
        first = asyncio.create_task(next_positions(changes, 2))
        await poll_until(lambda: reads == [0])
        stream.require_replay()
        await insert_changes(*[build_change(order, QUIET) for _ in range(2)])
        feed.announce(5)

        assert await first == [4, 5]
    assert set(reads[1:]) <= {3, 4}


async def test_a_backlog_that_overflows_during_rendering_is_read_from_the_log(db, monkeypatch):
    monkeypatch.setattr(streams, "BACKLOG", 2)
    feed, renderer = Feed(open_transport("memory://")), StubRenderer()
    renderer.may_answer.clear()
    order = await insert_followed_order()
    changes = [build_change(order) for _ in range(7)]
    await insert_changes(*changes)
    stream = build_stream(feed, renderer=renderer)

    async with deliveries_of(stream, 0) as one, deliveries_of(stream, 0) as other:
        deliver(feed, *changes[:2])
        await poll_until(lambda: renderer.rendered)
        deliver(feed, *changes[2:6])
        renderer.may_answer.set()

        assert await next_positions(one, 6) == [1, 2, 3, 4, 5, 6]
        assert await next_positions(other, 6) == [1, 2, 3, 4, 5, 6]
        deliver(feed, changes[6])
        assert await next_positions(one, 1) == await next_positions(other, 1) == [7]


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("count", range(1, 8))
async def test_queues_and_the_backlog_overflow_during_a_delivery(db, monkeypatch, size, count):
    for module, name in ((streams, "BACKLOG"), (queues, "QUEUE_SIZE"), (streams, "RENDER_BATCH")):
        monkeypatch.setattr(module, name, size)
    monkeypatch.setattr(streams, "QUEUES_PER_TURN", 1)
    feed = Feed(open_transport("memory://"))
    order = await insert_followed_order()
    changes = [build_change(order) for _ in range(9)]
    await insert_changes(*changes)
    later, put = changes[1 : 1 + count], DeliveryQueue.put

    def put_while_more_comes(self, *deliveries):
        put(self, *deliveries)
        coming, later[:] = later[:], []
        deliver(feed, *coming)

    monkeypatch.setattr(DeliveryQueue, "put", put_while_more_comes)
    stream = build_stream(feed)
    async with (
        deliveries_of(stream, 0) as one,
        deliveries_of(stream, 0) as two,
        deliveries_of(stream, 0) as six,
    ):
        deliver(feed, changes[0])
        for follower in (one, two, six):
            assert await next_positions(follower, 1 + count) == list(range(1, 2 + count))
        deliver(feed, changes[1 + count])
        for follower in (one, two, six):
            assert await next_positions(follower, 1) == [2 + count]


@pytest.mark.parametrize("turn", [1, 2, 3, 200])
async def test_a_feed_that_breaks_off_during_a_delivery_loses_nothing(
    feed, monkeypatch, caplog, turn
):
    monkeypatch.setattr(supervised_task, "RESTART_DELAY", 0.0)
    monkeypatch.setattr(followers, "REPLAY_BATCH", turn)
    mistakes, receive = [ZeroDivisionError(), ZeroDivisionError()], streams.Stream.receive

    def receive_badly(self, change):
        if change.position in (2, 5) and self is all_streams[1] and mistakes:
            raise mistakes.pop()
        receive(self, change)

    monkeypatch.setattr(streams.Stream, "receive", receive_badly)
    order = await insert_followed_order()
    all_streams = [build_stream(feed) for _ in range(3)]
    a, b, c = all_streams
    async with deliveries_of(a, 0) as one, deliveries_of(b, 0) as two, deliveries_of(c, 0) as three:
        for last in (3, 6):
            await insert_changes(*[build_change(order) for _ in range(3)])
            feed.announce(last)
            for follower in (one, two, three):
                assert await next_positions(follower, 3) == [last - 2, last - 1, last]
    assert messages_of(caplog.records) == ["The feed failed; it restarts in 0.0 s"] * 2
