"""Exactly the answers that depend on the current time are known to change as time passes."""

from datetime import timedelta
from typing import Any

import pytest
from graphql.execution.values import VariableValues

from access.scopes import Scope
from access.viewer import SYSTEM, Viewer
from engine.planning.plan_cache import RootField
from engine.schema import Schema
from engine.sql.selection import Reader
from models.enums import OrderStatus
from resolvers.stats.clock import BY_CLOCK, is_by_clock
from resolvers.stats.orders import ORDERS
from resolvers.stats.stats_plan import StatsPlan
from tests.factories.in_memory import START

CONFIDANT = Viewer(
    "confidant", frozenset({Scope.ANALYTICS_READ, Scope.ORDERS_READ, Scope.PERSONAL_READ})
)
MEMBERS = {
    "total": '(currency: "EUR") { sum average minimum maximum percentile(p: 0.5) }',
    "timeToShip": "{ average minimum maximum percentile(p: 0.5) }",
    "timeToDeliver": "{ average minimum maximum percentile(p: 0.5) }",
}
FILTERS = {
    "status": "[PENDING]",
    "health": "[ON_TRACK]",
    "deliveryMethod": "[STANDARD]",
    "country": '["DE"]',
    "carrier": '["ups"]',
    "trackingId": '["x"]',
    "reference": '["x"]',
    "customerEmail": '"a@example.com"',
    "sku": '["x"]',
    "placedAt": '{until: "2027-01-01T00:00:00Z"}',
    "promisedAt": '{until: "2027-01-01T00:00:00Z"}',
    "deliveredAt": '{until: "2027-01-01T00:00:00Z"}',
    "isLate": "true",
    "hasOpenException": "false",
    "exceptionType": "[DELAY]",
    "hasShipment": "false",
    "hasPiecesToShip": "true",
    "search": '"ab"',
    "and": "[{isLate: false}]",
    "or": "[{country: []}, {isLate: true}]",
    "not": "{isLate: true}",
}
LATE_FILTERS = {"isLate", "and", "or", "not"}


def measure_selection(measure: str) -> str:
    return f"{measure} {MEMBERS.get(measure, '')}"


def root_of(schema: Schema, arguments: str, fields: str = "count") -> RootField:
    by = "groupBy: [{field: STATUS}]"
    groups = f"groups {{ key {{ status }} {fields} }}"
    query = f"subscription {{ orderStats({by} {arguments}) {{ {groups} }} }}"
    operation = schema.operations.prepare(query, None)
    return schema.plans.live_query(operation, VariableValues(sources={}, coerced={}), SYSTEM)


def depends_on_time(schema: Schema, arguments: str, fields: str = "count") -> bool:
    field = root_of(schema, arguments, fields).field
    assert field.arguments is not None
    return is_by_clock(field, field.arguments(VariableValues(sources={}, coerced={})))


async def answer(root: RootField, days: float) -> Any:
    """The answer as of this many days after START."""
    assert isinstance(root.plan, StatsPlan)
    assert root.field.arguments is not None
    nothing = VariableValues(sources={}, coerced={})
    reader = Reader(CONFIDANT, START + timedelta(days=days))
    return (await root.plan.read(root.field.arguments(nothing), nothing, reader)).json


@pytest.fixture
async def orders_with_deadlines(shop) -> None:
    """Two orders, one of which is late from the day after START."""
    await shop.place(late_after=START + timedelta(days=1), promised_at=START + timedelta(days=1))
    await shop.place(delivered_at=START, late_after=START, status=OrderStatus.DELIVERED)


async def test_measures_that_change_with_time_are_known(schema, orders_with_deadlines):
    changed = set()
    for name in ORDERS.measures:
        root = root_of(schema, "", measure_selection(name))
        if await answer(root, 0) != await answer(root, 2):
            changed.add(name)

    assert changed == BY_CLOCK
    assert {
        name for name in ORDERS.measures if depends_on_time(schema, "", measure_selection(name))
    } == BY_CLOCK


async def test_filters_that_change_with_time_are_known(schema, orders_with_deadlines):
    fields = set(schema.core.type_map["OrderFilter"].fields)
    assert fields == set(FILTERS)
    changed = set()
    for name, value in FILTERS.items():
        root = root_of(schema, f"filter: {{{name}: {value}}}")
        if await answer(root, 0) != await answer(root, 2):
            changed.add(name)

    assert changed == LATE_FILTERS
    arguments = {name: f"filter: {{{name}: {value}}}" for name, value in FILTERS.items()}
    assert {name for name in arguments if depends_on_time(schema, arguments[name])} == LATE_FILTERS


@pytest.mark.parametrize(
    ("having", "expected"),
    [
        ("{count: {min: 1}}", False),
        ("{exceptionRate: {max: 0.5}}", False),
        ("{onTimeRate: {min: 0.5}}", True),
        ("{onTimeRate: null, count: {min: 1}}", False),
    ],
)
def test_a_having_condition_on_a_rate_of_lateness_depends_on_time(schema, having, expected):
    assert depends_on_time(schema, f"having: {having}") is expected


def test_a_selection_of_all_measures_depends_on_time(schema):
    assert depends_on_time(
        schema, "", " ".join(measure_selection(name) for name in ORDERS.measures)
    )
    assert not depends_on_time(schema, "")
