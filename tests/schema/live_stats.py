"""Subscriptions to live aggregates as any viewer, and a recorder of their computations."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from access.viewer import SYSTEM, Viewer
from models.orders import Order
from subscriptions.live_query_subscribers import LiveQuerySubscriber
from subscriptions.registry import SubscriptionRegistry
from tests.factories.acts import make_order
from tests.schema.api import Api
from tests.schema.viewers import ANALYST
from tests.subscriptions.live_queries import Answers, answers_of, next_answer
from tracking.orders.commands import hold_order

BY_STATUS = """{ orderStats(groupBy: [{field: STATUS}], every: 0.25) {
  groups { key { status } count } truncated
} }"""
FOLLOW = f"subscription {BY_STATUS}"
OF_COUNTRY = """subscription ($country: [String!], $every: Float! = 0.25) {
  orderStats(filter: {country: $country}, every: $every) { groups { count } } }"""


async def make_pending_order(api: Api) -> Order:
    """Makes an order that has one change."""
    return await make_order(api.tracker, confirmed=False)


async def hold(api: Api, order: Order) -> None:
    """Moves the order to ON_HOLD."""
    await hold_order(api.tracker, SYSTEM, order.tracking_id, reason="a check")


def counts(**statuses: int) -> dict[str, Any]:
    """The answer to BY_STATUS, in the order in which the enum lists the statuses."""
    groups = [{"key": {"status": status}, "count": count} for status, count in statuses.items()]
    return {"data": {"orderStats": {"groups": groups, "truncated": False}}}


async def open_follower(
    api: Api,
    subscriptions: SubscriptionRegistry,
    query: str,
    viewer: Viewer = ANALYST,
    **variables: Any,
) -> LiveQuerySubscriber:
    operation = api.schema.operations.prepare(query, None)
    follower = await subscriptions.follower(operation, variables, viewer)
    assert isinstance(follower, LiveQuerySubscriber)
    return follower


@asynccontextmanager
async def answers_to(
    api: Api,
    subscriptions: SubscriptionRegistry,
    query: str,
    viewer: Viewer = ANALYST,
    **variables: Any,
) -> AsyncGenerator[Answers, None]:
    follower = await open_follower(api, subscriptions, query, viewer, **variables)
    async with answers_of(follower._query) as answers:
        yield answers


async def next_payload(answers: Answers) -> Any:
    return json.loads(await next_answer(answers))
