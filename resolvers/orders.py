"""Orders, by tracking id, by id, and as filtered, ordered lists."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from auth import Viewer
from models.orders import Address, Order, OrderItem
from models.tracking_ids import parse_tracking_id
from resolvers.filters import OrderFilter, order_conditions
from resolvers.grouping import by_parent, in_order_of
from resolvers.ordering import Key, Ordering, by_id, timed, whole
from resolvers.pages import Page, Slice, read_slice


class OrderSort(StrEnum):
    PLACED_AT = "PLACED_AT"
    PROMISED_AT = "PROMISED_AT"
    ESTIMATE = "ESTIMATE"
    DELIVERED_AT = "DELIVERED_AT"
    UPDATED_AT = "UPDATED_AT"
    TOTAL = "TOTAL"


def order_ordering(sort: OrderSort = OrderSort.PLACED_AT, *, descending: bool = True) -> Ordering:
    tag = f"{sort}{'-' if descending else '+'}"
    if sort is OrderSort.TOTAL:
        keys = (Key("total_minor", descending, True, whole(64)), by_id(descending))
        return Ordering(tag, keys)
    column, is_nullable = COLUMNS[sort]
    return timed(tag, column, descending=descending, nullable=is_nullable)


COLUMNS: Mapping[OrderSort, tuple[str, bool]] = {
    OrderSort.PLACED_AT: ("placed_at", False),
    OrderSort.PROMISED_AT: ("promised_at", True),
    OrderSort.ESTIMATE: ("estimate_latest", True),
    OrderSort.DELIVERED_AT: ("delivered_at", True),
    OrderSort.UPDATED_AT: ("updated_at", False),
}
"""For each order by a time: its column, and whether it may be missing."""


async def list_orders(
    filter_: OrderFilter, viewer: Viewer, ordering: Ordering, page: Page
) -> Slice[Order]:
    query = Order.filter(order_conditions(filter_, viewer, datetime.now(UTC)))
    return await read_slice(query, ordering, page)


async def find_order(tracking_id: str) -> Order | None:
    """However the id was typed."""
    stored = parse_tracking_id(tracking_id)
    return None if stored is None else await Order.get_or_none(tracking_id=stored)


async def find_order_ids(tracking_ids: Sequence[str]) -> list[UUID | None]:
    """The order of each tracking id; None where there is none."""
    stored = [parse_tracking_id(one) for one in tracking_ids]
    known = [one for one in stored if one is not None]
    rows = await Order.filter(tracking_id__in=known).values_list("tracking_id", "id")
    ids = {tracking_id: id_ for tracking_id, id_ in rows}
    return [ids.get(one) for one in stored]


async def load_orders(ids: list[UUID]) -> list[Order | None]:
    return in_order_of(ids, await Order.filter(id__in=set(ids)))


async def load_addresses(order_ids: list[UUID]) -> list[Address | None]:
    return in_order_of(order_ids, await Address.filter(order_id__in=set(order_ids)), "order_id")


async def load_items(order_ids: list[UUID]) -> list[list[OrderItem]]:
    rows = await OrderItem.filter(order_id__in=set(order_ids)).order_by("line")
    return by_parent(order_ids, rows, "order_id")


async def load_items_by_id(ids: list[UUID]) -> list[OrderItem | None]:
    return in_order_of(ids, await OrderItem.filter(id__in=set(ids)))
