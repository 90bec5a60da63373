"""Paths: whichever is taken, its pages have the rows asked for, once and in their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tortoise.models import Model

from auth import SYSTEM
from resolvers.conditions import EVERYTHING, IDENTITY, TIME, Condition, compared, placeholder
from resolvers.filters import (
    ExceptionFilter,
    OrderFilter,
    ShipmentFilter,
    TimeRange,
    order_paths,
    ways,
)
from resolvers.filters.exception_paths import exception_path
from resolvers.filters.order_paths import order_path
from resolvers.filters.shipment_paths import shipment_path
from resolvers.paths.path import Path
from tests.resolvers.answers import admits, exception_admits, order_admits, shipment_admits
from tests.resolvers.asking import reached
from tests.resolvers.fields import (
    EXCEPTION_FIELDS,
    ORDER_FIELDS,
    SHIPMENT_FIELDS,
    sparse,
    tree,
)
from tests.resolvers.rows import NOW
from tests.resolvers.shop import Case, open_shop

PROPERTY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SIZES = st.sampled_from([1, 4, 30])


@pytest.fixture(params=[100, 1, 0])
async def cases(request: pytest.FixtureRequest, db: str, monkeypatch: Any) -> list[Case]:
    """With bounds that a small shop keeps within, or goes beyond, or of which it does both."""
    monkeypatch.setattr(order_paths, "MOST_FOUND", request.param)
    monkeypatch.setattr(ways, "MOST_IN_RANGE", request.param)
    monkeypatch.setattr(ways, "MAXIMUM_SPREAD", request.param * 3)
    return await open_shop()


@dataclass
class Walk:
    """By which column, and in which direction."""

    table: str
    key: str
    is_nullable: bool
    is_descending: bool
    kind: str = TIME

    async def ids(self, path: Path, rows: Sequence[Model], size: int) -> list[str]:
        """Of all rows, page by page."""
        by_id = {str(row.pk): row for row in rows}
        found: list[str] = []
        while page := await self._page(path, by_id[found[-1]] if found else None, size):
            found += page
            assert len(found) <= len(rows)
        return found

    async def _page(self, path: Path, last: Model | None, size: int) -> list[str]:
        direction = "DESC" if self.is_descending else "ASC"
        order = f"{self._of(self.key)} {direction}, {self._of('id')} {direction}"
        return await reached(self.table, path, self._parts(last), order, size)

    def _parts(self, last: Model | None) -> list[Condition]:
        has = Condition(f"{self._of(self.key)} IS NOT NULL") if self.is_nullable else EVERYTHING
        lacks = [Condition(f"{self._of(self.key)} IS NULL")] if self.is_nullable else []
        if last is None:
            return [has, *lacks]
        beyond, value = "<" if self.is_descending else ">", getattr(last, self.key)
        if value is None:
            return [lacks[0] & compared(self._of("id"), beyond, last.pk, IDENTITY)]
        both = f"({self._of(self.key)}, {self._of('id')})"
        place = f"({placeholder(self.kind)}, {placeholder(IDENTITY)})"
        return [has & Condition(f"{both} {beyond} {place}", (value, last.pk)), *lacks]

    def expected(self, rows: Sequence[Model]) -> list[str]:
        """What is missing comes last in either direction."""
        placed = sorted(rows, key=lambda row: str(row.pk), reverse=self.is_descending)
        have = [row for row in placed if getattr(row, self.key) is not None]
        have.sort(key=lambda row: getattr(row, self.key), reverse=self.is_descending)
        return [str(row.pk) for row in (*have, *(row for row in placed if row not in have))]

    def _of(self, column: str) -> str:
        return f'"{self.table}"."{column}"'


def walks(table: str, *keys: tuple[str, bool], **kinds: str) -> st.SearchStrategy[Walk]:
    return st.builds(
        lambda key, down: Walk(table, key[0], key[1], down, kinds.get(key[0], TIME)),
        st.sampled_from(keys),
        st.booleans(),
    )


ORDER_WALKS = walks(
    "orders",
    ("placed_at", False),
    ("placed_at", False),
    ("promised_at", True),
    ("updated_at", False),
)
SHIPMENT_WALKS = walks("shipment", ("created_at", False), ("shipped_at", True))
EXCEPTION_WALKS = walks(
    "order_exception",
    ("opened_at", False),
    ("due_at", True),
    ("severity_rank", False),
    severity_rank="bigint",
)


@PROPERTY
@given(asked=tree(sparse(OrderFilter, **ORDER_FIELDS), OrderFilter), walk=ORDER_WALKS, size=SIZES)
async def test_orders_are_reached_in_their_order(cases, asked, walk, size):
    rows = [case.order for case in cases if admits(asked, lambda one: order_admits(case, one))]  # noqa: B023
    path = order_path(asked, SYSTEM, datetime.now(UTC), walk.key)

    assert await walk.ids(path, rows, size) == walk.expected(rows)


@PROPERTY
@given(
    asked=tree(sparse(ShipmentFilter, **SHIPMENT_FIELDS), ShipmentFilter),
    walk=SHIPMENT_WALKS,
    size=SIZES,
)
async def test_shipments_are_reached_in_their_order(cases, asked, walk, size):
    rows = [
        row
        for case in cases
        for row in case.shipments
        if admits(asked, lambda one: shipment_admits(case, row, one))  # noqa: B023
    ]
    path = shipment_path(asked, datetime.now(UTC), walk.key)

    assert await walk.ids(path, rows, size) == walk.expected(rows)


@PROPERTY
@given(
    asked=tree(sparse(ExceptionFilter, **EXCEPTION_FIELDS), ExceptionFilter),
    walk=EXCEPTION_WALKS,
    size=SIZES,
)
async def test_exceptions_are_reached_in_their_order(cases, asked, walk, size):
    rows = [
        row
        for case in cases
        for row in case.exceptions
        if admits(asked, lambda one: exception_admits(case, row, one))  # noqa: B023
    ]
    path = exception_path(asked, datetime.now(UTC), walk.key)

    assert await walk.ids(path, rows, size) == walk.expected(rows)


FEW_DAYS = st.builds(
    lambda since, minutes: TimeRange(since=since, until=since + timedelta(minutes=minutes)),
    since=st.integers(-3000, 3000).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    minutes=st.sampled_from([0, 1, 700, 1440, 3000]),
)


@PROPERTY
@given(asked=FEW_DAYS, time=st.sampled_from(["promised_at", "delivered_at"]), size=SIZES)
async def test_orders_of_few_days_are_reached_day_by_day(cases, asked, time, size):
    filter_ = OrderFilter(**{time: asked})
    rows = [case.order for case in cases if order_admits(case, filter_)]
    walk = Walk("orders", "placed_at", is_nullable=False, is_descending=True)
    path = order_path(filter_, SYSTEM, datetime.now(UTC), walk.key)

    assert await walk.ids(path, rows, size) == walk.expected(rows)


@PROPERTY
@given(asked=FEW_DAYS, time=st.sampled_from(["shipped_at", "delivered_at"]), size=SIZES)
async def test_shipments_of_few_days_are_reached_day_by_day(cases, asked, time, size):
    filter_ = ShipmentFilter(**{time: asked})
    rows = [row for case in cases for row in case.shipments if shipment_admits(case, row, filter_)]
    walk = Walk("shipment", "created_at", is_nullable=False, is_descending=True)
    path = shipment_path(filter_, datetime.now(UTC), walk.key)

    assert await walk.ids(path, rows, size) == walk.expected(rows)
