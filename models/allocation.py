"""Quantities: where the pieces of an order are."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from models.enums import ShipmentStatus
from models.orders import OrderItem
from models.shipments import Shipment, ShipmentItem

ON_THEIR_WAY_BACK_OR_LOST = (ShipmentStatus.RETURNING, ShipmentStatus.LOST)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A shipment and what is in it."""

    shipment: Shipment
    contents: Sequence[ShipmentItem]

    @property
    def held_quantity(self) -> int:
        return sum(content.held_quantity for content in self.contents)

    @property
    def is_short(self) -> bool:
        """It lives, and some of the pieces that were put into it have been given away."""
        return self.shipment.status is not ShipmentStatus.CANCELLED and any(
            content.held_quantity < content.quantity for content in self.contents
        )


def was_delivered(shipment: Shipment) -> bool:
    """It is with the customer, or was before it went back or got lost."""
    return shipment.status is ShipmentStatus.DELIVERED or (
        shipment.status in ON_THEIR_WAY_BACK_OR_LOST and shipment.delivered_at is not None
    )


def allocate_pieces(items: Sequence[OrderItem], parcels: Sequence[Parcel]) -> None:
    """Give every parcel the pieces it is due, then count them.

    A cancelled one holds none. One that came back to life takes back what is still free, pieces
    that were cancelled first, so that allocated + cancelled never exceeds what was ordered.
    """
    of = {item.id: item for item in items}
    for parcel in parcels:
        if parcel.shipment.status is ShipmentStatus.CANCELLED:
            for content in parcel.contents:
                content.held_quantity = 0
    _count(of, parcels)
    for parcel in parcels:
        if parcel.is_short:
            for content in parcel.contents:
                _take_back(of[content.item_id], content)
    _count(of, parcels)


def _take_back(item: OrderItem, content: ShipmentItem) -> None:
    missing = content.quantity - content.held_quantity
    uncancelled = min(missing, item.cancelled_quantity)
    item.cancelled_quantity -= uncancelled
    taken = min(missing, item.free_quantity)
    content.held_quantity += taken
    item.allocated_quantity += taken


def _count(of: dict[UUID, OrderItem], parcels: Sequence[Parcel]) -> None:
    for item in of.values():
        item.allocated_quantity = item.shipped_quantity = item.delivered_quantity = 0
        item.returned_quantity = item.lost_quantity = 0
    for parcel in parcels:
        shipment = parcel.shipment
        for content in parcel.contents:
            item, held = of[content.item_id], content.held_quantity
            item.allocated_quantity += held
            item.shipped_quantity += held * shipment.has_moved
            item.delivered_quantity += held * was_delivered(shipment)
            item.returned_quantity += held * (shipment.status is ShipmentStatus.RETURNED)
            item.lost_quantity += held * (shipment.status is ShipmentStatus.LOST)
