"""live queries that cannot be answered: refusals, outages, bugs, and one live_query too many."""

import logging
import traceback

import pytest

from database.columns import new_id
from errors import Invalid, LimitExceeded, TookTooLong
from runtime import backoff, supervised_task
from subscriptions import live_queries
from subscriptions.live_query_subscribers import LiveQuerySubscriber
from tests.log_messages import messages_of
from tests.subscriptions.live_queries import (
    EVERY,
    StubQuery,
    answers_of,
    build_live_query,
    deliver_changes,
    is_silent,
    live_query_tasks,
    next_answer,
    refusal_of,
)


async def test_a_refusal_reaches_all_followers_and_those_that_join_before_they_leave(queries):
    refusal = Invalid("Not so.", ("first",))
    live_query = build_live_query(queries, query := StubQuery(refusal))
    async with answers_of(live_query) as first, answers_of(live_query) as second:
        assert [await refusal_of(first), await refusal_of(second)] == [refusal] * 2
        async with answers_of(live_query) as third:
            assert await refusal_of(third) is refusal
        assert query.calls == 1
    assert live_query_tasks() == []
    async with answers_of(live_query) as anew:
        assert await next_answer(anew) == "1"


async def test_a_refusal_does_not_collect_tracebacks(queries):
    live_query = build_live_query(queries, StubQuery(refusal := Invalid("Not so.")))
    lengths = []
    async with answers_of(live_query) as first, answers_of(live_query) as second:
        for answers in (first, second):
            await refusal_of(answers)
            lengths.append(len(traceback.extract_tb(refusal.__traceback__)))

    assert len(set(lengths)) == 1


async def test_a_later_refusal_ends_the_answers(queries, feed_without_log, clock):
    live_query = build_live_query(queries, query := StubQuery())
    async with answers_of(live_query) as answers:
        assert await next_answer(answers) == "1"
        query._failures.append(refusal := LimitExceeded("It takes too long."))
        deliver_changes(feed_without_log)
        await clock.advance(EVERY)
        assert await refusal_of(answers) is refusal


async def test_a_query_that_timed_out_once_is_tried_again(queries, feed_without_log, clock):
    live_query = build_live_query(queries, query := StubQuery())
    async with answers_of(live_query) as answers:
        assert await next_answer(answers) == "1"
        query._failures.append(TookTooLong("It takes too long."))
        deliver_changes(feed_without_log)
        await clock.advance(EVERY)
        assert await is_silent(answers)
    async with answers_of(live_query) as answers:
        assert await next_answer(answers) == "1"
        query.text = "2"
        query._failures.append(TookTooLong("It takes too long."))
        deliver_changes(feed_without_log)
        await clock.advance(EVERY)
        await clock.advance(EVERY)
        assert await next_answer(answers) == "2"


async def test_a_first_query_that_times_out_is_refused(queries):
    live_query = build_live_query(queries, StubQuery(refusal := TookTooLong("It takes too long.")))
    async with answers_of(live_query) as answers:
        assert await refusal_of(answers) is refusal


async def test_an_answer_that_is_too_long_is_refused(queries, monkeypatch):
    monkeypatch.setattr(live_queries, "LONGEST_RESULT", 3)
    query = StubQuery()
    query.text = "1234"
    async with answers_of(build_live_query(queries, query)) as answers:
        refusal = await refusal_of(answers)
    query.text = "123"
    async with answers_of(build_live_query(queries, query)) as answers:
        assert await next_answer(answers) == "123"

    assert isinstance(refusal, LimitExceeded)
    assert refusal.message == (
        "A result of a live query has at most 3 characters."
        " Ask for fewer groups, or fewer measures."
    )


async def test_an_outage_is_waited_for_and_logged_once(
    queries, feed_without_log, clock, monkeypatch, caplog
):
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(backoff, "FIRST_DELAY", 0.001)
    live_query = build_live_query(queries, query := StubQuery(*[OSError("away")] * 3))
    async with answers_of(live_query) as answers:
        assert await next_answer(answers) == "1"
        query._failures += [TimeoutError("slow")] * 2
        query.text = "2"
        deliver_changes(feed_without_log)
        await clock.advance(EVERY)
        assert await next_answer(answers) == "2"

    assert messages_of(caplog.records) == [
        "Running a live query fails: OSError: away",
        "Running a live query works again",
        "Running a live query fails: TimeoutError: slow",
        "Running a live query works again",
    ]


async def test_the_time_of_an_outage_is_no_reason_to_rest(queries, feed_without_log, clock):
    live_query = build_live_query(queries, query := StubQuery(OSError("away")), 1.0)
    async with answers_of(live_query) as answers:
        await clock.advance(3600)
        assert await next_answer(answers) == "1"
        query.text = "2"
        deliver_changes(feed_without_log)
        await clock.advance(1)
        assert await next_answer(answers) == "2"


async def test_after_a_bug_the_live_query_runs_anew(queries, monkeypatch, caplog):
    monkeypatch.setattr(supervised_task, "RESTART_DELAY", 0.0)
    live_query = build_live_query(queries, StubQuery(ZeroDivisionError("by mistake")))
    async with answers_of(live_query) as answers:
        assert await next_answer(answers) == "1"

    assert messages_of(caplog.records) == ["A live query failed; it restarts in 0.0 s"]
    assert live_query_tasks() == []


async def test_a_process_has_a_limit_of_different_live_queries(
    queries, feed_without_log, monkeypatch
):
    monkeypatch.setattr(live_queries, "MAXIMUM_QUERIES", 2)
    first, second, third = (build_live_query(queries, StubQuery()) for _ in range(3))
    async with answers_of(first), answers_of(second) as answers:
        with pytest.raises(LimitExceeded) as refusal:
            await LiveQuerySubscriber(third).__aenter__()
        assert len(live_query_tasks()) == 2
        async with answers_of(second) as another:
            assert [await next_answer(follower) for follower in (answers, another)] == ["1", "1"]
    async with answers_of(third) as answers:
        assert await next_answer(answers) == "1"

    assert refusal.value.message == (
        "2 different live queries run here already."
        " Subscribe with a query that others use, or try again later."
    )
    assert feed_without_log._listeners() == set()


async def test_a_key_has_a_limit_of_live_queries_that_it_begins(queries, monkeypatch):
    monkeypatch.setattr(live_queries, "QUERIES_PER_KEY", 2)
    key, other_key = new_id(), new_id()
    first, second, third = (build_live_query(queries, StubQuery(), key_id=key) for _ in range(3))
    of_other = build_live_query(queries, StubQuery(), key_id=other_key)
    async with answers_of(first), answers_of(second):
        with pytest.raises(LimitExceeded) as refusal:
            await LiveQuerySubscriber(third).__aenter__()
        async with answers_of(of_other) as answers, answers_of(second) as shared:
            assert [await next_answer(answers), await next_answer(shared)] == ["1", "1"]
    async with answers_of(third) as answers:
        assert await next_answer(answers) == "1"

    assert refusal.value.message == (
        "2 different live queries of this key run here already."
        " End one of them, or subscribe with a query that runs already."
    )
