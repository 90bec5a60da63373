"""Order status: derived from where the order's pieces are, and from the commands it has had."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from models.allocation import Parcel, was_delivered
from models.enums import OrderStatus, ShipmentStatus
from models.orders import Order, OrderItem
from models.shipments import Shipment

NOT_MOVED = (ShipmentStatus.PENDING, ShipmentStatus.PACKED, ShipmentStatus.PRE_TRANSIT)
READY = (ShipmentStatus.PACKED, ShipmentStatus.PRE_TRANSIT)
HOLDABLE = (OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.PACKED)


@dataclass(frozen=True, slots=True)
class PieceCounts:
    """How many of an order's pieces are where, and whether it is confirmed and on hold."""

    is_confirmed: bool
    is_on_hold: bool
    ordered: int
    cancelled: int
    allocated: int = 0
    shipped: int = 0
    delivered: int = 0
    returned: int = 0
    out_for_delivery: int = 0
    ready: int = 0
    unfinished: int = 0

    @property
    def live(self) -> int:
        return self.ordered - self.cancelled

    @property
    def unshipped(self) -> int:
        return self.live - self.shipped

    @property
    def is_everything_finished(self) -> bool:
        """Return whether every live piece is in a finished shipment."""
        return self.unfinished == 0 and self.allocated == self.live


def count_pieces(
    order: Order, items: Sequence[OrderItem], parcels: Sequence[Parcel]
) -> PieceCounts:
    pieces = PieceCounts(
        is_confirmed=order.confirmed_at is not None,
        is_on_hold=order.hold_reason is not None,
        ordered=sum(item.quantity for item in items),
        cancelled=sum(item.cancelled_quantity for item in items),
    )
    for parcel in parcels:
        pieces = with_pieces(pieces, parcel.shipment, parcel.held_quantity)
    return pieces


def with_pieces(pieces: PieceCounts, shipment: Shipment, count: int) -> PieceCounts:
    """Return the counts with `count` more pieces in the shipment, fewer if it is negative."""
    status = shipment.status
    return replace(
        pieces,
        allocated=pieces.allocated + count,
        shipped=pieces.shipped + count * shipment.has_moved,
        delivered=pieces.delivered + count * was_delivered(shipment),
        returned=pieces.returned + count * (status is ShipmentStatus.RETURNED),
        out_for_delivery=pieces.out_for_delivery
        + count * (status is ShipmentStatus.OUT_FOR_DELIVERY),
        ready=pieces.ready + count * (status in READY),
        unfinished=pieces.unfinished + count * (not status.is_finished),
    )


def derive_order_status(pieces: PieceCounts) -> OrderStatus:
    """Return the status of the first rule that holds; the order of the rules matters."""
    live = pieces.live
    rules = (
        (live == 0, OrderStatus.CANCELLED),
        (pieces.is_on_hold and pieces.shipped == 0, OrderStatus.ON_HOLD),
        (pieces.returned == live, OrderStatus.RETURNED),
        (pieces.returned > 0 and pieces.is_everything_finished, OrderStatus.PARTIALLY_RETURNED),
        (pieces.delivered == live, OrderStatus.DELIVERED),
        (pieces.delivered > 0, OrderStatus.PARTIALLY_DELIVERED),
        (pieces.out_for_delivery == live, OrderStatus.OUT_FOR_DELIVERY),
        (pieces.shipped == live, OrderStatus.SHIPPED),
        (pieces.shipped > 0, OrderStatus.PARTIALLY_SHIPPED),
        (pieces.ready == live, OrderStatus.PACKED),
        (pieces.is_confirmed or pieces.allocated > 0, OrderStatus.CONFIRMED),
    )
    return next((status for holds, status in rules if holds), OrderStatus.PENDING)


def order_delivered_at(pieces: PieceCounts, parcels: Sequence[Parcel]) -> datetime | None:
    """Return when the last parcel was delivered, None until every live piece is delivered."""
    holding = [parcel.shipment for parcel in parcels if parcel.held_quantity]
    times = [shipment.delivered_at for shipment in holding if shipment.delivered_at is not None]
    is_complete = pieces.live > 0 and pieces.allocated == pieces.live
    return max(times) if is_complete and times and len(times) == len(holding) else None


def order_shipped_at(parcels: Sequence[Parcel]) -> datetime | None:
    """Return when the first parcel left, None if none has."""
    times = [
        parcel.shipment.shipped_at
        for parcel in parcels
        if parcel.shipment.shipped_at is not None
        and parcel.shipment.status is not ShipmentStatus.CANCELLED
    ]
    return min(times, default=None)
