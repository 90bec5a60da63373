"""Live questions that cannot be answered: refusals, outages, bugs, and one question too many."""

import logging
import traceback

import pytest

from errors import Invalid, LimitExceeded, TookTooLong
from runtime import backoff, supervised_task
from subscriptions import live_queries
from subscriptions.live_query_subscribers import LiveQuerySubscriber
from tests.log_messages import messages_of
from tests.subscriptions.live_questions import (
    EVERY,
    StubQuery,
    answers_of,
    build_question,
    deliver_changes,
    is_silent,
    next_answer,
    question_tasks,
    refusal_of,
)


async def test_a_refusal_reaches_all_followers_and_those_that_join_before_they_leave(questions):
    refusal = Invalid("Not so.", ("first",))
    question = build_question(questions, query := StubQuery(refusal))
    async with answers_of(question) as first, answers_of(question) as second:
        assert [await refusal_of(first), await refusal_of(second)] == [refusal] * 2
        async with answers_of(question) as third:
            assert await refusal_of(third) is refusal
        assert query.calls == 1
    assert question_tasks() == []
    async with answers_of(question) as anew:
        assert await next_answer(anew) == "1"


async def test_a_refusal_does_not_collect_tracebacks(questions):
    question = build_question(questions, StubQuery(refusal := Invalid("Not so.")))
    lengths = []
    async with answers_of(question) as first, answers_of(question) as second:
        for answers in (first, second):
            await refusal_of(answers)
            lengths.append(len(traceback.extract_tb(refusal.__traceback__)))

    assert len(set(lengths)) == 1


async def test_a_later_refusal_ends_the_answers(questions, feed_without_log, clock):
    question = build_question(questions, query := StubQuery())
    async with answers_of(question) as answers:
        assert await next_answer(answers) == "1"
        query._failures.append(refusal := LimitExceeded("It takes too long."))
        deliver_changes(feed_without_log)
        await clock.advance(EVERY)
        assert await refusal_of(answers) is refusal


async def test_a_query_that_timed_out_once_is_tried_again(questions, feed_without_log, clock):
    question = build_question(questions, query := StubQuery())
    async with answers_of(question) as answers:
        assert await next_answer(answers) == "1"
        query._failures.append(TookTooLong("It takes too long."))
        deliver_changes(feed_without_log)
        await clock.advance(EVERY)
        assert await is_silent(answers)
    async with answers_of(question) as answers:
        assert await next_answer(answers) == "1"
        query.text = "2"
        query._failures.append(TookTooLong("It takes too long."))
        deliver_changes(feed_without_log)
        await clock.advance(EVERY)
        await clock.advance(EVERY)
        assert await next_answer(answers) == "2"


async def test_a_first_query_that_times_out_is_refused(questions):
    question = build_question(questions, StubQuery(refusal := TookTooLong("It takes too long.")))
    async with answers_of(question) as answers:
        assert await refusal_of(answers) is refusal


async def test_an_answer_that_is_too_long_is_refused(questions, monkeypatch):
    monkeypatch.setattr(live_queries, "LONGEST_ANSWER", 3)
    query = StubQuery()
    query.text = "1234"
    async with answers_of(build_question(questions, query)) as answers:
        refusal = await refusal_of(answers)
    query.text = "123"
    async with answers_of(build_question(questions, query)) as answers:
        assert await next_answer(answers) == "123"

    assert isinstance(refusal, LimitExceeded)
    assert refusal.message == (
        "A live answer has at most 3 characters. Ask for fewer groups, or fewer measures."
    )


async def test_an_outage_is_waited_for_and_logged_once(
    questions, feed_without_log, clock, monkeypatch, caplog
):
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(backoff, "FIRST_DELAY", 0.001)
    question = build_question(questions, query := StubQuery(*[OSError("away")] * 3))
    async with answers_of(question) as answers:
        assert await next_answer(answers) == "1"
        query._failures += [TimeoutError("slow")] * 2
        query.text = "2"
        deliver_changes(feed_without_log)
        await clock.advance(EVERY)
        assert await next_answer(answers) == "2"

    assert messages_of(caplog.records) == [
        "Asking for a subscription fails: OSError: away",
        "Asking for a subscription works again",
        "Asking for a subscription fails: TimeoutError: slow",
        "Asking for a subscription works again",
    ]


async def test_the_time_of_an_outage_is_no_reason_to_rest(questions, feed_without_log, clock):
    question = build_question(questions, query := StubQuery(OSError("away")), 1.0)
    async with answers_of(question) as answers:
        await clock.advance(3600)
        assert await next_answer(answers) == "1"
        query.text = "2"
        deliver_changes(feed_without_log)
        await clock.advance(1)
        assert await next_answer(answers) == "2"


async def test_after_a_bug_the_question_is_asked_anew(questions, monkeypatch, caplog):
    monkeypatch.setattr(supervised_task, "RESTART_DELAY", 0.0)
    question = build_question(questions, StubQuery(ZeroDivisionError("by mistake")))
    async with answers_of(question) as answers:
        assert await next_answer(answers) == "1"

    assert messages_of(caplog.records) == ["A live question failed; it restarts in 0.0 s"]
    assert question_tasks() == []


async def test_there_are_so_many_different_ones_and_no_more(
    questions, feed_without_log, monkeypatch
):
    monkeypatch.setattr(live_queries, "MAXIMUM_QUESTIONS", 2)
    first, second, third = (build_question(questions, StubQuery()) for _ in range(3))
    async with answers_of(first), answers_of(second) as answers:
        with pytest.raises(LimitExceeded) as refusal:
            await LiveQuerySubscriber(third).__aenter__()
        assert len(question_tasks()) == 2
        async with answers_of(second) as another:
            assert [await next_answer(follower) for follower in (answers, another)] == ["1", "1"]
    async with answers_of(third) as answers:
        assert await next_answer(answers) == "1"

    assert refusal.value.message == (
        "2 different live questions are followed here already."
        " Ask what others ask, or try again later."
    )
    assert feed_without_log._listeners() == set()
