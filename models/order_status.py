"""An order's status: derived from where its pieces are, and from what commands made of it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from models.allocation import Parcel, was_delivered
from models.enums import OrderStatus, ShipmentStatus
from models.orders import Order, OrderItem
from models.shipments import Shipment

NOT_MOVED = (ShipmentStatus.PENDING, ShipmentStatus.PACKED, ShipmentStatus.PRE_TRANSIT)
READY = (ShipmentStatus.PACKED, ShipmentStatus.PRE_TRANSIT)
HOLDABLE = (OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.PACKED)


@dataclass(frozen=True, slots=True)
class PieceCounts:
    """Pieces of an order by where they are, and what commands made of the order."""

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
    def is_nothing_to_come(self) -> bool:
        """Nothing is on its way any more, or still to be shipped."""
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
        pieces = _with(pieces, parcel.shipment, parcel.held_quantity)
    return pieces


def _with(pieces: PieceCounts, shipment: Shipment, count: int) -> PieceCounts:
    """With so many pieces more in that shipment; fewer, if `count` is negative."""
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
    """The first that holds; the order of these lines is the rule."""
    live = pieces.live
    rules = (
        (live == 0, OrderStatus.CANCELLED),
        (pieces.is_on_hold and pieces.shipped == 0, OrderStatus.ON_HOLD),
        (pieces.returned == live, OrderStatus.RETURNED),
        (pieces.returned > 0 and pieces.is_nothing_to_come, OrderStatus.PARTIALLY_RETURNED),
        (pieces.delivered == live, OrderStatus.DELIVERED),
        (pieces.delivered > 0, OrderStatus.PARTIALLY_DELIVERED),
        (pieces.out_for_delivery == live, OrderStatus.OUT_FOR_DELIVERY),
        (pieces.shipped == live, OrderStatus.SHIPPED),
        (pieces.shipped > 0, OrderStatus.PARTIALLY_SHIPPED),
        (pieces.ready == live, OrderStatus.PACKED),
        (pieces.is_confirmed or pieces.allocated > 0, OrderStatus.CONFIRMED),
    )
    return next((status for holds, status in rules if holds), OrderStatus.PENDING)


def next_order_statuses(pieces: PieceCounts, parcels: Sequence[Parcel]) -> list[OrderStatus]:
    """What one command may make of the order now, in the order of the enum."""
    now = derive_order_status(pieces)
    reachable = {derive_order_status(after) for after in _after_a_command(now, pieces, parcels)} - {
        now
    }
    return [status for status in OrderStatus if status in reachable]


def _after_a_command(
    now: OrderStatus, pieces: PieceCounts, parcels: Sequence[Parcel]
) -> Iterator[PieceCounts]:
    waiting = [parcel for parcel in parcels if parcel.shipment.status in NOT_MOVED]
    short = [parcel for parcel in parcels if parcel.is_short]
    if now is OrderStatus.PENDING:
        yield replace(pieces, is_confirmed=True)
    if now in HOLDABLE:
        yield replace(pieces, is_on_hold=True)
    if pieces.is_on_hold:
        yield replace(pieces, is_on_hold=False)
    if pieces.unshipped > 0:
        rest = _without(waiting, pieces, short)
        yield replace(rest, cancelled=rest.ordered - rest.allocated)
    for parcel in waiting:
        if parcel.shipment.status is ShipmentStatus.PENDING and not pieces.is_on_hold:
            yield replace(pieces, ready=pieces.ready + parcel.held_quantity)
        yield _without([parcel], pieces, short)


def _without(
    leaving: Sequence[Parcel], pieces: PieceCounts, short: Sequence[Parcel]
) -> PieceCounts:
    """After cancelling these; what is short of pieces takes theirs, as when they are shared out."""
    free: Counter[UUID] = Counter()
    for parcel in leaving:
        pieces = _with(pieces, parcel.shipment, -parcel.held_quantity)
        free.update({content.item_id: content.held_quantity for content in parcel.contents})
    for parcel in short:
        for content in parcel.contents if parcel not in leaving else ():
            taken = min(content.quantity - content.held_quantity, free[content.item_id])
            free[content.item_id] -= taken
            pieces = _with(pieces, parcel.shipment, taken)
    return pieces


def next_shipment_statuses(status: ShipmentStatus, *, is_on_hold: bool) -> list[ShipmentStatus]:
    """What a command may make of a shipment now: nothing, once it has moved or is finished."""
    if status not in NOT_MOVED:
        return []
    ahead = [] if is_on_hold else list(READY)
    later = [one for one in ahead if NOT_MOVED.index(one) > NOT_MOVED.index(status)]
    return [*later, ShipmentStatus.CANCELLED]


def order_delivered_at(pieces: PieceCounts, parcels: Sequence[Parcel]) -> datetime | None:
    """When the last parcel was delivered, once every live piece has been."""
    holding = [parcel.shipment for parcel in parcels if parcel.held_quantity]
    times = [shipment.delivered_at for shipment in holding if shipment.delivered_at is not None]
    is_complete = pieces.live > 0 and pieces.allocated == pieces.live
    return max(times) if is_complete and times and len(times) == len(holding) else None


def order_shipped_at(parcels: Sequence[Parcel]) -> datetime | None:
    """When the first parcel left."""
    times = [
        parcel.shipment.shipped_at
        for parcel in parcels
        if parcel.shipment.shipped_at is not None
        and parcel.shipment.status is not ShipmentStatus.CANCELLED
    ]
    return min(times, default=None)
