"""Filters: the database finds what the same question asked in Python finds."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings

from auth import SYSTEM, Scope, Viewer
from errors import Forbidden, LimitExceeded
from resolvers.conditions import Condition
from resolvers.filters import (
    ExceptionFilter,
    OrderFilter,
    ShipmentFilter,
    exception_condition,
    order_condition,
    shipment_condition,
)
from tests.resolvers.answers import (
    admits,
    exception_admits,
    is_found,
    order_admits,
    shipment_admits,
)
from tests.resolvers.asking import found
from tests.resolvers.fields import (
    EXCEPTION_FIELDS,
    ORDER_FIELDS,
    SHIPMENT_FIELDS,
    sparse,
    tree,
)
from tests.resolvers.shop import Case, open_shop

PROPERTY = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CLERK = Viewer("clerk", frozenset({Scope.ORDERS_READ}))


@pytest.fixture
async def cases(db: str) -> list[Case]:
    return await open_shop()


async def ids(table: str, asked: Condition) -> set[UUID]:
    return {UUID(one) for one in await found(table, asked)}


def now() -> datetime:
    return datetime.now(UTC)


@PROPERTY
@given(asked=tree(sparse(OrderFilter, **ORDER_FIELDS), OrderFilter))
async def test_orders_are_those_that_the_filter_admits(cases, asked):
    expected = {
        case.order.id
        for case in cases
        if admits(asked, lambda one: order_admits(case, one))  # noqa: B023
    }
    assert await ids("orders", order_condition(asked, SYSTEM, now())) == expected


@PROPERTY
@given(asked=tree(sparse(ShipmentFilter, **SHIPMENT_FIELDS), ShipmentFilter))
async def test_shipments_are_those_that_the_filter_admits(cases, asked):
    expected = {
        row.id
        for case in cases
        for row in case.shipments
        if admits(asked, lambda one: shipment_admits(case, row, one))  # noqa: B023
    }
    assert await ids("shipment", shipment_condition(asked, now())) == expected


@PROPERTY
@given(asked=tree(sparse(ExceptionFilter, **EXCEPTION_FIELDS), ExceptionFilter))
async def test_exceptions_are_those_that_the_filter_admits(cases, asked):
    expected = {
        row.id
        for case in cases
        for row in case.exceptions
        if admits(asked, lambda one: exception_admits(case, row, one))  # noqa: B023
    }
    assert await ids("order_exception", exception_condition(asked, now())) == expected


async def found_by(viewer: Viewer, **asked: Any) -> set[UUID]:
    return await ids("orders", order_condition(OrderFilter(**asked), viewer, now()))


async def test_signs_with_a_meaning_to_the_database_mean_themselves(cases):
    for sign in ("%", "_", "\\"):
        expected = {case.order.id for case in cases if is_found(case, sign)}

        assert 0 < len(expected) < len(cases)
        assert await found_by(SYSTEM, search=sign) == expected


async def test_a_tracking_id_is_found_however_it_was_typed(cases):
    order = cases[3].order

    for typed in (order.tracking_id, order.tracking_id.lower().replace("-", " ")):
        assert await found_by(CLERK, search=typed) == {order.id}
        assert await found_by(CLERK, tracking_id=[typed, "WA-1"]) == {order.id}


async def test_people_are_found_by_confidants_alone(cases):
    assert await found_by(CLERK, search="Lovelace") == set()
    assert await found_by(SYSTEM, search="Lovelace") == {
        case.order.id for case in cases if case.customer.name == "Ada Lovelace"
    }
    with pytest.raises(Forbidden):
        await found_by(CLERK, customer_email="ada@example.com")


@pytest.mark.parametrize("kind", ["any_of", "all_of", "none_of"])
async def test_filters_lie_only_so_deep_within_each_other(cases, kind):
    asked = OrderFilter(sku=["MUG"])
    for _ in range(8):
        around: dict[str, Any] = {kind: asked if kind == "none_of" else [OrderFilter(), asked]}
        asked = OrderFilter(**around)

    await ids("orders", order_condition(asked, SYSTEM, now()))
    with pytest.raises(LimitExceeded, match="at most 8 deep"):
        await ids("orders", order_condition(OrderFilter(none_of=asked), SYSTEM, now()))


async def test_filters_within_filters_are_bounded(cases):
    with pytest.raises(LimitExceeded):
        await found_by(SYSTEM, any_of=[OrderFilter()] * 60)
