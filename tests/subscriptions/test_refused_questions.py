"""A live question that cannot be answered: refused, in an outage, by a mistake, or one too many."""

import logging
import traceback

import pytest

from errors import Invalid, LimitExceeded, TookTooLong
from subscriptions import live_questions, outage, supervision
from subscriptions.answer_followers import AnswerFollower
from tests.subscriptions.asking import (
    EVERY,
    Teller,
    following,
    grow,
    is_silent,
    question_of,
    refused,
    take,
    tasks,
)
from tests.subscriptions.rows import messages


async def test_a_refusal_is_told_to_all_and_to_who_joins_before_they_left(questions):
    refusal = Invalid("Not so.", ("first",))
    question = question_of(questions, teller := Teller(refusal))
    async with following(question) as one, following(question) as other:
        assert [await refused(one), await refused(other)] == [refusal] * 2
        async with following(question) as third:
            assert await refused(third) is refusal
        assert teller.asked == 1
    assert tasks() == []
    async with following(question) as anew:
        assert await take(anew) == "1"


async def test_a_refusal_does_not_collect_who_raised_it(questions):
    question = question_of(questions, Teller(refusal := Invalid("Not so.")))
    lengths = []
    async with following(question) as one, following(question) as other:
        for answers in (one, other):
            await refused(answers)
            lengths.append(len(traceback.extract_tb(refusal.__traceback__)))

    assert len(set(lengths)) == 1


async def test_what_is_refused_later_ends_what_was_answered(questions, unread, clock):
    question = question_of(questions, teller := Teller())
    async with following(question) as answers:
        assert await take(answers) == "1"
        teller._failures.append(refusal := LimitExceeded("It takes too long."))
        grow(unread)
        await clock.passes(EVERY)
        assert await refused(answers) is refusal


async def test_what_took_too_long_once_is_tried_again(questions, unread, clock):
    question = question_of(questions, teller := Teller())
    async with following(question) as answers:
        assert await take(answers) == "1"
        teller._failures.append(TookTooLong("It takes too long."))
        grow(unread)
        await clock.passes(EVERY)
        assert await is_silent(answers)
    async with following(question) as answers:
        assert await take(answers) == "1"
        teller.says = "2"
        teller._failures.append(TookTooLong("It takes too long."))
        grow(unread)
        await clock.passes(EVERY)
        await clock.passes(EVERY)
        assert await take(answers) == "2"


async def test_what_takes_too_long_at_first_is_refused(questions):
    question = question_of(questions, Teller(refusal := TookTooLong("It takes too long.")))
    async with following(question) as answers:
        assert await refused(answers) is refusal


async def test_an_answer_that_is_too_long_is_refused(questions, monkeypatch):
    monkeypatch.setattr(live_questions, "LONGEST_ANSWER", 3)
    teller = Teller()
    teller.says = "1234"
    async with following(question_of(questions, teller)) as answers:
        refusal = await refused(answers)
    teller.says = "123"
    async with following(question_of(questions, teller)) as answers:
        assert await take(answers) == "123"

    assert isinstance(refusal, LimitExceeded)
    assert refusal.message == (
        "A live answer has at most 3 characters. Ask for fewer groups, or fewer measures."
    )


async def test_an_outage_is_waited_for_and_said_once(questions, unread, clock, monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(outage, "FIRST_DELAY", 0.001)
    question = question_of(questions, teller := Teller(*[OSError("away")] * 3))
    async with following(question) as answers:
        assert await take(answers) == "1"
        teller._failures += [TimeoutError("slow")] * 2
        teller.says = "2"
        grow(unread)
        await clock.passes(EVERY)
        assert await take(answers) == "2"

    assert messages(caplog.records) == [
        "Asking for a subscription fails: OSError: away",
        "Asking for a subscription works again",
        "Asking for a subscription fails: TimeoutError: slow",
        "Asking for a subscription works again",
    ]


async def test_the_time_of_an_outage_is_no_reason_to_rest(questions, unread, clock):
    question = question_of(questions, teller := Teller(OSError("away")), 1.0)
    async with following(question) as answers:
        await clock.passes(3600)
        assert await take(answers) == "1"
        teller.says = "2"
        grow(unread)
        await clock.passes(1)
        assert await take(answers) == "2"


async def test_after_a_mistake_of_ours_it_is_asked_anew(questions, monkeypatch, caplog):
    monkeypatch.setattr(supervision, "RESTART_DELAY", 0.0)
    question = question_of(questions, Teller(ZeroDivisionError("by mistake")))
    async with following(question) as answers:
        assert await take(answers) == "1"

    assert messages(caplog.records) == ["A live question broke off; it begins anew in 0.0 s"]
    assert tasks() == []


async def test_there_are_so_many_different_ones_and_no_more(questions, unread, monkeypatch):
    monkeypatch.setattr(live_questions, "MAXIMUM_QUESTIONS", 2)
    first, second, third = (question_of(questions, Teller()) for _ in range(3))
    async with following(first), following(second) as answers:
        with pytest.raises(LimitExceeded) as refusal:
            await AnswerFollower(third).__aenter__()
        assert len(tasks()) == 2
        async with following(second) as another:
            assert [await take(one) for one in (answers, another)] == ["1", "1"]
    async with following(third) as answers:
        assert await take(answers) == "1"

    assert refusal.value.message == (
        "2 different live questions are followed here already."
        " Ask what others ask, or try again later."
    )
    assert unread._listeners() == set()
