"""The feed reads the log once and delivers each change to all listeners."""

import asyncio
import logging

import pytest

from models.changes import IS_ERASED
from models.enums import ChangeKind
from resolvers.changes import ChangeSelection, read_log
from runtime import supervised_task
from subscriptions import feed as live_feed
from subscriptions.feed import Feed
from subscriptions.transport import open_transport
from tests.factories.change_log import build_change, insert_changes, insert_followed_order
from tests.log_messages import messages_of
from tests.subscriptions.streams import RecordingListener, listening
from tests.timeouts import TIMEOUT, poll_until


def record_reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Records the positions after which the feed reads the log from now on."""
    reads: list[int] = []

    async def record(position, *rest):
        reads.append(position)
        return await read_log(position, *rest)

    monkeypatch.setattr(live_feed, "read_log", record)
    return reads


async def test_an_announced_change_is_delivered_at_once(without_polling, feed, listener):
    [position] = await insert_changes(build_change(await insert_followed_order()))
    feed.announce(position)

    assert await listener.next(1) == [1]
    assert feed.position == 1


async def test_an_unannounced_change_is_found_by_polling(fast_polling, feed, listener):
    await insert_changes(build_change(await insert_followed_order()))

    assert await listener.next(1) == [1]


async def test_a_listener_is_given_only_its_selection_in_order(feed):
    mine, other = await insert_followed_order(), await insert_followed_order()
    listener = RecordingListener(
        ChangeSelection(
            order_ids=frozenset({mine.id}), kinds=(ChangeKind.HEALTH, ChangeKind.ESTIMATE)
        )
    )

    with listening(feed, listener):
        await insert_changes(
            build_change(mine, ChangeKind.ORDER_CREATED),
            build_change(mine, ChangeKind.HEALTH),
            build_change(other, ChangeKind.HEALTH),
            build_change(mine, ChangeKind.ESTIMATE),
        )
        feed.announce(4)

        assert await listener.next(2) == [2, 4]


async def test_erasures_are_counted_also_when_nobody_listens(feed):
    order = await insert_followed_order()
    await insert_changes(
        build_change(order, details={"differences": []}),
        build_change(order, details={"differences": [], IS_ERASED: True}),
        build_change(order),
    )
    feed.announce(3)
    await poll_until(lambda: feed.position == 3)

    assert feed.erasure_count == 1


async def test_the_log_is_read_once_for_all_listeners(without_polling, feed, monkeypatch):
    order = await insert_followed_order()
    await insert_changes(build_change(order))
    feed.announce(1)
    await poll_until(lambda: feed.position == 1)
    reads = record_reads(monkeypatch)

    listeners = [
        RecordingListener(ChangeSelection(order_ids=frozenset({order.id}))) for _ in range(50)
    ]
    with listening(feed, *listeners):
        await insert_changes(build_change(order), build_change(order))
        feed.announce(3)

        assert [await listener.next(2) for listener in listeners] == [[2, 3]] * 50
    assert reads == [1]


async def test_a_late_announcement_causes_no_second_read(without_polling, feed, monkeypatch):
    order = await insert_followed_order()
    await insert_changes(build_change(order))
    feed.announce(1)
    await poll_until(lambda: feed.position == 1)
    reads = record_reads(monkeypatch)

    feed.announce(1)
    await asyncio.sleep(0)
    feed.announce(1)
    await insert_changes(build_change(order))
    feed.announce(2)
    await poll_until(lambda: feed.position == 2)

    assert reads == [1]


async def test_a_feed_begins_at_the_head_of_the_log(db):
    order, listener = await insert_followed_order(), RecordingListener()
    await insert_changes(build_change(order), build_change(order))
    feed = Feed(open_transport("memory://"))
    assert not feed.is_running

    async with feed:
        assert feed.position == 2
        assert feed.is_running
        with listening(feed, listener):
            assert await listener.next(1) == [None]
            await insert_changes(build_change(order))
            feed.announce(3)

            assert await listener.next(1) == [3]
    assert not feed.is_running


async def test_a_listener_before_the_start_of_the_feed_is_told_to_read_the_log(db):
    feed, listener = Feed(open_transport("memory://")), RecordingListener()

    with listening(feed, listener):
        await insert_changes(build_change(await insert_followed_order()))
        async with feed:
            assert await listener.next(1) == [None]
            assert feed.position == 1


async def test_removed_listeners_are_forgotten(feed):
    of_order = ChangeSelection(order_ids=frozenset({(await insert_followed_order()).id}))
    first, second = RecordingListener(of_order), RecordingListener(of_order)
    of_any = RecordingListener()

    with listening(feed, first):
        with listening(feed, second):
            pass
        with listening(feed, of_any):
            assert feed._listeners() == {first, of_any}
        assert feed._listeners() == {first}

    assert feed._by_order == {}
    assert feed._by_any == set()


async def test_an_outage_of_the_database_is_logged_once_and_nothing_is_lost(
    fast_polling, feed, listener, monkeypatch, caplog
):
    failures = [OSError("the database is away")] * 3

    async def fail_at_first(*arguments):
        if failures:
            raise failures.pop()
        return await read_log(*arguments)

    caplog.set_level(logging.INFO)
    monkeypatch.setattr(live_feed, "read_log", fail_at_first)
    await poll_until(lambda: len(failures) < 3)
    await insert_changes(build_change(await insert_followed_order()))

    assert await listener.next(1) == [1]
    assert messages_of(caplog.records) == [
        "Reading the change log fails: OSError: the database is away",
        "Reading the change log works again",
    ]
    assert feed.is_running


async def test_a_read_that_hangs_is_given_up(fast_polling, feed, listener, monkeypatch):
    hung = asyncio.Event()

    async def hang_at_first(*arguments):
        if not hung.is_set():
            hung.set()
            await asyncio.Event().wait()
        return await read_log(*arguments)

    monkeypatch.setattr(live_feed, "READ_TIMEOUT", 0.05)
    monkeypatch.setattr(live_feed, "read_log", hang_at_first)
    await hung.wait()
    await insert_changes(build_change(await insert_followed_order()))
    monkeypatch.setattr(live_feed, "READ_TIMEOUT", TIMEOUT)

    assert await listener.next(1) == [1]


async def test_a_feed_that_breaks_off_logs_it_and_tells_all_listeners_to_read_the_log(
    feed, monkeypatch, caplog
):
    mistakes = [ZeroDivisionError()]

    def stumble(change):
        if change.position == 2 and mistakes:
            raise mistakes.pop()

    monkeypatch.setattr(supervised_task, "RESTART_DELAY", 0.0)
    order = await insert_followed_order()
    listeners = [RecordingListener(), RecordingListener(on_change=stumble), RecordingListener()]
    with listening(feed, *listeners):
        await insert_changes(*[build_change(order) for _ in range(3)])
        feed.announce(3)
        await poll_until(lambda: feed.position == 3)

    recorded = [await listener.next(listener.recorded.qsize()) for listener in listeners]
    # Whether the others got the second change before the feed broke off is left to chance.
    assert [[one for one in all_ if one != 2] for all_ in recorded] == [[1, None, 3]] * 3
    assert recorded[1] == [1, None, 3]
    assert messages_of(caplog.records) == ["The feed failed; it restarts in 0.0 s"]
    assert caplog.records[0].exc_info


async def test_announcing_never_fails_even_when_the_feed_has_stopped(db):
    feed = Feed(open_transport("memory://"))

    feed.announce(7)
    async with feed:
        feed.announce(7)
    feed.announce(8)

    assert feed.position == 0


async def test_many_changes_are_read_in_batches(feed, listener, monkeypatch):
    monkeypatch.setattr(live_feed, "BATCH", 2)
    order = await insert_followed_order()

    await insert_changes(*[build_change(order) for _ in range(7)])
    feed.announce(7)

    assert await listener.next(7) == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("per_turn", [1, 2, 3])
async def test_other_tasks_run_while_many_listeners_are_served(feed, monkeypatch, per_turn):
    monkeypatch.setattr(live_feed, "LISTENERS_PER_TURN", per_turn)
    turns: list[int] = []
    listeners = [RecordingListener() for _ in range(6)]

    async def count_turns() -> None:
        while not turns or turns[-1] < 6:
            turns.append(sum(not listener.recorded.empty() for listener in listeners))
            await asyncio.sleep(0)

    with listening(feed, *listeners):
        counting = asyncio.create_task(count_turns())
        await insert_changes(build_change(await insert_followed_order()))
        feed.announce(1)
        async with asyncio.timeout(TIMEOUT):
            await counting

    assert {count for count in turns if count} == set(range(per_turn, 7, per_turn))
