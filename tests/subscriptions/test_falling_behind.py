"""Whoever falls behind reads from the log what it was not given, and then goes on live."""

import asyncio

import pytest

from models.enums import ChangeKind
from resolvers.changes import ChangeSelection, changes_between
from subscriptions import followers, inbox, streams, supervision
from subscriptions.feed import Feed
from subscriptions.inbox import Inbox
from subscriptions.transport import open_transport
from tests.subscriptions.following import Words, following, hand_on, stream_of
from tests.subscriptions.rows import append, change_of, make_order, messages, take, until

QUIET, LOUD = ChangeKind.HEALTH, ChangeKind.ESTIMATE


@pytest.fixture
def reads(monkeypatch) -> list[int]:
    """From where followers read the log."""
    reads = []

    async def note(after, *rest):
        reads.append(after)
        return await changes_between(after, *rest)

    monkeypatch.setattr(followers, "changes_between", note)
    return reads


async def test_who_falls_behind_before_this_process_has_come_to_its_position_goes_on_there(db):
    feed = Feed(open_transport("memory://"))
    order = await make_order()
    changes = [change_of(order) for _ in range(5)]
    await append(*changes)
    hand_on(feed, changes[0])

    async with following(stream_of(feed), 3) as deliveries:
        coming = asyncio.create_task(take(deliveries, 2))
        await asyncio.sleep(0)
        hand_on(feed, changes[1])
        feed._tell_all_to_read()
        await asyncio.sleep(0)
        hand_on(feed, *changes[2:])

        assert await coming == [4, 5]


async def test_who_falls_behind_reads_the_log_from_its_own_place(feed, monkeypatch, reads):
    monkeypatch.setattr(inbox, "INBOX_SIZE", 2)
    order = await make_order()
    await append(change_of(order))

    async with following(stream_of(feed), 0) as changes:
        assert await take(changes, 1) == [1]
        await append(*[change_of(order) for _ in range(5)])
        feed.announce(6)
        await until(lambda: feed.position == 6)

        assert await take(changes, 5) == [2, 3, 4, 5, 6]
        await append(change_of(order))
        feed.announce(7)
        assert await take(changes, 1) == [7]
    assert 1 in reads


async def test_who_falls_behind_again_while_it_reads_misses_nothing(db, monkeypatch):
    monkeypatch.setattr(inbox, "INBOX_SIZE", 1)
    feed = Feed(open_transport("memory://"))
    order = await make_order()
    changes = [change_of(order) for _ in range(9)]
    await append(*changes)

    async def read_while_more_comes(*arguments):
        found = await changes_between(*arguments)
        hand_on(feed, *changes[feed.position : feed.position + 3])
        await until(lambda: not stream._backlog)
        return found

    hand_on(feed, *changes[:3])
    monkeypatch.setattr(followers, "changes_between", read_while_more_comes)
    stream = stream_of(feed)
    async with following(stream, 0) as deliveries:
        assert await take(deliveries, 9) == list(range(1, 10))


async def test_a_quiet_selection_does_not_read_again_what_it_has_passed(feed, monkeypatch, reads):
    monkeypatch.setattr(inbox, "INBOX_SIZE", 2)
    order = await make_order()
    await append(change_of(order, QUIET), *[change_of(order, LOUD) for _ in range(3)])
    feed.announce(4)
    await until(lambda: feed.position == 4)

    async with following(stream_of(feed, ChangeSelection(kinds=(QUIET,))), 0) as changes:
        assert await take(changes, 1) == [1]
        live = asyncio.create_task(take(changes, 1))
        await append(change_of(order, QUIET))
        feed.announce(5)
        assert await live == [5]

        await append(*[change_of(order, LOUD) for _ in range(4)])
        await append(*[change_of(order, QUIET) for _ in range(3)])
        feed.announce(12)
        await until(lambda: feed.position == 12)
        assert await take(changes, 3) == [10, 11, 12]
    assert reads == [0, 9]


async def test_a_replay_without_a_match_moves_to_the_head(feed, reads):
    order = await make_order()
    await append(*[change_of(order, LOUD) for _ in range(3)])
    feed.announce(3)
    await until(lambda: feed.position == 3)
    stream = stream_of(feed, ChangeSelection(kinds=(QUIET,)))

    async with following(stream, 0) as changes:
        first = asyncio.create_task(take(changes, 2))
        await until(lambda: reads == [0])
        stream.fall_behind()
        await append(*[change_of(order, QUIET) for _ in range(2)])
        feed.announce(5)

        assert await first == [4, 5]
    assert set(reads[1:]) <= {3, 4}


async def test_a_backlog_that_runs_over_while_words_are_looked_for_is_read_from_the_log(
    db, monkeypatch
):
    monkeypatch.setattr(streams, "BACKLOG", 2)
    feed, words = Feed(open_transport("memory://")), Words()
    words.may_speak.clear()
    order = await make_order()
    changes = [change_of(order) for _ in range(7)]
    await append(*changes)
    stream = stream_of(feed, words=words)

    async with following(stream, 0) as one, following(stream, 0) as other:
        hand_on(feed, *changes[:2])
        await until(lambda: words.asked)
        hand_on(feed, *changes[2:6])
        words.may_speak.set()

        assert await take(one, 6) == [1, 2, 3, 4, 5, 6]
        assert await take(other, 6) == [1, 2, 3, 4, 5, 6]
        hand_on(feed, changes[6])
        assert await take(one, 1) == await take(other, 1) == [7]


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("count", range(1, 8))
async def test_inboxes_and_the_backlog_run_over_in_the_middle_of_a_hand_on(
    db, monkeypatch, size, count
):
    for module, name in ((streams, "BACKLOG"), (inbox, "INBOX_SIZE"), (streams, "TOGETHER")):
        monkeypatch.setattr(module, name, size)
    monkeypatch.setattr(streams, "INBOXES_PER_TURN", 1)
    feed = Feed(open_transport("memory://"))
    order = await make_order()
    changes = [change_of(order) for _ in range(9)]
    await append(*changes)
    later, give = changes[1 : 1 + count], Inbox.give

    def give_while_more_comes(self, *deliveries):
        give(self, *deliveries)
        coming, later[:] = later[:], []
        hand_on(feed, *coming)

    monkeypatch.setattr(Inbox, "give", give_while_more_comes)
    stream = stream_of(feed)
    async with (
        following(stream, 0) as one,
        following(stream, 0) as two,
        following(stream, 0) as six,
    ):
        hand_on(feed, changes[0])
        for follower in (one, two, six):
            assert await take(follower, 1 + count) == list(range(1, 2 + count))
        hand_on(feed, changes[1 + count])
        for follower in (one, two, six):
            assert await take(follower, 1) == [2 + count]


@pytest.mark.parametrize("turn", [1, 2, 3, 200])
async def test_a_feed_that_breaks_off_in_the_middle_of_a_hand_on_loses_nothing(
    feed, monkeypatch, caplog, turn
):
    monkeypatch.setattr(supervision, "RESTART_DELAY", 0.0)
    monkeypatch.setattr(followers, "TURN", turn)
    mistakes, give = [ZeroDivisionError(), ZeroDivisionError()], streams.Stream.give

    def give_badly(self, change):
        if change.position in (2, 5) and self is all_streams[1] and mistakes:
            raise mistakes.pop()
        give(self, change)

    monkeypatch.setattr(streams.Stream, "give", give_badly)
    order = await make_order()
    all_streams = [stream_of(feed) for _ in range(3)]
    a, b, c = all_streams
    async with following(a, 0) as one, following(b, 0) as two, following(c, 0) as three:
        for last in (3, 6):
            await append(*[change_of(order) for _ in range(3)])
            feed.announce(last)
            for follower in (one, two, three):
                assert await take(follower, 3) == [last - 2, last - 1, last]
    assert messages(caplog.records) == ["The feed broke off; it begins anew in 0.0 s"] * 2
