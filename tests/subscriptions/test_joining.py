"""Whoever joins while a change is under way misses nothing, and gets nothing twice."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from subscriptions import feed as live_feed
from subscriptions import streams
from subscriptions.inbox import Inbox
from tests.subscriptions.following import (
    Ear,
    Words,
    following,
    hand_on,
    listening,
    make_changes,
    received,
    stream_of,
    tasks,
)
from tests.subscriptions.rows import append, change_of, make_order, take, until


@pytest.mark.parametrize("after", [0, 1])
async def test_who_joins_while_a_change_is_being_worded_gets_it_once(still, after):
    changes = await make_changes(3)
    hand_on(still, changes[0])
    words = Words()
    stream = stream_of(still, words=words)
    async with following(stream, 1) as early:
        words.may_speak.clear()
        hand_on(still, changes[1])
        await until(lambda: words.asked)
        late = asyncio.create_task(received(stream, after, 3 - after))
        await until(lambda: len(stream._inboxes) == 2)
        words.may_speak.set()
        assert await take(early, 1) == [2]
        await until(lambda: not tasks())
        hand_on(still, changes[2])

        assert await late == [1, 2, 3][after:]
        assert await take(early, 1) == [3]
    assert sorted(words.asked) == [1, 2, 3][after:]


@pytest.mark.parametrize("after", [0, 1])
async def test_who_joins_while_a_change_is_being_handed_on_gets_it_once(still, monkeypatch, after):
    monkeypatch.setattr(streams, "INBOXES_PER_TURN", 1)
    changes = await make_changes(3)
    hand_on(still, changes[0])
    stream, give = stream_of(still), Inbox.give
    joining: list[asyncio.Task[list[int]]] = []

    def give_while_another_joins(self, *deliveries):
        give(self, *deliveries)
        if not joining:
            joining.append(asyncio.create_task(received(stream, after, 3 - after)))

    monkeypatch.setattr(Inbox, "give", give_while_another_joins)
    async with AsyncExitStack() as stack:
        early = [await stack.enter_async_context(following(stream, 1)) for _ in range(3)]
        hand_on(still, changes[1])
        assert [await take(one, 1) for one in early] == [[2]] * 3
        hand_on(still, changes[2])

        assert await joining[0] == [1, 2, 3][after:]
        assert [await take(one, 1) for one in early] == [[3]] * 3


@pytest.mark.parametrize("after", [0, 1, 2, None])
async def test_who_joins_while_the_feed_hands_on_gets_it_once(feed, monkeypatch, after):
    monkeypatch.setattr(live_feed, "LISTENERS_PER_TURN", 1)
    order = await make_order()
    joining: list[asyncio.Task[list[int]]] = []
    await append(change_of(order))
    feed.announce(1)
    await until(lambda: feed.position == 1)
    expected = [2, 3, 4] if after is None else [1, 2, 3, 4][after:]
    place = 1 if after is None else after

    def join(change):
        if change.position == 2 and not joining:
            joining.append(asyncio.create_task(received(stream_of(feed), place, len(expected))))

    with listening(feed, *[Ear(on_hearing=join) for _ in range(3)]):
        await append(change_of(order), change_of(order))
        feed.announce(3)
        await until(lambda: feed.position == 3)
        await append(change_of(order))
        feed.announce(4)

        assert await joining[0] == expected
