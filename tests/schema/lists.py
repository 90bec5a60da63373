"""The lists that can be asked for in an order, and rows with a value to be ordered by."""

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
from tests.resolvers import rows
from tests.schema.paging import ARGUMENTS, VARIABLES, Item, connection

SEVERITIES = list(ExceptionSeverity)
MICROSECONDS = (0, 1, 100_000, 999_999)
"""Times that are written with fractions of every length, in their order."""
VALUES = st.lists(st.none() | st.integers(0, 3), max_size=9)
"""Of the rows of a list; None: the row lacks it, if it may."""


@dataclass(frozen=True)
class Listing:
    """A list in an order: how to ask for it, and how to make a row of it."""

    root: str
    filter: str
    """One that asks for every row that is made here, and no other."""
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
        return self._asking("")

    @property
    def filtered(self) -> str:
        """The same page, come by in another way."""
        return self._asking(f"filter: {self.filter}, ")

    def _asking(self, filter_: str) -> str:
        order = f"orderBy: {{field: {self.sort}, direction: {self.direction}}}"
        asked = f"{self.root}({filter_}{order}, {ARGUMENTS}) {connection()}"
        return f"query ({VARIABLES}) {{ page: {asked} }}"

    def item(self, row: Any) -> Item:
        """Missing values come last in either direction; rows of one value by id."""
        value, sign = getattr(row, self.column), -1 if self.is_descending else 1
        number = value if isinstance(value, int | None) else value.timestamp()
        place = (number is None, sign * (number or 0), sign * row.id.int)
        return Item(node_id(self.type, row.id), place)

    async def insert(self, values: Sequence[int | None]) -> list[Item]:
        """New rows."""
        owner = rows.customer()
        parent = rows.order(owner.id)
        await owner.save(force_create=True)
        if self.root != "orders":
            await parent.save(force_create=True)
        known = [value or 0 if self.column in ALWAYS_THERE else value for value in values]
        made = [self.row(owner.id, parent.id, one) for one in known]
        if made:
            await type(made[0]).bulk_create(made)
        return [self.item(one) for one in made]


async def empty() -> None:
    for model in (OrderException, Shipment, Order, Customer):
        await model.all().delete()


def in_order(items: Sequence[Item]) -> list[Item]:
    return sorted(items, key=lambda one: one.key)


def _value(column: str, value: int | None) -> dict[str, Any]:
    if column == "total_minor":
        return {column: value}
    if column == "severity_rank":
        return {"severity": SEVERITIES[value or 0]}
    moment = None if value is None else rows.NOW + timedelta(microseconds=MICROSECONDS[value])
    return {column: moment}


def _order(column: str, owner: UUID, _: UUID, value: int | None) -> Order:
    return rows.order(owner, **_value(column, value))


def _shipment(column: str, _: UUID, order: UUID, value: int | None) -> Shipment:
    return rows.shipment(order, **_value(column, value))


def _exception(column: str, _: UUID, order: UUID, value: int | None) -> OrderException:
    closed = {"status": ExceptionStatus.RESOLVED, "resolved_at": rows.NOW}
    return rows.exception(order, **closed, **_value(column, value))


ALWAYS_THERE = {"placed_at", "updated_at", "created_at", "opened_at", "severity_rank"}
COLUMNS = {
    OrderSort.ESTIMATE: "estimate_latest",
    OrderSort.TOTAL: "total_minor",
    ExceptionSort.SEVERITY: "severity_rank",
}
"""Where it is not called as the order is."""
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
