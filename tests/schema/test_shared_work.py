"""Followers share work that is done once and whose results are freed with the last of them."""

import asyncio
import gc
import json
from contextlib import AsyncExitStack

import pytest
from tortoise.connection import get_connections

from access.viewer import SYSTEM
from database.connections import LIVE, is_postgres, read_rows
from engine.operations import InvalidOperation
from engine.sql import response_budget, size_estimate
from engine.sql import statement as running
from errors import Unavailable
from resolvers.orders import find_order_ids
from schema import subscriptions as subscribing
from tests.factories.acts import make_order, make_shipment
from tests.schema.deliveries import FOLLOW, change_in, deliveries_to, next_bodies, next_body
from tests.schema.viewers import CONFIDANT
from tests.timeouts import poll_until
from tracking.orders.commands import confirm_order, hold_order, release_order


@pytest.fixture
def live_statements(db, monkeypatch) -> list[str]:
    """Records the statements on the connection that is reserved for subscriptions."""
    client, statements = get_connections().get(LIVE), []
    execute = client.execute_query

    async def record(query, values=None):
        statements.append(query)
        return await execute(query, values)

    async def record_plans(connection, text, values):
        if connection is client and is_postgres(client):
            statements.append(text)
        return await read_rows(connection, text, values)

    monkeypatch.setattr(client, "execute_query", record)
    monkeypatch.setattr(running, "read_rows", record_plans)
    return statements


async def test_a_change_costs_the_same_for_one_follower_and_for_fifty(
    api, follower, order, live_statements
):
    costs = []
    for position, followers, act in ((1, 1, confirm_order), (2, 50, hold), (3, 1, release_order)):
        await poll_until(lambda: api.feed.position == position)  # noqa: B023 (awaited at once)
        async with AsyncExitStack() as stack:
            followed = [
                await stack.enter_async_context(
                    deliveries_to(await follower(FOLLOW, CONFIDANT, ids=[order.tracking_id]))
                )
                for _ in range(followers)
            ]
            live_statements.clear()
            await act(api.tracker, SYSTEM, order.tracking_id)
            bodies = [await next_body(deliveries) for deliveries in followed]
        assert len(set(bodies)) == 1
        costs.append(len(live_statements))

    assert costs == [1, 1, 1]


async def hold(tracker, viewer, tracking_id) -> None:
    await hold_order(tracker, viewer, tracking_id, reason="Wait")


async def test_fifty_followers_that_replay_cost_one_statement_and_one_read_each(
    api, follower, order, live_statements
):
    await confirm_order(api.tracker, SYSTEM, order.tracking_id)
    await poll_until(lambda: api.feed.position == 2)

    async def replay() -> list[str]:
        asked = await follower(FOLLOW, CONFIDANT, ids=[order.tracking_id], after=0)
        async with deliveries_to(asked) as deliveries:
            return [await next_body(deliveries) for _ in range(2)]

    bodies = await asyncio.gather(*(replay() for _ in range(50)))

    assert len({tuple(body) for body in bodies}) == 1
    assert len(live_statements) == 50 + 1


async def test_followers_that_come_at_once_share_one_opening(follower, order, monkeypatch):
    asked = []

    async def note(tracking_ids, viewer):
        asked.append(tracking_ids)
        return await find_order_ids(tracking_ids, viewer)

    monkeypatch.setattr(subscribing, "find_order_ids", note)
    ids = [order.tracking_id]

    followers = await asyncio.gather(*(follower(FOLLOW, ids=ids, after=n % 2) for n in range(50)))

    assert asked == [ids]
    assert len({id(follower._stream) for follower in followers}) == 1
    assert [follower._after for follower in followers] == [0, 1] * 25


@pytest.mark.parametrize("error", [OSError("away"), ZeroDivisionError()], ids=repr)
async def test_a_failed_opening_is_tried_again_by_the_next_follower(
    follower, order, monkeypatch, error
):
    async def fail(_tracking_ids, _viewer):
        raise error

    monkeypatch.setattr(subscribing, "find_order_ids", fail)
    several = [follower(FOLLOW, ids=[order.tracking_id], after=0) for _ in range(3)]
    refused = await asyncio.gather(*several, return_exceptions=True)
    expected = Unavailable if isinstance(error, OSError) else InvalidOperation
    assert [type(one) for one in refused] == [expected] * 3

    monkeypatch.setattr(subscribing, "find_order_ids", find_order_ids)
    assert await follower(FOLLOW, ids=[order.tracking_id], after=0)


async def test_a_follower_that_leaves_during_the_opening_does_not_end_it(
    follower, order, monkeypatch
):
    may_answer = asyncio.Event()

    async def wait(tracking_ids, viewer):
        await may_answer.wait()
        return await find_order_ids(tracking_ids, viewer)

    monkeypatch.setattr(subscribing, "find_order_ids", wait)
    first, second = (
        asyncio.create_task(follower(FOLLOW, ids=[order.tracking_id], after=0)) for _ in range(2)
    )
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    may_answer.set()

    assert (await second)._after == 0


async def test_a_pushed_answer_is_never_older_than_its_change(api, follower, order):
    async with AsyncExitStack() as stack:
        followed = [
            await stack.enter_async_context(
                deliveries_to(await follower(FOLLOW, ids=[order.tracking_id], after=0))
            )
            for _ in range(3)
        ]
        receiving = [asyncio.create_task(next_bodies(one, 21)) for one in followed]
        await confirm_order(api.tracker, SYSTEM, order.tracking_id)
        for _ in range(9):
            await hold(api.tracker, SYSTEM, order.tracking_id)
            await release_order(api.tracker, SYSTEM, order.tracking_id)
        await make_shipment(api.tracker, order)
        received = await asyncio.gather(*receiving)

    for bodies in received:
        changes = [change_in(body) for body in bodies]
        assert [change["sequence"] for change in changes] == list(range(1, 22))
        assert all(change["order"]["sequence"] >= change["sequence"] for change in changes)
        assert all(change["order"]["position"] >= change["position"] for change in changes)
        assert changes[-1]["order"]["shipments"] == [{"status": "PENDING"}]


async def test_changes_too_large_together_are_read_separately(api, follower, order, monkeypatch):
    others = [await make_order(api.tracker, confirmed=False) for _ in range(2)]
    ids = [one.tracking_id for one in (order, *others)]
    await poll_until(lambda: api.feed.position == 3)
    monkeypatch.setattr(response_budget, "MAXIMUM_OBJECTS", 2 * size_estimate.SHORT_LIST)

    async with deliveries_to(await follower(FOLLOW, ids=ids, after=0)) as deliveries:
        changes = [change_in(await next_body(deliveries)) for _ in range(3)]

    assert [change["order"]["trackingId"] for change in changes] == ids


async def test_a_change_too_large_by_itself_is_refused_and_the_stream_goes_on(
    api, follower, order, live_statements
):
    query = """subscription ($ids: [ID!]!) { orderChanged(trackingIds: $ids, after: 0) {
      order { events(first: 100) { nodes { order { events(first: 100) { nodes {
        shipment { items { quantity } }
      } } } } } }
    } }"""
    await confirm_order(api.tracker, SYSTEM, order.tracking_id)
    await poll_until(lambda: api.feed.position == 2)

    async with deliveries_to(await follower(query, ids=[order.tracking_id])) as deliveries:
        answers = [json.loads(await next_body(deliveries)) for _ in range(2)]

    errors = [error for answer in answers for error in answer["errors"]]
    assert [answer["data"] for answer in answers] == [None, None]
    assert [error["extensions"] for error in errors] == [{"code": "LIMIT_EXCEEDED"}] * 2
    assert [error["path"] for error in errors] == [["orderChanged"]] * 2
    assert len(live_statements) == 1


async def test_nothing_is_kept_once_the_last_follower_has_left(api, subscriptions, follower, order):
    async with await follower(FOLLOW, ids=[order.tracking_id], after=0):
        assert len(subscriptions._streams) == 1
    await asyncio.sleep(0)  # The event loop still refers to the last thing that it ran.
    gc.collect()

    assert len(subscriptions._streams) == 0
    assert subscriptions._opening == {}
    assert api.feed._listeners() == set()
