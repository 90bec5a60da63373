"""Filters: the database finds the same rows as the reference implementation."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given

from access.scopes import Scope
from access.viewer import SYSTEM, Viewer
from engine.sql.conditions import Condition
from errors import Forbidden, LimitExceeded
from resolvers.filters import (
    ExceptionFilter,
    OrderFilter,
    ShipmentFilter,
    exception_condition,
    order_condition,
    shipment_condition,
)
from tests.profiles import examples
from tests.resolvers.condition_statements import matching_keys
from tests.resolvers.dataset import OrderRecords, insert_dataset
from tests.resolvers.filter_strategies import (
    EXCEPTION_FILTERS,
    ORDER_FILTERS,
    SHIPMENT_FILTERS,
    few_fields,
    filter_trees,
)
from tests.resolvers.reference_filters import (
    exception_matches,
    order_matches,
    search_matches,
    shipment_matches,
    tree_matches,
)

PROPERTY = examples(120, on_one_database=True)
CLERK = Viewer("clerk", frozenset({Scope.ORDERS_READ}))


@pytest.fixture
async def dataset(db: str) -> list[OrderRecords]:
    return await insert_dataset()


async def ids(table: str, condition: Condition) -> set[UUID]:
    return {UUID(key) for key in await matching_keys(table, condition)}


def now() -> datetime:
    return datetime.now(UTC)


@PROPERTY
@given(filter_=filter_trees(few_fields(OrderFilter, **ORDER_FILTERS), OrderFilter))
async def test_the_orders_found_are_those_that_match(dataset, filter_):
    expected = {
        records.order.id
        for records in dataset
        if tree_matches(filter_, lambda own: order_matches(records, own))  # noqa: B023
    }
    assert await ids("orders", order_condition(filter_, SYSTEM, now())) == expected


@PROPERTY
@given(filter_=filter_trees(few_fields(ShipmentFilter, **SHIPMENT_FILTERS), ShipmentFilter))
async def test_the_shipments_found_are_those_that_match(dataset, filter_):
    expected = {
        row.id
        for records in dataset
        for row in records.shipments
        if tree_matches(filter_, lambda own: shipment_matches(records, row, own))  # noqa: B023
    }
    assert await ids("shipment", shipment_condition(filter_, now())) == expected


@PROPERTY
@given(filter_=filter_trees(few_fields(ExceptionFilter, **EXCEPTION_FILTERS), ExceptionFilter))
async def test_the_exceptions_found_are_those_that_match(dataset, filter_):
    expected = {
        row.id
        for records in dataset
        for row in records.exceptions
        if tree_matches(filter_, lambda own: exception_matches(records, row, own))  # noqa: B023
    }
    assert await ids("order_exception", exception_condition(filter_, now())) == expected


async def matching_orders(viewer: Viewer, **fields: Any) -> set[UUID]:
    return await ids("orders", order_condition(OrderFilter(**fields), viewer, now()))


async def test_wildcards_of_the_database_are_searched_for_literally(dataset):
    for character in ("%", "_", "\\"):
        expected = {records.order.id for records in dataset if search_matches(records, character)}

        assert 0 < len(expected) < len(dataset)
        assert await matching_orders(SYSTEM, search=character) == expected


async def test_a_tracking_id_is_found_however_it_was_typed(dataset):
    order = dataset[3].order

    for typed in (order.tracking_id, order.tracking_id.lower().replace("-", " ")):
        assert await matching_orders(CLERK, search=typed) == {order.id}
        assert await matching_orders(CLERK, tracking_id=[typed, "WA-1"]) == {order.id}


async def test_only_viewers_of_personal_data_find_people(dataset):
    assert await matching_orders(CLERK, search="tomer 1") == set()
    assert await matching_orders(SYSTEM, search="tomer 1") == {
        records.order.id for records in dataset if records.customer.name == "Customer 1"
    }
    with pytest.raises(Forbidden):
        await matching_orders(CLERK, customer_email="customer1@example.com")


@pytest.mark.parametrize("kind", ["any_of", "all_of", "none_of"])
async def test_filters_can_be_nested_at_most_eight_deep(dataset, kind):
    filter_ = OrderFilter(sku=["MUG"])
    for _ in range(8):
        outer: dict[str, Any] = {kind: filter_ if kind == "none_of" else [OrderFilter(), filter_]}
        filter_ = OrderFilter(**outer)

    await ids("orders", order_condition(filter_, SYSTEM, now()))
    with pytest.raises(LimitExceeded, match="at most 8 deep"):
        await ids("orders", order_condition(OrderFilter(none_of=filter_), SYSTEM, now()))


async def test_the_number_of_nested_filters_is_bounded(dataset):
    with pytest.raises(LimitExceeded):
        await matching_orders(SYSTEM, any_of=[OrderFilter()] * 60)
