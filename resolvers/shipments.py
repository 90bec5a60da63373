"""Shipments: of orders, by number, and as filtered, ordered lists."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from models.carriers import comparable_carrier
from models.estimates import Estimate, in_order
from models.shipments import Shipment, ShipmentItem, comparable_number
from models.texts import is_storable
from resolvers.filters import ShipmentFilter, shipment_conditions
from resolvers.grouping import NEWEST, by_parent, in_order_of
from resolvers.ordering import Ordering, timed
from resolvers.pages import Page, Slice, read_slice


class ShipmentSort(StrEnum):
    CREATED_AT = "CREATED_AT"
    SHIPPED_AT = "SHIPPED_AT"
    DELIVERED_AT = "DELIVERED_AT"
    UPDATED_AT = "UPDATED_AT"


COLUMNS: Mapping[ShipmentSort, tuple[str, bool]] = {
    ShipmentSort.CREATED_AT: ("created_at", False),
    ShipmentSort.SHIPPED_AT: ("shipped_at", True),
    ShipmentSort.DELIVERED_AT: ("delivered_at", True),
    ShipmentSort.UPDATED_AT: ("updated_at", False),
}


def shipment_ordering(
    sort: ShipmentSort = ShipmentSort.CREATED_AT, *, descending: bool = True
) -> Ordering:
    column, is_nullable = COLUMNS[sort]
    tag = f"{sort}{'-' if descending else '+'}"
    return timed(tag, column, descending=descending, nullable=is_nullable)


async def list_shipments(
    filter_: ShipmentFilter, ordering: Ordering, page: Page
) -> Slice[Shipment]:
    query = Shipment.filter(shipment_conditions(filter_, datetime.now(UTC)))
    return await read_slice(query, ordering, page)


async def find_shipment(carrier: str, tracking_number: str) -> Shipment | None:
    """The newest with this number."""
    if not is_storable(carrier + tracking_number):
        return None
    found = Shipment.filter(
        carrier=comparable_carrier(carrier), number_key=comparable_number(tracking_number)
    )
    return await found.order_by("-created_at", "-id").first()


async def load_shipments(ids: list[UUID]) -> list[Shipment | None]:
    return in_order_of(ids, await Shipment.filter(id__in=set(ids)))


async def load_shipments_of_orders(order_ids: list[UUID]) -> list[list[Shipment]]:
    """Newest first."""
    rows = await Shipment.filter(order_id__in=set(order_ids)).order_by("-created_at", "-id")
    return by_parent(order_ids, rows, "order_id")


async def load_contents(shipment_ids: list[UUID]) -> list[list[ShipmentItem]]:
    rows = await ShipmentItem.filter(shipment_id__in=set(shipment_ids)).order_by("id")
    return by_parent(shipment_ids, rows, "shipment_id")


async def load_estimates(shipment_ids: list[UUID]) -> list[list[Estimate]]:
    """Every revision that stands, oldest first."""
    rows = await Estimate.filter(shipment_id__in=set(shipment_ids), is_retracted=False)
    return [_shown(in_order(one)) for one in by_parent(shipment_ids, rows, "shipment_id")]


def _shown(estimates: list[Estimate]) -> list[Estimate]:
    if len(estimates) <= NEWEST + 1:
        return estimates
    return [estimates[0], *estimates[-NEWEST:]]
