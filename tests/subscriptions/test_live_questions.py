"""A live question is asked once for all who follow it, and as seldom as may be."""

from contextlib import AsyncExitStack

import pytest

from subscriptions import live_questions
from subscriptions.live_questions import LiveQuestion
from tests.subscriptions.asking import (
    EVERY,
    Teller,
    following,
    grow,
    is_silent,
    question_of,
    take,
    turns,
)
from tests.subscriptions.rows import until


async def test_it_is_asked_once_for_all_who_follow_and_they_are_given_the_same(
    questions, unread, clock
):
    teller = Teller()
    question = question_of(questions, teller)
    async with AsyncExitStack() as stack:
        followers = [await stack.enter_async_context(following(question)) for _ in range(50)]
        first = [await anext(answers) for answers in followers]
        teller.says = "2"
        grow(unread)
        await clock.passes(EVERY)
        second = [await anext(answers) for answers in followers]

    assert [one.body for one in (first[0], second[0])] == ["1", "2"]
    assert len({id(one) for one in first}) == len({id(one) for one in second}) == 1
    assert teller.asked == 2


async def test_all_are_told_though_others_have_their_turn_in_between(
    questions, unread, clock, monkeypatch
):
    monkeypatch.setattr(live_questions, "FOLLOWERS_PER_TURN", 2)
    question = question_of(questions, teller := Teller())
    async with AsyncExitStack() as stack:
        followers = [await stack.enter_async_context(following(question)) for _ in range(7)]
        assert [await take(answers) for answers in followers] == ["1"] * 7
        teller.says = "2"
        grow(unread)
        await clock.passes(EVERY)
        assert [await take(answers) for answers in followers] == ["2"] * 7


async def test_an_answer_that_says_nothing_new_is_given_to_nobody(questions, unread, clock):
    question = question_of(questions, teller := Teller())
    async with following(question) as answers:
        assert await take(answers) == "1"
        grow(unread)
        await clock.passes(EVERY)
        assert teller.asked == 2
        assert await is_silent(answers)


async def test_a_burst_is_asked_about_once_when_the_time_has_come(questions, unread, clock):
    question = question_of(questions, teller := Teller())
    async with following(question) as answers:
        assert await take(answers) == "1"
        for says in ("2", "3", "4"):
            teller.says = says
            grow(unread, 100)
            await clock.passes(EVERY / 4)
        assert teller.asked == 1

        await clock.passes(EVERY / 4)
        assert await take(answers) == "4"
        await clock.passes(2 * EVERY)
        assert teller.asked == 2


async def test_after_a_silence_a_change_is_asked_about_at_once(questions, unread, clock):
    question = question_of(questions, teller := Teller())
    async with following(question) as answers:
        assert await take(answers) == "1"
        await clock.passes(EVERY)
        teller.says = "2"
        grow(unread)
        assert await take(answers) == "2"


async def test_what_happens_while_it_is_asked_is_asked_about_next(questions, unread, clock):
    question = question_of(questions, teller := Teller())
    teller.may_speak.clear()
    async with following(question) as answers:
        await until(lambda: teller.asked == 1)
        teller.says = "2"
        grow(unread)
        teller.may_speak.set()
        assert await take(answers) == "1"
        await clock.passes(EVERY)
        assert await take(answers) == "2"


async def test_while_nothing_happens_nothing_is_asked(questions, clock):
    question = question_of(questions, teller := Teller())
    async with following(question) as answers:
        assert await take(answers) == "1"
        for _ in range(3):
            await clock.passes(24 * EVERY)
        assert teller.asked == 1


@pytest.mark.parametrize(("every", "look"), [(0.25, 15.0), (15.0, 15.0), (60.0, 60.0)])
async def test_what_the_clock_changes_is_looked_at_again(questions, clock, every, look):
    question = question_of(questions, teller := Teller(), every, is_by_clock=True)
    async with following(question) as answers:
        assert await take(answers) == "1"
        await clock.passes(look - 0.2)
        assert teller.asked == 1
        teller.says = "2"
        await clock.passes(0.2)
        assert await take(answers) == "2"
        await clock.passes(look)
        assert teller.asked == 3


async def test_a_heavy_question_rests_as_long_as_it_took(questions, unread, clock):
    question = question_of(questions, teller := Teller(), 1.0)
    teller.may_speak.clear()
    async with following(question) as answers:
        await until(lambda: teller.asked == 1)
        await clock.passes(20)
        teller.may_speak.set()
        assert await take(answers) == "1"
        grow(unread)
        await clock.passes(19)
        assert teller.asked == 1

        await clock.passes(1.5)
        assert teller.asked == 2


async def test_questions_take_turns(questions):
    first, second = Teller(), Teller()
    first.may_speak.clear()
    async with (
        following(question_of(questions, first)) as one,
        following(question_of(questions, second)) as other,
    ):
        await turns()
        assert (first.asked, second.asked) == (1, 0)
        first.may_speak.set()
        assert [await take(one), await take(other)] == ["1", "1"]
    assert (first.asked, second.asked) == (1, 1)


async def test_a_slow_reader_is_given_the_latest_and_nothing_twice_in_a_row(
    questions, unread, clock
):
    question = question_of(questions, teller := Teller())
    async with following(question) as quick, following(question) as slow:
        assert [await take(quick), await take(slow)] == ["1", "1"]
        for says in ("2", "3"):
            teller.says = says
            grow(unread)
            await clock.passes(EVERY)
            assert await take(quick) == says
        assert await take(slow) == "3"
        for says in ("4", "3"):
            teller.says = says
            grow(unread)
            await clock.passes(EVERY)
            assert await take(quick) == says
        assert await is_silent(slow)


async def test_what_is_handed_on_in_one_go_is_told_once(questions, unread, monkeypatch):
    told: list[LiveQuestion] = []
    monkeypatch.setattr(LiveQuestion, "ask_again", lambda question: told.append(question))
    question = question_of(questions, Teller())
    async with following(question) as answers:
        await take(answers)
        grow(unread, 500)
        await turns()

    assert told == [question]
