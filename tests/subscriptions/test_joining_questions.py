"""Who joins a live question is given the latest answer; when the last one leaves, it ends."""

import asyncio
import gc
import weakref

from subscriptions.answer_followers import AnswerFollower
from tests.subscriptions.asking import (
    EVERY,
    Teller,
    following,
    grow,
    is_silent,
    question_of,
    take,
    tasks,
)
from tests.subscriptions.rows import until


async def test_who_joins_is_given_the_latest_at_once(questions, unread, clock):
    question = question_of(questions, teller := Teller())
    async with following(question) as first:
        await take(first)
        async with following(question) as second:
            assert await take(second) == "1"
        teller.says = "2"
        grow(unread)
        async with following(question) as third:
            assert await take(third) == "1"
            assert teller.asked == 1
            await clock.passes(EVERY)
            assert await take(third) == "2"


async def test_who_joins_when_it_is_old_is_given_a_new_one_and_the_others_nothing(questions, clock):
    question = question_of(questions, teller := Teller())
    async with following(question) as first:
        await take(first)
        await clock.passes(EVERY + 1)
        teller.may_speak.clear()
        async with following(question) as second:
            assert await is_silent(second)
            assert teller.asked == 2
        async with following(question) as third:
            teller.may_speak.set()
            assert await take(third) == "1"
        assert await is_silent(first)


async def test_who_joins_while_it_rests_does_not_wait_for_its_end(questions, clock):
    question = question_of(questions, teller := Teller(), 1.0)
    teller.may_speak.clear()
    async with following(question) as first:
        await until(lambda: teller.asked == 1)
        await clock.passes(20)
        teller.may_speak.set()
        await take(first)
        await clock.passes(10)
        async with following(question) as second:
            assert await take(second) == "1"
    assert teller.asked == 1


async def test_when_the_last_one_leaves_no_task_and_nothing_is_kept(questions, unread):
    question = question_of(questions, teller := Teller())
    teller.may_speak.clear()
    one, other = AnswerFollower(question), AnswerFollower(question)
    gone = [weakref.ref(kept) for kept in (question, one, other)]
    await one.__aenter__()
    await other.__aenter__()
    await until(lambda: teller.asked == 1)

    await one.__aexit__(None, None, None)
    assert unread._listeners() == {questions}
    assert len(tasks()) == 1
    await other.__aexit__(None, None, None)
    assert unread._listeners() == set()
    assert tasks() == []
    del question, one, other
    await asyncio.sleep(0)
    gc.collect()

    assert [reference() for reference in gone] == [None] * 3


async def test_who_comes_when_all_have_left_is_not_given_what_they_were_given(questions):
    question = question_of(questions, teller := Teller())
    async with following(question) as answers:
        assert await take(answers) == "1"
    teller.says = "2"
    async with following(question) as answers:
        assert await take(answers) == "2"
    assert teller.asked == 2


async def test_a_page_that_is_loaded_anew_leaves_one_task(questions):
    question = question_of(questions, teller := Teller())
    teller.may_speak.clear()
    leaving = AnswerFollower(question)
    await leaving.__aenter__()
    await until(lambda: teller.asked == 1)
    left = asyncio.ensure_future(leaving.__aexit__(None, None, None))
    await asyncio.sleep(0)

    async with following(question) as answers:
        await left
        teller.may_speak.set()
        assert await take(answers) == "1"
        assert len(tasks()) == 1
    assert tasks() == []
