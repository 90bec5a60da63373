"""A new follower of a live query gets the latest answer, and the last one ends the live_query."""

import asyncio
import gc
import weakref

from subscriptions.live_query_subscribers import LiveQuerySubscriber
from tests.subscriptions.live_queries import (
    EVERY,
    StubQuery,
    answers_of,
    build_live_query,
    deliver_changes,
    is_silent,
    live_query_tasks,
    next_answer,
)
from tests.timeouts import poll_until


async def test_a_new_follower_gets_the_latest_answer_at_once(queries, feed_without_log, clock):
    live_query = build_live_query(queries, query := StubQuery())
    async with answers_of(live_query) as first:
        await next_answer(first)
        async with answers_of(live_query) as second:
            assert await next_answer(second) == "1"
        query.text = "2"
        deliver_changes(feed_without_log)
        async with answers_of(live_query) as third:
            assert await next_answer(third) == "1"
            assert query.calls == 1
            await clock.advance(EVERY)
            assert await next_answer(third) == "2"


async def test_a_new_follower_gets_a_new_answer_if_the_latest_is_old(queries, clock):
    live_query = build_live_query(queries, query := StubQuery())
    async with answers_of(live_query) as first:
        await next_answer(first)
        await clock.advance(EVERY + 1)
        query.may_answer.clear()
        async with answers_of(live_query) as second:
            assert await is_silent(second)
            assert query.calls == 2
        async with answers_of(live_query) as third:
            query.may_answer.set()
            assert await next_answer(third) == "1"
        assert await is_silent(first)


async def test_a_new_follower_does_not_wait_for_the_end_of_the_interval(queries, clock):
    live_query = build_live_query(queries, query := StubQuery(), 1.0)
    query.may_answer.clear()
    async with answers_of(live_query) as first:
        await poll_until(lambda: query.calls == 1)
        await clock.advance(20)
        query.may_answer.set()
        await next_answer(first)
        await clock.advance(10)
        async with answers_of(live_query) as second:
            assert await next_answer(second) == "1"
    assert query.calls == 1


async def test_no_task_and_nothing_else_is_kept_once_the_last_follower_leaves(
    queries, feed_without_log
):
    live_query = build_live_query(queries, query := StubQuery())
    query.may_answer.clear()
    first, second = LiveQuerySubscriber(live_query), LiveQuerySubscriber(live_query)
    gone = [weakref.ref(kept) for kept in (live_query, first, second)]
    await first.__aenter__()
    await second.__aenter__()
    await poll_until(lambda: query.calls == 1)

    await first.__aexit__(None, None, None)
    assert feed_without_log._listeners() == {queries}
    assert len(live_query_tasks()) == 1
    await second.__aexit__(None, None, None)
    assert feed_without_log._listeners() == set()
    assert live_query_tasks() == []
    del live_query, first, second
    await asyncio.sleep(0)
    gc.collect()

    assert [reference() for reference in gone] == [None] * 3


async def test_a_follower_after_all_have_left_gets_a_new_answer(queries):
    live_query = build_live_query(queries, query := StubQuery())
    async with answers_of(live_query) as answers:
        assert await next_answer(answers) == "1"
    query.text = "2"
    async with answers_of(live_query) as answers:
        assert await next_answer(answers) == "2"
    assert query.calls == 2


async def test_a_follower_that_reconnects_leaves_one_task(queries):
    live_query = build_live_query(queries, query := StubQuery())
    query.may_answer.clear()
    leaving = LiveQuerySubscriber(live_query)
    await leaving.__aenter__()
    await poll_until(lambda: query.calls == 1)
    left = asyncio.ensure_future(leaving.__aexit__(None, None, None))
    await asyncio.sleep(0)

    async with answers_of(live_query) as answers:
        await left
        query.may_answer.set()
        assert await next_answer(answers) == "1"
        assert len(live_query_tasks()) == 1
    assert live_query_tasks() == []
