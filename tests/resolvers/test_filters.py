"""Filters: the database finds what the same question asked in Python finds."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth import SYSTEM, Scope, Viewer
from errors import Forbidden, LimitExceeded
from models.enums import (
    DeliveryMethod,
    ExceptionSeverity,
    Health,
    Party,
)
from resolvers.conditions import Condition
from resolvers.filters import (
    ExceptionFilter,
    OrderFilter,
    ShipmentFilter,
    TimeRange,
    exception_condition,
    order_condition,
    shipment_condition,
)
from tests.resolvers import rows, shop
from tests.resolvers.answers import (
    admits,
    exception_admits,
    is_found,
    order_admits,
    shipment_admits,
)
from tests.resolvers.asking import found
from tests.resolvers.shop import Case, open_shop

PROPERTY = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CLERK = Viewer("clerk", frozenset({Scope.ORDERS_READ}))


@pytest.fixture
async def cases(db: str) -> list[Case]:
    return await open_shop()


def some(values: Sequence[Any]) -> st.SearchStrategy[Any]:
    """Not asked, or one of these; sometimes of none."""
    given = [value for value in values if value is not None]
    return st.none() | st.lists(st.sampled_from(given), max_size=3)


def maybe(values: Sequence[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from([value for value in values if value is not None])


MOMENTS = st.sampled_from(shop.DAYS).map(rows.day)
RANGES = st.none() | st.builds(TimeRange, since=MOMENTS, until=MOMENTS)
SEARCHES = ["ada", "%", "_", "r-100", "R_1", "\\", "99a", "1z 99", "@EXAMPLE", "100% c", "-", "x99"]


def tree(leaf: st.SearchStrategy[Any], type_: Any) -> st.SearchStrategy[Any]:
    """Filters within filters."""

    def grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        lists = st.none() | st.lists(inner, max_size=2)
        return st.builds(_joined, leaf, lists, lists, st.none() | inner)

    def _joined(given: Any, all_of: Any, any_of: Any, none_of: Any) -> Any:
        own = {name: value for name, value in vars(given).items() if value is not None}
        return type_(**own | {"all_of": all_of, "any_of": any_of, "none_of": none_of})

    return st.recursive(leaf, grown, max_leaves=4)


def sparse(type_: Any, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Few fields at a time, or hardly a row is left."""
    return st.sets(st.sampled_from(sorted(fields)), max_size=2).flatmap(
        lambda names: st.builds(type_, **{name: fields[name] for name in names})
    )


ORDER_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "status": some(shop.STATUSES),
    "health": some(list(Health)),
    "delivery_method": some(list(DeliveryMethod)),
    "country": some(["DE", "pt", "FR"]),
    "carrier": some(["ups", "DHL_Express", "none"]),
    "reference": some(["R-1000/1", "A\\B/2", "R-100%/0"]),
    "customer_email": maybe(["ADA@example.com", "adam@example.com", "%"]),
    "sku": some(["MUG", "CUP", "POT"]),
    "placed_at": RANGES,
    "promised_at": RANGES,
    "delivered_at": RANGES,
    "is_late": maybe([True, False]),
    "has_open_exception": maybe([True, False]),
    "exception_type": some(shop.TYPES),
    "search": maybe(SEARCHES),
}
SHIPMENT_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "status": some(shop.PARCELS),
    "health": some(list(Health)),
    "carrier": some(["UPS", "dhl_express"]),
    "service": some(["saver", "slow"]),
    "country": some(["de", "PT"]),
    "tracking_number": some(["1z 99_a%", "jjd000", "X-99-A", "%"]),
    "shipped_at": RANGES,
    "delivered_at": RANGES,
    "is_late": maybe([True, False]),
}
EXCEPTION_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "status": some(shop.STATES),
    "type": some(shop.TYPES),
    "severity": some(list(ExceptionSeverity)),
    "caused_by": some(list(Party)),
    "carrier": some(["ups", "DHL_EXPRESS"]),
    "assignee": maybe(["ann", "bob", "%"]),
    "is_overdue": maybe([True, False]),
    "action_required": maybe([True, False]),
    "due_at": RANGES,
    "opened_at": RANGES,
    "resolved_at": RANGES,
}


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


async def test_filters_within_filters_are_bounded(cases):
    with pytest.raises(LimitExceeded):
        await found_by(SYSTEM, any_of=[OrderFilter()] * 60)
