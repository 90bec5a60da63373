"""The live aggregate, asked as any viewer, and how often it is computed."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from auth import SYSTEM, Scope, Viewer
from models.orders import Order
from resolvers.stats.plan import StatsPlan
from schema.sharing import Subscriptions
from subscriptions.answer_followers import AnswerFollower
from tests.factories import make_order
from tests.schema.api import Api
from tests.subscriptions.asking import Answers, following, take
from tracking.orders import hold_order

ANALYST = Viewer("analyst", frozenset({Scope.ANALYTICS_READ}))
BY_STATUS = """{ orderStats(groupBy: [{field: STATUS}], every: 0.25) {
  groups { key { status } count } truncated
} }"""
FOLLOW = f"subscription {BY_STATUS}"
OF_COUNTRY = """subscription ($country: [String!], $every: Float! = 0.25) {
  orderStats(filter: {country: $country}, every: $every) { groups { count } } }"""


async def place(api: Api) -> Order:
    """An order that has one change, and is PENDING."""
    return await make_order(api.tracker, confirmed=False)


async def hold(api: Api, order: Order) -> None:
    """Now it is ON_HOLD."""
    await hold_order(api.tracker, SYSTEM, order.tracking_id, reason="a check")


def counts(**statuses: int) -> dict[str, Any]:
    """What is answered by status, in the order of their list."""
    groups = [{"key": {"status": status}, "count": many} for status, many in statuses.items()]
    return {"data": {"orderStats": {"groups": groups, "truncated": False}}}


async def asked(
    api: Api, subscriptions: Subscriptions, query: str, viewer: Viewer = ANALYST, **variables: Any
) -> AnswerFollower:
    operation = api.schema.operations.prepare(query, None)
    follower = await subscriptions.follower(operation, variables, viewer)
    assert isinstance(follower, AnswerFollower)
    return follower


@asynccontextmanager
async def answers_to(
    api: Api, subscriptions: Subscriptions, query: str, viewer: Viewer = ANALYST, **variables: Any
) -> AsyncGenerator[Answers, None]:
    follower = await asked(api, subscriptions, query, viewer, **variables)
    async with following(follower._question) as answers:
        yield answers


async def take_answer(answers: Answers) -> Any:
    return json.loads(await take(answers))


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[StatsPlan]:
    """The plans of aggregates that were read, each time."""
    plans, read = [], StatsPlan.read

    async def note(plan: StatsPlan, *given: Any) -> Any:
        plans.append(plan)
        return await read(plan, *given)

    monkeypatch.setattr(StatsPlan, "read", note)
    return plans
