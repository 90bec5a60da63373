"""Pages: put together they are the list, each row once, whichever way one turns them."""

import base64
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tortoise.models import Model

from auth import SYSTEM
from errors import Invalid
from models.customers import Customer
from models.enums import ExceptionSeverity, ExceptionStatus
from models.exceptions import OrderException
from models.orders import Order
from models.shipments import Shipment
from resolvers.events import OLDEST_FIRST
from resolvers.exceptions import ExceptionSort, exception_ordering, list_exceptions
from resolvers.filters import ExceptionFilter, OrderFilter, ShipmentFilter
from resolvers.ordering import Ordering
from resolvers.orders import OrderSort, list_orders, order_ordering
from resolvers.pages import MAXIMUM_FIRST, Page, Slice
from resolvers.shipments import ShipmentSort, list_shipments, shipment_ordering
from tests.resolvers import rows

SEVERITIES = list(ExceptionSeverity)
Read = Callable[[Ordering, Page], Awaitable[Slice[Any]]]
PROPERTY = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@dataclass(frozen=True)
class Listing:
    """A list in an order: how to read it, and a row of it with a value to be ordered by."""

    name: str
    ordering: Ordering
    column: str
    is_descending: bool
    read: Read
    row: Callable[[UUID, UUID, int | None], Model]

    def expected(self, listed: Sequence[Any]) -> list[UUID]:
        """Missing values last in either direction; rows of one value by id."""
        by_id = sorted(listed, key=lambda row: row.id, reverse=self.is_descending)
        present = [row for row in by_id if getattr(row, self.column) is not None]
        missing = [row for row in by_id if getattr(row, self.column) is None]
        present.sort(key=lambda row: getattr(row, self.column), reverse=self.is_descending)
        return [row.id for row in (*present, *missing)]


async def _orders(ordering: Ordering, page: Page) -> Slice[Order]:
    return await list_orders(OrderFilter(), SYSTEM, ordering, page)


async def _shipments(ordering: Ordering, page: Page) -> Slice[Shipment]:
    return await list_shipments(ShipmentFilter(), ordering, page)


async def _exceptions(ordering: Ordering, page: Page) -> Slice[OrderException]:
    return await list_exceptions(ExceptionFilter(), ordering, page)


def _value(column: str, value: int | None) -> dict[str, Any]:
    if column == "total_minor":
        return {column: value}
    if column == "severity_rank":
        return {"severity": SEVERITIES[value or 0]}
    return {column: rows.day(value)}


ORDER_COLUMNS = {
    OrderSort.PLACED_AT: "placed_at",
    OrderSort.PROMISED_AT: "promised_at",
    OrderSort.ESTIMATE: "estimate_latest",
    OrderSort.DELIVERED_AT: "delivered_at",
    OrderSort.UPDATED_AT: "updated_at",
    OrderSort.TOTAL: "total_minor",
}
SHIPMENT_COLUMNS = {one: one.lower() for one in ShipmentSort}
EXCEPTION_COLUMNS = {one: one.lower() for one in ExceptionSort} | {
    ExceptionSort.SEVERITY: "severity_rank"
}
ALWAYS_THERE = {"placed_at", "updated_at", "created_at", "opened_at", "severity_rank"}


def _order_row(column: str, owner: UUID, _: UUID, value: int | None) -> Order:
    return rows.order(owner, **_value(column, value))


def _shipment_row(column: str, _: UUID, order: UUID, value: int | None) -> Shipment:
    return rows.shipment(order, **_value(column, value))


def _exception_row(column: str, _: UUID, order: UUID, value: int | None) -> OrderException:
    closed = {"status": ExceptionStatus.RESOLVED, "resolved_at": rows.NOW}
    return rows.exception(order, **closed, **_value(column, value))


def _listing(sort: Any, column: str, is_descending: bool) -> Listing:
    kinds: dict[type, tuple[Any, Read, Any]] = {
        OrderSort: (order_ordering, _orders, _order_row),
        ShipmentSort: (shipment_ordering, _shipments, _shipment_row),
        ExceptionSort: (exception_ordering, _exceptions, _exception_row),
    }
    ordering, read, row = kinds[type(sort)]
    return Listing(
        f"{type(sort).__name__} {sort} {'DESC' if is_descending else 'ASC'}",
        ordering(sort, descending=is_descending),
        column,
        is_descending,
        read,
        partial(row, column),
    )


LISTINGS = [
    _listing(sort, column, is_descending)
    for columns in (ORDER_COLUMNS, SHIPMENT_COLUMNS, EXCEPTION_COLUMNS)
    for sort, column in columns.items()
    for is_descending in (False, True)
]
VALUES = st.lists(st.none() | st.integers(0, 3), max_size=9)


async def insert(listing: Listing, values: Sequence[int | None]) -> list[Model]:
    """New rows; a value that must be there is 0 where it is missing."""
    owner, parent = rows.customer(), None
    await owner.save(force_create=True)
    if listing.read is not _orders:
        parent = rows.order(owner.id)
        await parent.save(force_create=True)
    known = [value or 0 if listing.column in ALWAYS_THERE else value for value in values]
    made = [listing.row(owner.id, parent.id if parent else owner.id, one) for one in known]
    if made:
        await type(made[0]).bulk_create(made)
    return made


async def empty() -> None:
    for model in (OrderException, Shipment, Order, Customer):
        await model.all().delete()


async def turn(listing: Listing, size: int, *, backwards: bool) -> list[UUID]:
    """All rows, page by page; in the order of the list."""
    found: list[UUID] = []
    cursor = None
    while True:
        forward = Page(first=size, after=cursor)
        page = Page(last=size, before=cursor) if backwards else forward
        slice_ = await listing.read(listing.ordering, page)
        ids = [row.id for row in slice_.rows]
        found = [*ids, *found] if backwards else [*found, *ids]
        if not (slice_.has_previous_page if backwards else slice_.has_next_page):
            return found
        assert len(ids) == size
        cursor = slice_.cursor(slice_.rows[0 if backwards else -1])


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)
@PROPERTY
@given(values=VALUES, size=st.integers(1, 4), backwards=st.booleans())
async def test_pages_cover_the_list_once_in_its_order(db, listing, values, size, backwards):
    await empty()
    expected = listing.expected(await insert(listing, values))

    assert await turn(listing, size, backwards=backwards) == expected


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)
@settings(PROPERTY, max_examples=5)
@given(values=VALUES, more=VALUES, size=st.integers(1, 3))
async def test_rows_that_come_between_pages_hide_no_other(db, listing, values, more, size):
    await empty()
    expected = listing.expected(await insert(listing, values))
    found: list[UUID] = []
    cursor, has_more = None, True

    while has_more:
        slice_ = await listing.read(listing.ordering, Page(first=size, after=cursor))
        found += [row.id for row in slice_.rows]
        has_more = slice_.has_next_page
        cursor = slice_.cursor(slice_.rows[-1]) if slice_.rows else None
        await insert(listing, more[:1])
        more = more[1:]

    assert [id_ for id_ in found if id_ in set(expected)] == expected
    assert len(found) == len(set(found))


@settings(PROPERTY, max_examples=30)
@given(cursor=st.text(max_size=60) | st.binary(max_size=60).map(str))
async def test_any_text_that_is_no_cursor_is_refused(db, cursor):
    for listing in LISTINGS:
        with pytest.raises(Invalid):
            await listing.read(listing.ordering, Page(after=cursor))


FORGED = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)


@settings(PROPERTY, max_examples=60)
@given(values=st.lists(FORGED | st.just("0001-01-01T00:00:00+14:00"), min_size=2, max_size=2))
async def test_a_forged_cursor_is_refused_or_leads_to_nothing(db, values):
    for listing in LISTINGS:
        text = json.dumps([listing.ordering.tag, values]).encode()
        with suppress(Invalid):
            page = Page(after=base64.urlsafe_b64encode(text).decode())
            assert (await listing.read(listing.ordering, page)).rows == []


@pytest.mark.parametrize("place", ["a\0", None, {}, 1.5])
def test_a_cursor_of_events_ends_with_text_that_can_be_stored(place):
    values = ["2026-03-01T12:00:00+00:00", 3, place]
    text = json.dumps([OLDEST_FIRST.tag, values]).encode()

    with pytest.raises(Invalid):
        OLDEST_FIRST.values(base64.urlsafe_b64encode(text).decode(), "after")


async def test_a_cursor_is_of_one_order_only(db):
    listing, other, *_ = LISTINGS
    (row,) = await insert(listing, [1])

    with pytest.raises(Invalid):
        await other.read(other.ordering, Page(after=listing.ordering.cursor(row)))


async def test_nothing_is_on_a_page_of_none(db):
    listing = LISTINGS[0]
    await insert(listing, [1, 2])

    slice_ = await listing.read(listing.ordering, Page(first=0))

    assert (slice_.rows, slice_.has_next_page) == ([], True)


@pytest.mark.parametrize(
    "page",
    [Page(first=-1), Page(first=MAXIMUM_FIRST + 1), Page(last=-1), Page(first=1, last=1)],
    ids=str,
)
async def test_a_page_has_a_size_that_pages_have(db, page):
    with pytest.raises(Invalid):
        await _orders(order_ordering(), page)
