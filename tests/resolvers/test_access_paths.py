"""Access paths: the pages of each path hold the matching rows once and in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tortoise.models import Model

from access.viewer import SYSTEM
from engine.sql.access_paths import builder
from engine.sql.access_paths.access_path import AccessPath
from engine.sql.conditions import EVERYTHING, IDENTITY, TIME, Condition, compared, placeholder
from resolvers.filters import (
    ExceptionFilter,
    OrderFilter,
    ShipmentFilter,
    TimeRange,
    index_selection,
    order_paths,
)
from resolvers.filters.exception_paths import exception_path
from resolvers.filters.order_paths import order_path
from resolvers.filters.shipment_paths import shipment_path
from tests.factories.in_memory import START
from tests.profiles import examples
from tests.resolvers.condition_statements import first_ids
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
    shipment_matches,
    tree_matches,
)

PROPERTY = examples(60, on_one_database=True)
SIZES = st.sampled_from([1, 4, 30])


@pytest.fixture(params=[100, 1, 0])
async def dataset(request: pytest.FixtureRequest, db: str, monkeypatch: Any) -> list[OrderRecords]:
    """The dataset, read with bounds that it stays within, partly exceeds, or exceeds."""
    monkeypatch.setattr(order_paths, "MAXIMUM_MATCHES", request.param)
    monkeypatch.setattr(index_selection, "MAXIMUM_SORTED", request.param)
    monkeypatch.setattr(index_selection, "MAXIMUM_SCANS", request.param * 3)
    monkeypatch.setattr(builder, "MAXIMUM_MERGED_SCANS", request.param)
    return await insert_dataset()


@dataclass
class Ordering:
    """An ordering of a table: by which column, and in which direction."""

    table: str
    key: str
    is_nullable: bool
    is_descending: bool
    kind: str = TIME

    async def ids(self, path: AccessPath, rows: Sequence[Model], size: int) -> list[str]:
        """The ids of all rows along the path, read page by page."""
        by_id = {str(row.pk): row for row in rows}
        ids: list[str] = []
        while page := await self._page(path, by_id[ids[-1]] if ids else None, size):
            ids += page
            assert len(ids) <= len(rows)
        return ids

    async def _page(self, path: AccessPath, last: Model | None, size: int) -> list[str]:
        direction = "DESC" if self.is_descending else "ASC"
        order = f"{self._column(self.key)} {direction}, {self._column('id')} {direction}"
        return await first_ids(self.table, path, self._parts(last), order, size)

    def _parts(self, last: Model | None) -> list[Condition]:
        is_present = (
            Condition(f"{self._column(self.key)} IS NOT NULL") if self.is_nullable else EVERYTHING
        )
        is_missing = [Condition(f"{self._column(self.key)} IS NULL")] if self.is_nullable else []
        if last is None:
            return [is_present, *is_missing]
        beyond, value = "<" if self.is_descending else ">", getattr(last, self.key)
        if value is None:
            return [is_missing[0] & compared(self._column("id"), beyond, last.pk, IDENTITY)]
        both = f"({self._column(self.key)}, {self._column('id')})"
        place = f"({placeholder(self.kind)}, {placeholder(IDENTITY)})"
        return [is_present & Condition(f"{both} {beyond} {place}", (value, last.pk)), *is_missing]

    def expected(self, rows: Sequence[Model]) -> list[str]:
        """The ids in order; rows without the value come last in either direction."""
        by_key = sorted(rows, key=lambda row: str(row.pk), reverse=self.is_descending)
        present = [row for row in by_key if getattr(row, self.key) is not None]
        present.sort(key=lambda row: getattr(row, self.key), reverse=self.is_descending)
        return [str(row.pk) for row in (*present, *(row for row in by_key if row not in present))]

    def _column(self, column: str) -> str:
        return f'"{self.table}"."{column}"'


def orderings(table: str, *keys: tuple[str, bool], **kinds: str) -> st.SearchStrategy[Ordering]:
    return st.builds(
        lambda key, down: Ordering(table, key[0], key[1], down, kinds.get(key[0], TIME)),
        st.sampled_from(keys),
        st.booleans(),
    )


ORDER_ORDERINGS = orderings(
    "orders",
    ("placed_at", False),
    ("placed_at", False),
    ("promised_at", True),
    ("updated_at", False),
)
SHIPMENT_ORDERINGS = orderings("shipment", ("created_at", False), ("shipped_at", True))
EXCEPTION_ORDERINGS = orderings(
    "order_exception",
    ("opened_at", False),
    ("due_at", True),
    ("severity_rank", False),
    severity_rank="bigint",
)


@PROPERTY
@given(
    filter_=filter_trees(few_fields(OrderFilter, **ORDER_FILTERS), OrderFilter),
    ordering=ORDER_ORDERINGS,
    size=SIZES,
)
async def test_orders_are_read_in_order(dataset, filter_, ordering, size):
    rows = [
        records.order
        for records in dataset
        if tree_matches(filter_, lambda own: order_matches(records, own))  # noqa: B023
    ]
    path = order_path(filter_, SYSTEM, datetime.now(UTC), ordering.key)

    assert await ordering.ids(path, rows, size) == ordering.expected(rows)


@PROPERTY
@given(
    filter_=filter_trees(few_fields(ShipmentFilter, **SHIPMENT_FILTERS), ShipmentFilter),
    ordering=SHIPMENT_ORDERINGS,
    size=SIZES,
)
async def test_shipments_are_read_in_order(dataset, filter_, ordering, size):
    rows = [
        row
        for records in dataset
        for row in records.shipments
        if tree_matches(filter_, lambda own: shipment_matches(records, row, own))  # noqa: B023
    ]
    path = shipment_path(filter_, datetime.now(UTC), ordering.key)

    assert await ordering.ids(path, rows, size) == ordering.expected(rows)


@PROPERTY
@given(
    filter_=filter_trees(few_fields(ExceptionFilter, **EXCEPTION_FILTERS), ExceptionFilter),
    ordering=EXCEPTION_ORDERINGS,
    size=SIZES,
)
async def test_exceptions_are_read_in_order(dataset, filter_, ordering, size):
    rows = [
        row
        for records in dataset
        for row in records.exceptions
        if tree_matches(filter_, lambda own: exception_matches(records, row, own))  # noqa: B023
    ]
    path = exception_path(filter_, datetime.now(UTC), ordering.key)

    assert await ordering.ids(path, rows, size) == ordering.expected(rows)


FEW_DAYS = st.builds(
    lambda since, minutes: TimeRange(since=since, until=since + timedelta(minutes=minutes)),
    since=st.integers(-3000, 3000).map(lambda minutes: START + timedelta(minutes=minutes)),
    minutes=st.sampled_from([0, 1, 700, 1440, 3000]),
)


@PROPERTY
@given(filter_=FEW_DAYS, time=st.sampled_from(["promised_at", "delivered_at"]), size=SIZES)
async def test_orders_of_a_few_days_are_read_day_by_day(dataset, filter_, time, size):
    filter_ = OrderFilter(**{time: filter_})
    rows = [records.order for records in dataset if order_matches(records, filter_)]
    ordering = Ordering("orders", "placed_at", is_nullable=False, is_descending=True)
    path = order_path(filter_, SYSTEM, datetime.now(UTC), ordering.key)

    assert await ordering.ids(path, rows, size) == ordering.expected(rows)


@PROPERTY
@given(filter_=FEW_DAYS, time=st.sampled_from(["shipped_at", "delivered_at"]), size=SIZES)
async def test_shipments_of_a_few_days_are_read_day_by_day(dataset, filter_, time, size):
    filter_ = ShipmentFilter(**{time: filter_})
    rows = [
        row
        for records in dataset
        for row in records.shipments
        if shipment_matches(records, row, filter_)
    ]
    ordering = Ordering("shipment", "created_at", is_nullable=False, is_descending=True)
    path = shipment_path(filter_, datetime.now(UTC), ordering.key)

    assert await ordering.ids(path, rows, size) == ordering.expected(rows)
