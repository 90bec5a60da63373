"""A live aggregate has the query's answer, sent again when it changes and computed once for all."""

import asyncio
import gc
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

from access.scopes import Scope
from access.viewer import SYSTEM, Viewer
from models.orders import Order
from resolvers.stats.stats_plan import StatsPlan
from subscriptions import live_queries
from tests.schema.live_stats import (
    BY_STATUS,
    FOLLOW,
    OF_COUNTRY,
    answers_to,
    counts,
    hold,
    make_pending_order,
    next_payload,
    open_follower,
)
from tests.schema.viewers import ANALYST
from tests.subscriptions.live_queries import FakeClock, is_silent, live_query_tasks, next_answer
from tests.timeouts import poll_until
from tracking.orders.commands import confirm_order

OTHER_ANALYST = Viewer("other", frozenset({Scope.ANALYTICS_READ, Scope.ORDERS_WRITE}))


async def test_the_first_answer_comes_at_once_and_is_the_querys(api, subscriptions):
    await make_pending_order(api)
    query = f"query {BY_STATUS.replace(', every: 0.25', '')}"

    async with answers_to(api, subscriptions, FOLLOW) as answers:
        first = await next_payload(answers)

    assert first == counts(PENDING=1) == {"data": await api.fetch(query, ANALYST)}


async def test_each_change_of_the_answer_is_pushed(api, subscriptions):
    async with answers_to(api, subscriptions, FOLLOW) as answers:
        assert await next_payload(answers) == counts()
        order = await make_pending_order(api)
        assert await next_payload(answers) == counts(PENDING=1)
        await confirm_order(api.tracker, SYSTEM, order.tracking_id)
        assert await next_payload(answers) == counts(CONFIRMED=1)


async def test_a_change_that_leaves_the_answer_as_it_was_is_not_pushed(
    api, subscriptions, computed_plans
):
    query = "subscription { orderStats(every: 0.25) { groups { n: count } at: asOf asOf } }"
    order = await make_pending_order(api)
    await poll_until(lambda: api.feed.position == 1)
    async with answers_to(api, subscriptions, query) as answers:
        first = await next_payload(answers)
        await hold(api, order)
        await poll_until(lambda: len(computed_plans) == 2)
        await make_pending_order(api)
        second = await next_payload(answers)

    stats = [payload["data"]["orderStats"] for payload in (first, second)]
    assert [answer["groups"] for answer in stats] == [[{"n": 1}], [{"n": 2}]]
    assert stats[0]["asOf"] == stats[0]["at"] < stats[1]["asOf"] == stats[1]["at"]
    assert len(computed_plans) == 3


async def test_a_new_time_alone_is_not_pushed(api, subscriptions, computed_plans):
    query = "subscription { orderStats(every: 0.25) { asOf } }"
    async with answers_to(api, subscriptions, query) as answers:
        await next_answer(answers)
        await make_pending_order(api)
        await poll_until(lambda: len(computed_plans) == 2)
        assert await is_silent(answers)


async def test_an_answer_is_computed_once_for_all_equal_subscriptions(
    api, subscriptions, computed_plans
):
    await make_pending_order(api)
    await poll_until(lambda: api.feed.position == 1)
    async with AsyncExitStack() as stack:
        followed = [
            await stack.enter_async_context(answers_to(api, subscriptions, FOLLOW, viewer))
            for viewer in (ANALYST, OTHER_ANALYST) * 25
        ]
        first = {await next_answer(answers) for answers in followed}
        assert (len(first), len(computed_plans)) == (1, 1)
        await make_pending_order(api)
        second = {await next_answer(answers) for answers in followed}

    assert (len(second), len(computed_plans)) == (1, 2)


async def test_a_burst_is_computed_once(api, subscriptions, computed_plans, monkeypatch):
    clock = FakeClock(monkeypatch)
    query = FOLLOW.replace("0.25", "600")
    async with answers_to(api, subscriptions, query) as answers:
        assert await next_payload(answers) == counts()
        for _ in range(20):
            await make_pending_order(api)
        await poll_until(lambda: api.feed.position == 20)
        assert len(computed_plans) == 1
        await clock.advance(600)
        assert await next_payload(answers) == counts(PENDING=20)

    assert len(computed_plans) == 2


async def test_other_variables_or_rights_are_another_query(api, subscriptions):
    async def live_query(query=OF_COUNTRY, viewer=ANALYST, **variables):
        return (await open_follower(api, subscriptions, query, viewer, **variables))._query

    one = await live_query(country=["DE"])
    same = [
        await live_query(country=["DE"]),
        await live_query(country=["DE"], other=1),
        await live_query(viewer=OTHER_ANALYST, country=["DE"]),
    ]
    others = [
        await live_query(country=["FR"]),
        await live_query(country=["DE"], every=1),
        await live_query(OF_COUNTRY.replace("{ count }", "{ items }"), country=["DE"]),
        await live_query(viewer=SYSTEM, country=["DE"]),
    ]

    assert [each is one for each in same] == [True] * 3
    assert len({id(each) for each in (one, *others)}) == 5


async def test_an_order_that_becomes_late_is_counted_at_the_next_look_at_the_clock(
    api, subscriptions, computed_plans, monkeypatch
):
    monkeypatch.setattr(live_queries, "CLOCK_INTERVAL", 0.25)
    order = await make_pending_order(api)
    query = "subscription { orderStats(every: 0.25) { groups { lateCount } } }"
    async with answers_to(api, subscriptions, query) as answers:
        first = await next_payload(answers)
        # The update appends no change to the log, as when an order becomes late by itself.
        await Order.filter(id=order.id).update(late_after=datetime.now(UTC) - timedelta(hours=1))
        second = await next_payload(answers)

    late = [payload["data"]["orderStats"]["groups"] for payload in (first, second)]
    assert late == [[{"lateCount": 0}], [{"lateCount": 1}]]
    assert api.feed.position == 1


async def test_a_bug_is_masked_and_logged_once_and_followers_stay(
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
        failed = [await next_payload(answers) for answers in (one, other)]
        monkeypatch.setattr(StatsPlan, "read", read)
        await make_pending_order(api)
        assert [await next_payload(answers) for answers in (one, other)] == [counts(PENDING=1)] * 2

    (error,) = failed[0]["errors"]
    assert failed[0] == failed[1]
    assert (failed[0]["data"], error["extensions"]) == (None, {"code": "INTERNAL"})
    assert error["path"] == ["orderStats"]
    assert caplog.text.count("ZeroDivisionError: by mistake") == 1


async def test_nothing_is_kept_once_the_last_follower_has_left(api, subscriptions):
    async with answers_to(api, subscriptions, FOLLOW) as answers:
        await next_answer(answers)
        assert (len(subscriptions._queries), len(live_query_tasks())) == (1, 1)
    await asyncio.sleep(0)  # The event loop still refers to the last thing that it ran.
    gc.collect()

    assert len(subscriptions._queries) == 0
    assert live_query_tasks() == []
    assert api.feed._listeners() == set()
