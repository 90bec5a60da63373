"""A stream words each change once for all who follow it, and rests when nobody does."""

import asyncio
import gc
import logging
import weakref
from contextlib import AsyncExitStack

import pytest

from errors import LimitExceeded
from resolvers.changes import ChangeSelection
from subscriptions import outage, streams
from subscriptions.followers import Follower
from subscriptions.streams import Stream
from tests.subscriptions.following import (
    Deliveries,
    Words,
    following,
    hand_on,
    make_changes,
    received,
    stream_of,
    tasks,
)
from tests.subscriptions.rows import append, change_of, make_order, messages, take, until


async def follow_all(stack: AsyncExitStack, stream: Stream, count: int) -> list[Deliveries]:
    return [await stack.enter_async_context(following(stream, 0)) for _ in range(count)]


async def test_a_change_is_worded_once_for_all_and_in_the_same_words(feed):
    words = Words()
    stream = stream_of(feed, words=words)
    order = await make_order()
    async with AsyncExitStack() as stack:
        followers = await follow_all(stack, stream, 50)
        for position in (1, 2, 3):
            await append(change_of(order))
            feed.announce(position)
            given = [await anext(follower) for follower in followers]

            assert [(one.position, one.body) for one in given] == [(position, f"{position}")] * 50
            assert len({id(one) for one in given}) == 1
    assert words.asked == [1, 2, 3]


async def test_those_who_replay_at_the_same_time_share_the_words(still):
    hand_on(still, *await make_changes(5))
    words = Words()
    stream = stream_of(still, words=words)

    async with AsyncExitStack() as stack:
        followers = await follow_all(stack, stream, 20)
        taken = await asyncio.gather(*(take(follower, 5) for follower in followers))

    assert taken == [[1, 2, 3, 4, 5]] * 20
    assert words.asked == [1, 2, 3, 4, 5]


async def test_who_comes_back_is_given_the_words_that_others_were_given(still):
    changes = await make_changes(3)
    words = Words()
    stream = stream_of(still, words=words)

    async with following(stream, 0) as one, following(stream, 0) as other:
        hand_on(still, *changes)
        assert await take(one, 3) == await take(other, 3) == [1, 2, 3]

        assert await received(stream, 1, 2) == [2, 3]
    assert words.asked == [1, 2, 3]


async def test_only_the_last_short_words_are_remembered(still, monkeypatch):
    monkeypatch.setattr(streams, "REMEMBERED", 2)
    changes = await make_changes(4)
    stream = stream_of(still, words=Words())

    async with following(stream, 0) as one, following(stream, 0) as other:
        hand_on(still, *changes[:3])
        assert await take(one, 3) == await take(other, 3) == [1, 2, 3]
        assert list(stream._remembered) == [2, 3]

        monkeypatch.setattr(streams, "REMEMBERED_LENGTH", 0)
        hand_on(still, changes[3])
        assert await take(one, 1) == await take(other, 1) == [4]
        assert list(stream._remembered) == [2, 3]


async def test_when_the_last_one_leaves_the_stream_rests_and_nothing_is_kept(still):
    changes = await make_changes(2)
    words = Words()
    words.may_speak.clear()
    selection = ChangeSelection(order_ids=frozenset({changes[0].order_id}))
    stream = stream_of(still, selection, words)
    one, other = Follower(stream, 0), Follower(stream, 0)
    gone = [weakref.ref(kept) for kept in (stream, one, other)]
    await one.__aenter__()
    await other.__aenter__()
    hand_on(still, *changes)
    await until(lambda: words.asked)

    await one.__aexit__(None, None, None)
    assert still._listeners() == {stream}
    assert len(tasks()) == 1
    await other.__aexit__(None, None, None)
    assert still._by_order == {}
    del stream, one, other
    await asyncio.wait(tasks())
    gc.collect()

    assert [reference() for reference in gone] == [None] * 3


async def test_a_stream_that_rested_serves_who_comes_then(still):
    changes = await make_changes(4)
    stream = stream_of(still)
    async with following(stream, 0) as first:
        hand_on(still, changes[0])
        assert await take(first, 1) == [1]
    hand_on(still, changes[1])

    async with following(stream, 1) as second:
        assert await take(second, 1) == [2]
        hand_on(still, changes[2])
        assert await take(second, 1) == [3]


async def test_a_page_that_is_loaded_anew_leaves_one_task_at_work(still):
    """What was at work for the one who left may end after it began anew for the next."""
    changes = await make_changes(3)
    words = Words()
    words.may_speak.clear()
    stream = stream_of(still, words=words)
    async with following(stream, 0):
        hand_on(still, changes[0])
        await until(lambda: words.asked)

    async with following(stream, 1) as anew:
        hand_on(still, changes[1])
        await until(lambda: len(tasks()) == 1)
        hand_on(still, changes[2])
        await asyncio.sleep(0)
        assert len(tasks()) == 1
        words.may_speak.set()

        assert await take(anew, 2) == [2, 3]
    assert words.asked == [1, 2, 3]


@pytest.mark.parametrize("after", [0, 2], ids=["on replay", "live"])
async def test_an_outage_while_words_are_looked_for_is_waited_for(
    still, monkeypatch, caplog, after
):
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(outage, "FIRST_DELAY", 0.001)
    changes = await make_changes(4)
    words = Words({2: [OSError("away")] * 3, 3: [TimeoutError("slow")] * 2})
    stream = stream_of(still, words=words)
    hand_on(still, *changes[:after])

    async with following(stream, after) as one, following(stream, after) as other:
        hand_on(still, *changes[after:])
        expected = list(range(after + 1, 5))
        assert await take(one, 4 - after) == await take(other, 4 - after) == expected

    assert "Reading for a subscription works again" in messages(caplog.records)
    assert "A change could not be handed on" not in caplog.text


async def test_who_asks_for_words_that_never_come_is_told(still, monkeypatch, caplog):
    monkeypatch.setattr(streams, "RENDER_TIMEOUT", 0.01)
    changes = await make_changes(3)
    words = Words()
    words.may_speak.clear()
    async with following(stream_of(still, words=words), 0) as follower:
        hand_on(still, *changes)

        with pytest.raises(LimitExceeded) as refusal:
            await take(follower, 1)
    assert refusal.value.message == ("This takes too long to answer for each change. Ask for less.")
    assert messages(caplog.records) == []


async def test_a_mistake_in_the_words_ends_who_follow_them_and_the_others_go_on(still, caplog):
    changes = await make_changes(3)
    mistakes: list[Exception] = [ZeroDivisionError() for _ in range(9)]
    bad, good = stream_of(still, words=Words({2: mistakes})), stream_of(still)

    async with following(bad, 0) as one, following(bad, 0) as two, following(good, 0) as other:
        hand_on(still, changes[0])
        assert [await take(each, 1) for each in (one, two, other)] == [[1]] * 3
        hand_on(still, changes[1])
        for each in (one, two):
            with pytest.raises(ZeroDivisionError):
                await take(each, 1)
        hand_on(still, changes[2])

        assert await take(other, 2) == [2, 3]
        assert await received(bad, 2, 1) == [3]
    assert messages(caplog.records) == [
        "A change could not be handed on; its followers read it themselves"
    ]
    assert caplog.records[0].exc_info
