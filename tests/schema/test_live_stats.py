"""The live aggregate: the same as the query's, again when it changes, computed once for all."""

import asyncio
import gc
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from auth import SYSTEM, Scope, Viewer
from errors import Forbidden, Refusal
from models.orders import Order
from resolvers.stats.plan import StatsPlan
from schema.masking import code_of
from schema.operations import Refused
from subscriptions import live_questions
from tests.schema.live_stats import (
    ANALYST,
    BY_STATUS,
    FOLLOW,
    answers_to,
    asked,
    computed,
    counts,
    hold,
    place,
    take_answer,
)
from tests.schema.world import HOLDER, READER
from tests.subscriptions.asking import Clock, is_silent, refused, take, tasks
from tests.subscriptions.rows import until
from tracking.orders import confirm_order

__all__ = ["computed"]

OTHER_ANALYST = Viewer("other", frozenset({Scope.ANALYTICS_READ, Scope.ORDERS_WRITE}))
OF_COUNTRY = """subscription ($country: [String!], $every: Float! = 0.25) {
  orderStats(filter: {country: $country}, every: $every) { groups { count } } }"""


async def test_the_first_answer_comes_at_once_and_is_the_querys(api, subscriptions):
    await place(api)
    query = f"query {BY_STATUS.replace(', every: 0.25', '')}"

    async with answers_to(api, subscriptions, FOLLOW) as answers:
        first = await take_answer(answers)

    assert first == counts(PENDING=1) == {"data": await api.data(query, ANALYST)}


async def test_each_change_of_the_answer_is_pushed(api, subscriptions):
    async with answers_to(api, subscriptions, FOLLOW) as answers:
        assert await take_answer(answers) == counts()
        order = await place(api)
        assert await take_answer(answers) == counts(PENDING=1)
        await confirm_order(api.tracker, SYSTEM, order.tracking_id)
        assert await take_answer(answers) == counts(CONFIRMED=1)


async def test_a_change_that_leaves_the_answer_as_it_was_is_not_pushed(
    api, subscriptions, computed
):
    query = "subscription { orderStats(every: 0.25) { groups { n: count } at: asOf asOf } }"
    order = await place(api)
    async with answers_to(api, subscriptions, query) as answers:
        first = await take_answer(answers)
        await hold(api, order)
        await until(lambda: len(computed) == 2)
        await place(api)
        second = await take_answer(answers)

    said = [one["data"]["orderStats"] for one in (first, second)]
    assert [one["groups"] for one in said] == [[{"n": 1}], [{"n": 2}]]
    assert said[0]["asOf"] == said[0]["at"] < said[1]["asOf"] == said[1]["at"]
    assert len(computed) == 3


async def test_when_it_was_so_is_told_once(api, subscriptions, computed):
    query = "subscription { orderStats(every: 0.25) { asOf } }"
    async with answers_to(api, subscriptions, query) as answers:
        await take(answers)
        await place(api)
        await until(lambda: len(computed) == 2)
        assert await is_silent(answers)


async def test_it_is_computed_once_for_all_who_ask_alike(api, subscriptions, computed):
    await place(api)
    async with AsyncExitStack() as stack:
        followed = [
            await stack.enter_async_context(answers_to(api, subscriptions, FOLLOW, viewer))
            for viewer in (ANALYST, OTHER_ANALYST) * 25
        ]
        first = {await take(answers) for answers in followed}
        assert (len(first), len(computed)) == (1, 1)
        await place(api)
        second = {await take(answers) for answers in followed}

    assert (len(second), len(computed)) == (1, 2)


async def test_a_burst_is_computed_once(api, subscriptions, computed, monkeypatch):
    clock = Clock(monkeypatch)
    query = FOLLOW.replace("0.25", "600")
    async with answers_to(api, subscriptions, query) as answers:
        assert await take_answer(answers) == counts()
        for _ in range(20):
            await place(api)
        await until(lambda: api.feed.position == 20)
        assert len(computed) == 1
        await clock.passes(600)
        assert await take_answer(answers) == counts(PENDING=20)

    assert len(computed) == 2


async def test_who_asks_otherwise_or_may_read_otherwise_asks_another_question(api, subscriptions):
    async def question(query=OF_COUNTRY, viewer=ANALYST, **variables):
        return (await asked(api, subscriptions, query, viewer, **variables))._question

    one = await question(country=["DE"])
    same = [
        await question(country=["DE"]),
        await question(country=["DE"], other=1),
        await question(viewer=OTHER_ANALYST, country=["DE"]),
    ]
    others = [
        await question(country=["FR"]),
        await question(country=["DE"], every=1),
        await question(OF_COUNTRY.replace("{ count }", "{ items }"), country=["DE"]),
        await question(viewer=SYSTEM, country=["DE"]),
    ]

    assert [each is one for each in same] == [True] * 3
    assert len({id(each) for each in (one, *others)}) == 5


async def test_who_becomes_late_is_counted_when_the_clock_is_looked_at(
    api, subscriptions, computed, monkeypatch
):
    monkeypatch.setattr(live_questions, "CLOCK_INTERVAL", 0.25)
    order = await place(api)
    query = "subscription { orderStats(every: 0.25) { groups { lateCount } } }"
    async with answers_to(api, subscriptions, query) as answers:
        first = await take_answer(answers)
        # As when its deadline passes: nothing of it is in the log.
        await Order.filter(id=order.id).update(late_after=datetime.now(UTC) - timedelta(hours=1))
        second = await take_answer(answers)

    late = [one["data"]["orderStats"]["groups"] for one in (first, second)]
    assert late == [[{"lateCount": 0}], [{"lateCount": 1}]]
    assert api.feed.position == 1


@pytest.mark.parametrize("every", [0.2499, -1.0, 3600.01, 1e300])
async def test_an_interval_out_of_bounds_is_refused(api, subscriptions, every):
    with pytest.raises(Refused) as refusal:
        await asked(api, subscriptions, OF_COUNTRY, every=every)

    (error,) = refusal.value.errors
    assert error.message == "Must be from 0.25 to 3600 seconds."
    assert error.path == ["orderStats"]
    assert isinstance(error.original_error, Refusal)
    assert error.original_error.field == ("every",)
    assert code_of(error) == "INVALID"


@pytest.mark.parametrize("every", [0.25, 1, 3600])
async def test_the_ends_of_the_bounds_are_within(api, subscriptions, every):
    async with answers_to(api, subscriptions, OF_COUNTRY, every=every) as answers:
        assert await take_answer(answers) == {"data": {"orderStats": {"groups": [{"count": 0}]}}}


DAYS = "groupBy: [{time: {field: PLACED_AT, unit: DAY}}]"
REFUSED = {
    "first: 0": ("INVALID", ("first",)),
    'timeZone: "Europe/Atlantis"': ("INVALID", ("timeZone",)),
    DAYS: ("INVALID", ("filter", "placedAt")),
    "groupBy: [{field: STATUS}, {field: STATUS}]": ("INVALID", ("groupBy",)),
    'filter: {customerEmail: "a@example.com"}': ("FORBIDDEN", ("filter", "customerEmail")),
    f"filter: {{and: [{', '.join(['{}'] * 100)}]}}": ("LIMIT_EXCEEDED", ("filter",)),
}


@pytest.mark.parametrize("argument", REFUSED)
async def test_what_the_query_refuses_is_refused(api, subscriptions, argument):
    query = f"subscription {{ orderStats({argument}) {{ groups {{ count }} }} }}"
    async with answers_to(api, subscriptions, query) as answers:
        refusal = await refused(answers)

    assert refusal is not None
    assert (refusal.code, refusal.field) == REFUSED[argument]
    assert tasks() == []


async def test_what_a_measure_refuses_is_refused(api, subscriptions):
    query = 'subscription { orderStats { groups { total(currency: "XYZ") { sum } } } }'
    async with answers_to(api, subscriptions, query) as answers:
        refusal = await refused(answers)

    assert refusal is not None
    assert refusal.field == ("currency",)


async def test_it_needs_its_scope_whether_or_not_others_follow(api, subscriptions):
    async with answers_to(api, subscriptions, FOLLOW) as answers:
        await take(answers)
        for viewer in (HOLDER, READER):
            with pytest.raises(Refused) as refusal:
                await asked(api, subscriptions, FOLLOW, viewer)
            (error,) = refusal.value.errors
            assert code_of(error) == "FORBIDDEN"
            assert error.path == ["orderStats"]
            assert isinstance(error.original_error, Forbidden)


async def test_the_limits_of_a_document_hold(api, subscriptions):
    many = " ".join(f"a{number}: count" for number in range(500))
    often = " ".join(f"b{number}: groups {{ ...Many }}" for number in range(4))
    query = f"fragment Many on OrderStatsGroup {{ {many} }} subscription {{ orderStats {{ %s }} }}"
    with pytest.raises(Refused) as refusal:
        await asked(api, subscriptions, query % often)

    (error,) = refusal.value.errors
    assert error.message == "It is 2005 fields large; at most 2000 are allowed."
    assert code_of(error) == "LIMIT_EXCEEDED"


async def test_a_mistake_of_ours_is_masked_and_logged_once_and_followers_stay(
    api, subscriptions, monkeypatch, caplog
):
    read = StatsPlan.read

    async def fail(*_):
        raise ZeroDivisionError("by mistake")

    monkeypatch.setattr(StatsPlan, "read", fail)
    async with (
        answers_to(api, subscriptions, FOLLOW) as one,
        answers_to(api, subscriptions, FOLLOW) as other,
    ):
        failed = [await take_answer(answers) for answers in (one, other)]
        monkeypatch.setattr(StatsPlan, "read", read)
        await place(api)
        assert [await take_answer(answers) for answers in (one, other)] == [counts(PENDING=1)] * 2

    (error,) = failed[0]["errors"]
    assert failed[0] == failed[1]
    assert (failed[0]["data"], error["extensions"]) == (None, {"code": "INTERNAL"})
    assert error["path"] == ["orderStats"]
    assert caplog.text.count("ZeroDivisionError: by mistake") == 1


async def test_when_the_last_follower_has_left_nothing_is_kept(api, subscriptions):
    async with answers_to(api, subscriptions, FOLLOW) as answers:
        await take(answers)
        assert (len(subscriptions._questions), len(tasks())) == (1, 1)
    await asyncio.sleep(0)  # the loop still has in hand what it did last
    gc.collect()

    assert len(subscriptions._questions) == 0
    assert tasks() == []
    assert api.feed._listeners() == set()
