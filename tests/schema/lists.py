"""The sortable lists of the schema, and rows with a chosen value in the sorted column."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from tortoise.models import Model

from models.customers import Customer
from models.enums import ExceptionSeverity, ExceptionStatus
from models.exceptions import OrderException
from models.node_ids import NodeType, node_id
from models.orders import Order
from models.shipments import Shipment
from resolvers.orderings import ExceptionSort, OrderSort, ShipmentSort
from tests.factories.in_memory import (
    START,
    build_customer,
    build_exception,
    build_order,
    build_shipment,
)
from tests.schema.paging import ARGUMENTS, VARIABLES, Item, connection_selection

SEVERITIES = list(ExceptionSeverity)
MICROSECONDS = (0, 1, 100_000, 999_999)
"""Fractions of a second that are written with different numbers of digits, in ascending order."""
VALUES = st.lists(st.none() | st.integers(0, 3), max_size=9)
"""Values of a list's rows; None for a row without a value, if the column may be null."""


@dataclass(frozen=True)
class Listing:
    """A list in one of its orders: how to query it, and how to build a row of it."""

    root: str
    filter: str
    """A filter that admits every row that is built here, and no other."""
    sort: str
    column: str
    is_descending: bool
    type: NodeType
    row: Callable[[UUID, UUID, int | None], Model]

    @property
    def name(self) -> str:
        return f"{self.root} by {self.sort} {self.direction}"

    @property
    def direction(self) -> str:
        return "DESC" if self.is_descending else "ASC"

    @property
    def query(self) -> str:
        return self._query("")

    @property
    def filtered(self) -> str:
        """A query for the same page that is read by another statement."""
        return self._query(f"filter: {self.filter}, ")

    def _query(self, filter_: str) -> str:
        order = f"orderBy: {{field: {self.sort}, direction: {self.direction}}}"
        selection = f"{self.root}({filter_}{order}, {ARGUMENTS}) {connection_selection()}"
        return f"query ({VARIABLES}) {{ page: {selection} }}"

    def item(self, row: Any) -> Item:
        """The row and its sort key: missing values come last, and equal values are sorted by id."""
        value, sign = getattr(row, self.column), -1 if self.is_descending else 1
        number = value if isinstance(value, int | None) else value.timestamp()
        key = (number is None, sign * (number or 0), sign * row.id.int)
        return Item(node_id(self.type, row.id), key)

    async def insert(self, values: Sequence[int | None]) -> list[Item]:
        """Stores a new row for each value."""
        owner = build_customer()
        parent = build_order(owner.id)
        await owner.save(force_create=True)
        if self.root != "orders":
            await parent.save(force_create=True)
        allowed = [value or 0 if self.column in NOT_NULL else value for value in values]
        inserted = [self.row(owner.id, parent.id, value) for value in allowed]
        if inserted:
            await type(inserted[0]).bulk_create(inserted)
        return [self.item(row) for row in inserted]


async def delete_rows() -> None:
    for model in (OrderException, Shipment, Order, Customer):
        await model.all().delete()


def sorted_items(items: Sequence[Item]) -> list[Item]:
    return sorted(items, key=lambda item: item.key)


def _column_values(column: str, value: int | None) -> dict[str, Any]:
    if column == "total_minor":
        return {column: value}
    if column == "severity_rank":
        return {"severity": SEVERITIES[value or 0]}
    moment = None if value is None else START + timedelta(microseconds=MICROSECONDS[value])
    return {column: moment}


def _order(column: str, owner: UUID, _: UUID, value: int | None) -> Order:
    return build_order(owner, **_column_values(column, value))


def _shipment(column: str, _: UUID, order: UUID, value: int | None) -> Shipment:
    return build_shipment(order, **_column_values(column, value))


def _exception(column: str, _: UUID, order: UUID, value: int | None) -> OrderException:
    closed = {"status": ExceptionStatus.RESOLVED, "resolved_at": START}
    return build_exception(order, **closed, **_column_values(column, value))


NOT_NULL = {"placed_at", "updated_at", "created_at", "opened_at", "severity_rank"}
COLUMNS = {
    OrderSort.ESTIMATE: "estimate_latest",
    OrderSort.TOTAL: "total_minor",
    ExceptionSort.SEVERITY: "severity_rank",
}
"""The columns whose names differ from those of the orders."""
KINDS: list[tuple[str, str, NodeType, Any, Any]] = [
    ("orders", '{country: ["DE"]}', NodeType.ORDER, OrderSort, _order),
    ("shipments", "{status: [PENDING]}", NodeType.SHIPMENT, ShipmentSort, _shipment),
    ("exceptions", "{type: [DELAY]}", NodeType.EXCEPTION, ExceptionSort, _exception),
]
LISTINGS = [
    Listing(root, filter_, sort, column, is_descending, type_, partial(row, column))
    for root, filter_, type_, sorts, row in KINDS
    for sort in sorts
    for column in [COLUMNS.get(sort, sort.lower())]
    for is_descending in (False, True)
]
