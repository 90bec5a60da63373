"""Whoever follows sees every change of its selection once, in order, none missing."""

import asyncio
from contextlib import aclosing

import pytest

from errors import ErrorCode, Invalid
from models.enums import ChangeKind
from resolvers.changes import EVERY_CHANGE, ChangeSelection, changes_after, log_head
from subscriptions import feed as live_feed
from subscriptions import follow as following
from subscriptions.follow import follow
from tests.subscriptions.rows import append, change_of, make_order, take, until


async def test_without_a_position_only_what_happens_from_now_on_is_seen(feed, monkeypatch):
    started = asyncio.Event()

    async def head_and_say_so() -> int:
        head = await log_head()
        started.set()
        return head

    monkeypatch.setattr(following, "log_head", head_and_say_so)
    order = await make_order()
    await append(change_of(order), change_of(order))

    async with aclosing(follow(feed, EVERY_CHANGE, None)) as changes:
        first = asyncio.create_task(take(changes, 1))
        await started.wait()
        await append(change_of(order))
        feed.announce(3)

        assert await first == [3]


async def test_what_came_after_a_position_is_seen_and_then_what_comes_live(feed, monkeypatch):
    monkeypatch.setattr(following, "TURN", 2)
    order = await make_order()
    await append(*[change_of(order) for _ in range(6)])

    async with aclosing(follow(feed, EVERY_CHANGE, 1)) as changes:
        assert await take(changes, 3) == [2, 3, 4]
        await append(change_of(order), change_of(order))
        feed.announce(8)

        assert await take(changes, 4) == [5, 6, 7, 8]


async def test_a_position_at_the_head_waits_for_the_next_change(feed):
    order = await make_order()
    await append(change_of(order))

    async with aclosing(follow(feed, EVERY_CHANGE, 1)) as changes:
        first = asyncio.create_task(take(changes, 1))
        await append(change_of(order))
        feed.announce(2)

        assert await first == [2]


async def test_a_position_beyond_the_head_is_refused_and_nobody_listens(feed):
    await append(change_of(await make_order()))

    with pytest.raises(Invalid) as refusal:
        await anext(follow(feed, EVERY_CHANGE, 2))

    assert refusal.value.code is ErrorCode.INVALID
    assert refusal.value.field == ("after",)
    assert refusal.value.message == (
        "There is no position 2 here: the log ends at 1. Give the position of the last change "
        "that you have from this service, or leave `after` out to begin now."
    )
    assert feed._followers() == set()


async def test_a_change_between_listening_and_reading_is_seen_once(feed, monkeypatch):
    order = await make_order()
    await append(change_of(order))

    async def head_after_another_change() -> int:
        await append(change_of(order))
        feed.announce(2)
        await until(lambda: feed.position == 2)
        monkeypatch.setattr(following, "log_head", log_head)
        return await log_head()

    monkeypatch.setattr(following, "log_head", head_after_another_change)
    async with aclosing(follow(feed, EVERY_CHANGE, 0)) as changes:
        assert await take(changes, 2) == [1, 2]
        await append(change_of(order))
        feed.announce(3)

        assert await take(changes, 1) == [3]


@pytest.mark.parametrize("after", [None, 1])
async def test_a_change_while_the_head_is_being_read_is_seen(feed, monkeypatch, after):
    order = await make_order()
    await append(change_of(order))

    async def head_before_another_change() -> int:
        head = await log_head()
        await append(change_of(order))
        feed.announce(2)
        await until(lambda: feed.position == 2)
        return head

    monkeypatch.setattr(following, "log_head", head_before_another_change)
    async with aclosing(follow(feed, EVERY_CHANGE, after)) as changes:
        assert await take(changes, 1) == [2]


async def test_a_change_between_reading_and_going_live_is_seen(feed, monkeypatch):
    order = await make_order()
    await append(change_of(order))

    async def read_before_another_change(*arguments):
        changes = await changes_after(*arguments)
        await append(change_of(order))
        feed.announce(2)
        await until(lambda: feed.position == 2)
        return changes

    monkeypatch.setattr(following, "changes_after", read_before_another_change)
    async with aclosing(follow(feed, EVERY_CHANGE, 0)) as changes:
        assert await take(changes, 2) == [1, 2]


async def test_who_falls_behind_reads_the_log_from_its_own_place(feed, monkeypatch):
    monkeypatch.setattr(live_feed, "INBOX_SIZE", 2)
    order = await make_order()
    await append(change_of(order))

    async with aclosing(follow(feed, EVERY_CHANGE, 0)) as changes:
        assert await take(changes, 1) == [1]
        await append(*[change_of(order) for _ in range(5)])
        feed.announce(6)
        await until(lambda: feed.position == 6)

        assert await take(changes, 5) == [2, 3, 4, 5, 6]
        await append(change_of(order))
        feed.announce(7)
        assert await take(changes, 1) == [7]


async def test_who_falls_behind_again_while_it_looks_where_the_log_ends_misses_nothing(
    feed, monkeypatch
):
    monkeypatch.setattr(live_feed, "INBOX_SIZE", 1)
    order = await make_order()

    async def fall_behind() -> None:
        positions = await append(*[change_of(order) for _ in range(3)])
        feed.announce(positions[-1])
        await until(lambda: feed.position == positions[-1])

    async def head_before_falling_behind() -> int:
        monkeypatch.setattr(following, "log_head", log_head)
        head = await log_head()
        await fall_behind()
        return head

    await append(change_of(order))
    async with aclosing(follow(feed, EVERY_CHANGE, 0)) as changes:
        assert await take(changes, 1) == [1]
        await fall_behind()
        monkeypatch.setattr(following, "log_head", head_before_falling_behind)

        assert await take(changes, 6) == [2, 3, 4, 5, 6, 7]


async def test_a_quiet_selection_does_not_read_again_what_it_has_passed(feed, monkeypatch):
    monkeypatch.setattr(live_feed, "INBOX_SIZE", 2)
    reads = []

    async def note(position, *rest):
        reads.append(position)
        return await changes_after(position, *rest)

    monkeypatch.setattr(following, "changes_after", note)
    order = await make_order()
    loud, quiet = ChangeKind.ESTIMATE, ChangeKind.HEALTH
    await append(change_of(order, quiet), *[change_of(order, loud) for _ in range(3)])

    selection = ChangeSelection(kinds=(quiet,))
    async with aclosing(follow(feed, selection, 0)) as changes:
        assert await take(changes, 1) == [1]
        live = asyncio.create_task(take(changes, 1))
        await append(change_of(order, quiet))
        feed.announce(5)
        assert await live == [5]

        await append(*[change_of(order, loud) for _ in range(4)])
        await append(*[change_of(order, quiet) for _ in range(3)])
        feed.announce(12)
        await until(lambda: feed.position == 12)
        assert await take(changes, 3) == [10, 11, 12]
    assert reads == [0, 9]


async def test_a_replay_without_a_match_moves_to_the_head(feed, monkeypatch):
    monkeypatch.setattr(live_feed, "INBOX_SIZE", 1)
    reads = []

    async def note(position, *rest):
        reads.append(position)
        return await changes_after(position, *rest)

    monkeypatch.setattr(following, "changes_after", note)
    order = await make_order()
    await append(*[change_of(order, ChangeKind.ESTIMATE) for _ in range(3)])

    async with aclosing(follow(feed, ChangeSelection(kinds=(ChangeKind.HEALTH,)), 0)) as changes:
        first = asyncio.create_task(take(changes, 2))
        await until(lambda: reads)
        feed._followers().pop().fall_behind()
        await append(*[change_of(order, ChangeKind.HEALTH) for _ in range(2)])
        feed.announce(5)

        assert await first == [4, 5]
    assert reads[0] == 0
    assert set(reads[1:]) <= {3, 4}


async def test_closing_removes_the_listener(feed):
    order = await make_order()
    await append(change_of(order))
    changes = follow(feed, ChangeSelection(order_ids=frozenset({order.id})), 0)
    assert await take(changes, 1) == [1]
    assert len(feed._followers()) == 1

    await changes.aclose()

    assert feed._followers() == set()


async def test_cancelling_who_waits_removes_the_listener(feed):
    changes = follow(feed, EVERY_CHANGE, None)
    waiting = asyncio.ensure_future(anext(changes))
    await until(lambda: feed._followers())

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert feed._followers() == set()


async def test_many_followers_of_many_orders_each_see_their_own(feed):
    orders = [await make_order() for _ in range(5)]
    streams = [
        follow(feed, ChangeSelection(order_ids=frozenset({order.id})), 0) for order in orders
    ]
    waiting = [asyncio.create_task(take(stream, 4)) for stream in streams]

    for _ in range(4):
        positions = await append(*[change_of(order) for order in orders])
        feed.announce(positions[-1])

    assert await asyncio.gather(*waiting) == [list(range(n, 21, 5)) for n in range(1, 6)]
    for stream in streams:
        await stream.aclose()
