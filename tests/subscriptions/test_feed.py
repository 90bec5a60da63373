"""The feed reads the log once and hands it to all who follow."""

import asyncio
import logging

import pytest

from models.enums import ChangeKind
from resolvers.changes import EVERY_CHANGE, ChangeSelection, changes_after
from subscriptions import feed as live_feed
from subscriptions.feed import Feed, Follower
from subscriptions.transport import open_transport
from tests.subscriptions.rows import PATIENCE, append, change_of, make_order, messages, until


async def next_of(follower: Follower) -> int | None:
    async with asyncio.timeout(PATIENCE):
        change = await follower.next()
    return None if change is None else change.position


async def test_an_announced_change_is_handed_on_at_once(without_looks, feed):
    order = await make_order()

    with feed.listen(EVERY_CHANGE) as follower:
        [position] = await append(change_of(order))
        feed.announce(position)

        assert await next_of(follower) == 1
    await until(lambda: feed.position == 1)


async def test_a_change_that_nobody_announced_is_found_by_a_look(quick_looks, feed):
    with feed.listen(EVERY_CHANGE) as follower:
        await append(change_of(await make_order()))

        assert await next_of(follower) == 1


async def test_a_follower_is_given_only_its_selection_in_order(feed):
    mine, other = await make_order(), await make_order()
    selection = ChangeSelection(
        order_ids=frozenset({mine.id}), kinds=(ChangeKind.HEALTH, ChangeKind.ESTIMATE)
    )

    with feed.listen(selection) as follower:
        await append(
            change_of(mine, ChangeKind.ORDER_CREATED),
            change_of(mine, ChangeKind.HEALTH),
            change_of(other, ChangeKind.HEALTH),
            change_of(mine, ChangeKind.ESTIMATE),
        )
        feed.announce(4)

        assert [await next_of(follower) for _ in range(2)] == [2, 4]


async def test_the_log_is_read_once_for_all_followers(without_looks, feed, monkeypatch):
    reads = []

    async def count(position, *rest):
        reads.append(position)
        return await changes_after(position, *rest)

    await until(lambda: feed.is_running)
    monkeypatch.setattr(live_feed, "changes_after", count)
    order = await make_order()
    selection = ChangeSelection(order_ids=frozenset({order.id}))

    followers = [Follower(selection) for _ in range(50)]
    for follower in followers:
        feed._add(follower)
    await append(change_of(order), change_of(order))
    feed.announce(2)

    assert [await next_of(follower) for follower in followers] == [1] * 50
    assert [await next_of(follower) for follower in followers] == [2] * 50
    assert reads in ([0], [0, 0])


async def test_what_has_been_read_is_not_read_again_when_its_announcement_comes_back(
    without_looks, feed, monkeypatch
):
    reads = []

    async def count(position, *rest):
        reads.append(position)
        return await changes_after(position, *rest)

    order = await make_order()
    await append(change_of(order))
    feed.announce(1)
    await until(lambda: feed.position == 1)
    monkeypatch.setattr(live_feed, "changes_after", count)

    feed.announce(1)
    await asyncio.sleep(0)
    feed.announce(1)
    await append(change_of(order))
    feed.announce(2)
    await until(lambda: feed.position == 2)

    assert reads == [1]


async def test_a_feed_begins_at_the_head_of_the_log(db):
    order = await make_order()
    await append(change_of(order), change_of(order))
    feed = Feed(open_transport("memory://"))
    assert not feed.is_running

    async with feed:
        assert feed.position == 2
        assert feed.is_running
        with feed.listen(EVERY_CHANGE) as follower:
            await append(change_of(order))
            feed.announce(3)

            assert await next_of(follower) == 3
    assert not feed.is_running


async def test_who_listens_before_the_feed_starts_is_told_to_read_the_log(db):
    feed = Feed(open_transport("memory://"))

    with feed.listen(EVERY_CHANGE) as follower:
        await append(change_of(await make_order()))
        async with feed:
            assert await next_of(follower) is None


async def test_a_full_inbox_is_emptied_and_its_follower_is_told(feed, monkeypatch):
    monkeypatch.setattr(live_feed, "INBOX_SIZE", 3)
    order = await make_order()

    with feed.listen(EVERY_CHANGE) as slow, feed.listen(EVERY_CHANGE) as other:
        await append(*[change_of(order) for _ in range(3)])
        feed.announce(3)
        await until(lambda: feed.position == 3)
        assert [await next_of(other) for _ in range(3)] == [1, 2, 3]
        assert await next_of(slow) == 1

        await append(change_of(order), change_of(order))
        feed.announce(5)
        await until(lambda: feed.position == 5)

        assert await next_of(slow) is None
        assert slow.complete_to == 1
        assert [await next_of(other) for _ in range(2)] == [4, 5]

        await append(change_of(order))
        feed.announce(6)
        assert await next_of(slow) == 6


async def test_who_has_left_is_forgotten(feed):
    order = await make_order()

    with feed.listen(ChangeSelection(order_ids=frozenset({order.id}))):
        with feed.listen(ChangeSelection(order_ids=frozenset({order.id}))):
            pass
        with feed.listen(EVERY_CHANGE):
            assert len(feed._followers()) == 2
        assert len(feed._followers()) == 1

    assert feed._by_order == {}
    assert feed._by_any == set()


async def test_an_outage_of_the_database_is_logged_once_and_nothing_is_lost(
    quick_looks, feed, monkeypatch, caplog
):
    failures = [OSError("the database is away")] * 3

    async def fail_at_first(*arguments):
        if failures:
            raise failures.pop()
        return await changes_after(*arguments)

    caplog.set_level(logging.INFO)
    monkeypatch.setattr(live_feed, "changes_after", fail_at_first)
    with feed.listen(EVERY_CHANGE) as follower:
        await append(change_of(await make_order()))

        assert await next_of(follower) == 1
    assert messages(caplog.records) == [
        "Reading the change log fails: OSError: the database is away",
        "Reading the change log works again",
    ]
    assert feed.is_running


async def test_a_read_that_hangs_is_given_up(quick_looks, feed, monkeypatch):
    hung = asyncio.Event()

    async def hang_at_first(*arguments):
        if not hung.is_set():
            hung.set()
            await asyncio.Event().wait()
        return await changes_after(*arguments)

    monkeypatch.setattr(live_feed, "READ_TIMEOUT", 0.05)
    monkeypatch.setattr(live_feed, "changes_after", hang_at_first)
    with feed.listen(EVERY_CHANGE) as follower:
        await hung.wait()
        await append(change_of(await make_order()))
        monkeypatch.setattr(live_feed, "READ_TIMEOUT", PATIENCE)

        assert await next_of(follower) == 1


async def test_a_feed_that_breaks_off_says_so_and_goes_on_where_it_was(feed, monkeypatch, caplog):
    give, mistakes = Follower.give, [ZeroDivisionError()]

    def give_badly(follower, change):
        if change.position == 2 and mistakes:
            raise mistakes.pop()
        give(follower, change)

    monkeypatch.setattr(live_feed, "RESTART_DELAY", 0.0)
    monkeypatch.setattr(Follower, "give", give_badly)
    order = await make_order()
    with feed.listen(EVERY_CHANGE) as follower:
        await append(*[change_of(order) for _ in range(3)])
        feed.announce(3)

        assert [await next_of(follower) for _ in range(3)] == [1, 2, 3]
    assert messages(caplog.records) == ["The feed broke off; it goes on in 0.0 s"]
    assert caplog.records[0].exc_info


async def test_announcing_never_fails_even_when_the_feed_has_stopped(db):
    feed = Feed(open_transport("memory://"))

    feed.announce(7)
    async with feed:
        feed.announce(7)
    feed.announce(8)

    assert feed.position == 0


async def test_many_changes_are_read_in_batches(feed, monkeypatch):
    monkeypatch.setattr(live_feed, "BATCH", 2)
    order = await make_order()

    with feed.listen(EVERY_CHANGE) as follower:
        await append(*[change_of(order) for _ in range(7)])
        feed.announce(7)

        assert [await next_of(follower) for _ in range(7)] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("per_turn", [1, 2, 3])
async def test_other_tasks_run_while_many_followers_are_served(feed, monkeypatch, per_turn):
    monkeypatch.setattr(live_feed, "FOLLOWERS_PER_TURN", per_turn)
    turns = []
    followers = [Follower(EVERY_CHANGE) for _ in range(6)]
    for follower in followers:
        feed._add(follower)

    async def count_turns() -> None:
        while feed.position == 0:
            turns.append(sum(bool(follower._inbox) for follower in followers))
            await asyncio.sleep(0)

    counting = asyncio.create_task(count_turns())
    await append(change_of(await make_order()))
    feed.announce(1)
    await counting

    assert {count for count in turns if count} == set(range(per_turn, 7, per_turn))
