"""Allocation: which shipment holds how many pieces of which item."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from models.enums import ShipmentStatus
from models.orders import OrderItem
from models.shipments import Shipment, ShipmentItem

RETURNING_OR_LOST = (ShipmentStatus.RETURNING, ShipmentStatus.LOST)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A shipment and its contents."""

    shipment: Shipment
    contents: Sequence[ShipmentItem]

    @property
    def held_quantity(self) -> int:
        return sum(content.held_quantity for content in self.contents)

    @property
    def is_short(self) -> bool:
        """Return whether it is not cancelled and holds fewer pieces than were put into it."""
        return self.shipment.status is not ShipmentStatus.CANCELLED and any(
            content.held_quantity < content.quantity for content in self.contents
        )


def was_delivered(shipment: Shipment) -> bool:
    """Return whether it reached the customer, also if it went back or got lost afterwards."""
    return shipment.status is ShipmentStatus.DELIVERED or (
        shipment.status in RETURNING_OR_LOST and shipment.delivered_at is not None
    )


def allocate_pieces(items: Sequence[OrderItem], parcels: Sequence[Parcel]) -> None:
    """Set the held quantities of all parcels and the quantities of all items.

    A cancelled parcel holds nothing. A parcel that came back to life takes back free pieces, those
    that were cancelled first, so that allocated + cancelled never exceeds the ordered quantity.
    """
    item_by_id = {item.id: item for item in items}
    for parcel in parcels:
        if parcel.shipment.status is ShipmentStatus.CANCELLED:
            for content in parcel.contents:
                content.held_quantity = 0
    _count_quantities(item_by_id, parcels)
    for parcel in parcels:
        if parcel.is_short:
            for content in parcel.contents:
                _reallocate(item_by_id[content.item_id], content)
    _count_quantities(item_by_id, parcels)


def _reallocate(item: OrderItem, content: ShipmentItem) -> None:
    missing = content.quantity - content.held_quantity
    uncancelled = min(missing, item.cancelled_quantity)
    item.cancelled_quantity -= uncancelled
    taken = min(missing, item.free_quantity)
    content.held_quantity += taken
    item.allocated_quantity += taken


def _count_quantities(item_by_id: dict[UUID, OrderItem], parcels: Sequence[Parcel]) -> None:
    for item in item_by_id.values():
        item.allocated_quantity = item.shipped_quantity = item.delivered_quantity = 0
        item.returned_quantity = item.lost_quantity = 0
    for parcel in parcels:
        shipment = parcel.shipment
        for content in parcel.contents:
            item, held = item_by_id[content.item_id], content.held_quantity
            item.allocated_quantity += held
            item.shipped_quantity += held * shipment.has_moved
            item.delivered_quantity += held * was_delivered(shipment)
            item.returned_quantity += held * (shipment.status is ShipmentStatus.RETURNED)
            item.lost_quantity += held * (shipment.status is ShipmentStatus.LOST)
