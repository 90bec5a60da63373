"""A live query is computed once for all of its followers, and as rarely as possible."""

from contextlib import AsyncExitStack

import pytest

from subscriptions import live_queries
from subscriptions.live_queries import LiveQuery
from tests.subscriptions.live_queries import (
    EVERY,
    StubQuery,
    answers_of,
    build_live_query,
    deliver_changes,
    is_silent,
    next_answer,
    run_event_loop,
)
from tests.timeouts import poll_until


async def test_a_live_query_runs_once_and_its_followers_share_the_result(
    queries, feed_without_log, clock
):
    query = StubQuery()
    live_query = build_live_query(queries, query)
    async with AsyncExitStack() as stack:
        followers = [await stack.enter_async_context(answers_of(live_query)) for _ in range(50)]
        first = [await anext(answers) for answers in followers]
        query.text = "2"
        deliver_changes(feed_without_log)
        await clock.advance(EVERY)
        second = [await anext(answers) for answers in followers]

    assert [one.body for one in (first[0], second[0])] == ["1", "2"]
    assert len({id(one) for one in first}) == len({id(one) for one in second}) == 1
    assert query.calls == 2


async def test_all_followers_get_the_answer_though_other_tasks_run_in_between(
    queries, feed_without_log, clock, monkeypatch
):
    monkeypatch.setattr(live_queries, "SUBSCRIBERS_PER_TURN", 2)
    live_query = build_live_query(queries, query := StubQuery())
    async with AsyncExitStack() as stack:
        followers = [await stack.enter_async_context(answers_of(live_query)) for _ in range(7)]
        assert [await next_answer(answers) for answers in followers] == ["1"] * 7
        query.text = "2"
        deliver_changes(feed_without_log)
        await clock.advance(EVERY)
        assert [await next_answer(answers) for answers in followers] == ["2"] * 7


async def test_an_answer_that_says_nothing_new_is_given_to_nobody(queries, feed_without_log, clock):
    live_query = build_live_query(queries, query := StubQuery())
    async with answers_of(live_query) as answers:
        assert await next_answer(answers) == "1"
        deliver_changes(feed_without_log)
        await clock.advance(EVERY)
        assert query.calls == 2
        assert await is_silent(answers)


async def test_a_burst_of_changes_is_answered_once_after_the_interval(
    queries, feed_without_log, clock
):
    live_query = build_live_query(queries, query := StubQuery())
    async with answers_of(live_query) as answers:
        assert await next_answer(answers) == "1"
        for text in ("2", "3", "4"):
            query.text = text
            deliver_changes(feed_without_log, 100)
            await clock.advance(EVERY / 4)
        assert query.calls == 1

        await clock.advance(EVERY / 4)
        assert await next_answer(answers) == "4"
        await clock.advance(2 * EVERY)
        assert query.calls == 2


async def test_after_a_silence_a_change_is_answered_at_once(queries, feed_without_log, clock):
    live_query = build_live_query(queries, query := StubQuery())
    async with answers_of(live_query) as answers:
        assert await next_answer(answers) == "1"
        await clock.advance(EVERY)
        query.text = "2"
        deliver_changes(feed_without_log)
        assert await next_answer(answers) == "2"


async def test_a_change_during_a_query_is_answered_next(queries, feed_without_log, clock):
    live_query = build_live_query(queries, query := StubQuery())
    query.may_answer.clear()
    async with answers_of(live_query) as answers:
        await poll_until(lambda: query.calls == 1)
        query.text = "2"
        deliver_changes(feed_without_log)
        query.may_answer.set()
        assert await next_answer(answers) == "1"
        await clock.advance(EVERY)
        assert await next_answer(answers) == "2"


async def test_without_changes_nothing_is_queried(queries, clock):
    live_query = build_live_query(queries, query := StubQuery())
    async with answers_of(live_query) as answers:
        assert await next_answer(answers) == "1"
        for _ in range(3):
            await clock.advance(24 * EVERY)
        assert query.calls == 1


@pytest.mark.parametrize(("every", "look"), [(0.25, 15.0), (15.0, 15.0), (60.0, 60.0)])
async def test_answers_that_depend_on_the_clock_are_queried_again(queries, clock, every, look):
    live_query = build_live_query(queries, query := StubQuery(), every, is_by_clock=True)
    async with answers_of(live_query) as answers:
        assert await next_answer(answers) == "1"
        await clock.advance(look - 0.2)
        assert query.calls == 1
        query.text = "2"
        await clock.advance(0.2)
        assert await next_answer(answers) == "2"
        await clock.advance(look)
        assert query.calls == 3


async def test_a_heavy_live_query_rests_as_long_as_it_took(queries, feed_without_log, clock):
    live_query = build_live_query(queries, query := StubQuery(), 1.0)
    query.may_answer.clear()
    async with answers_of(live_query) as answers:
        await poll_until(lambda: query.calls == 1)
        await clock.advance(20)
        query.may_answer.set()
        assert await next_answer(answers) == "1"
        deliver_changes(feed_without_log)
        await clock.advance(19)
        assert query.calls == 1

        await clock.advance(1.5)
        assert query.calls == 2


async def test_queries_take_turns(queries):
    first, second = StubQuery(), StubQuery()
    first.may_answer.clear()
    async with (
        answers_of(build_live_query(queries, first)) as one,
        answers_of(build_live_query(queries, second)) as other,
    ):
        await run_event_loop()
        assert (first.calls, second.calls) == (1, 0)
        first.may_answer.set()
        assert [await next_answer(one), await next_answer(other)] == ["1", "1"]
    assert (first.calls, second.calls) == (1, 1)


async def test_a_slow_reader_is_given_the_latest_and_nothing_twice_in_a_row(
    queries, feed_without_log, clock
):
    live_query = build_live_query(queries, query := StubQuery())
    async with answers_of(live_query) as quick, answers_of(live_query) as slow:
        assert [await next_answer(quick), await next_answer(slow)] == ["1", "1"]
        for text in ("2", "3"):
            query.text = text
            deliver_changes(feed_without_log)
            await clock.advance(EVERY)
            assert await next_answer(quick) == text
        assert await next_answer(slow) == "3"
        for text in ("4", "3"):
            query.text = text
            deliver_changes(feed_without_log)
            await clock.advance(EVERY)
            assert await next_answer(quick) == text
        assert await is_silent(slow)


async def test_changes_delivered_together_are_reported_once(queries, feed_without_log, monkeypatch):
    recorded_queries: list[LiveQuery] = []
    monkeypatch.setattr(
        LiveQuery, "refresh", lambda live_query: recorded_queries.append(live_query)
    )
    live_query = build_live_query(queries, StubQuery())
    async with answers_of(live_query) as answers:
        await next_answer(answers)
        deliver_changes(feed_without_log, 500)
        await run_event_loop()

    assert recorded_queries == [live_query]
