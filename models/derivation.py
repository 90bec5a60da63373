"""An order's status: derived from where its pieces are, and from what commands made of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from models.enums import OrderStatus, ShipmentStatus
from models.orders import Order, OrderItem
from models.quantities import Parcel

NOT_MOVED = (ShipmentStatus.PENDING, ShipmentStatus.PACKED, ShipmentStatus.PRE_TRANSIT)
READY = (ShipmentStatus.PACKED, ShipmentStatus.PRE_TRANSIT)
HOLDABLE = (OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.PACKED)


@dataclass(frozen=True, slots=True)
class Tally:
    """Pieces of an order by where they are, and what commands made of the order."""

    ordered: int
    cancelled: int
    allocated: int
    shipped: int
    delivered: int
    returned: int
    out_for_delivery: int
    ready: int
    unfinished: int
    is_confirmed: bool
    is_on_hold: bool

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


def tally(order: Order, items: Sequence[OrderItem], parcels: Sequence[Parcel]) -> Tally:
    return Tally(
        ordered=sum(item.quantity for item in items),
        cancelled=sum(item.cancelled_quantity for item in items),
        allocated=sum(item.allocated_quantity for item in items),
        shipped=sum(item.shipped_quantity for item in items),
        delivered=sum(item.delivered_quantity for item in items),
        returned=sum(item.returned_quantity for item in items),
        out_for_delivery=_held(parcels, (ShipmentStatus.OUT_FOR_DELIVERY,)),
        ready=_held(parcels, READY),
        unfinished=_held(parcels, [one for one in ShipmentStatus if not one.is_finished]),
        is_confirmed=order.confirmed_at is not None,
        is_on_hold=order.hold_reason is not None,
    )


def _held(parcels: Sequence[Parcel], statuses: Iterable[ShipmentStatus]) -> int:
    return sum(parcel.held_quantity for parcel in parcels if parcel.shipment.status in statuses)


def derive(pieces: Tally) -> OrderStatus:
    """The first that holds; the order of these lines is the rule."""
    live = pieces.live
    if live == 0:
        return OrderStatus.CANCELLED
    if pieces.is_on_hold and pieces.shipped == 0:
        return OrderStatus.ON_HOLD
    if pieces.returned == live:
        return OrderStatus.RETURNED
    if pieces.returned > 0 and pieces.is_nothing_to_come:
        return OrderStatus.PARTIALLY_RETURNED
    if pieces.delivered == live:
        return OrderStatus.DELIVERED
    if pieces.delivered > 0:
        return OrderStatus.PARTIALLY_DELIVERED
    if pieces.out_for_delivery == live:
        return OrderStatus.OUT_FOR_DELIVERY
    if pieces.shipped == live:
        return OrderStatus.SHIPPED
    if pieces.shipped > 0:
        return OrderStatus.PARTIALLY_SHIPPED
    if pieces.ready == live:
        return OrderStatus.PACKED
    if pieces.is_confirmed or pieces.allocated > 0:
        return OrderStatus.CONFIRMED
    return OrderStatus.PENDING


def next_order_statuses(order: Order, pieces: Tally, parcels: Sequence[Parcel]) -> list[OrderStatus]:
    """What one command may make of the order now, in the order of the enum."""
    now = derive(pieces)
    reachable = {derive(after) for after in _after_a_command(now, pieces, parcels)} - {now}
    return [status for status in OrderStatus if status in reachable]


def _after_a_command(
    now: OrderStatus, pieces: Tally, parcels: Sequence[Parcel]
) -> Iterator[Tally]:
    if now is OrderStatus.PENDING:
        yield replace(pieces, is_confirmed=True)
    if now in HOLDABLE:
        yield replace(pieces, is_on_hold=True)
    if pieces.is_on_hold:
        yield replace(pieces, is_on_hold=False)
    if pieces.unshipped > 0:
        yield _cancelled(pieces)
    for parcel in parcels:
        yield from _after_a_shipment_command(pieces, parcel)


def _cancelled(pieces: Tally) -> Tally:
    waiting = _waiting_in_parcels(pieces)
    return replace(
        pieces,
        cancelled=pieces.cancelled + pieces.unshipped,
        allocated=pieces.shipped,
        ready=0,
        unfinished=pieces.unfinished - waiting,
    )


def _waiting_in_parcels(pieces: Tally) -> int:
    return pieces.allocated - pieces.shipped


def _after_a_shipment_command(pieces: Tally, parcel: Parcel) -> Iterator[Tally]:
    shipment, held = parcel.shipment, parcel.held_quantity
    if shipment.status not in NOT_MOVED:
        return
    was_ready = held if shipment.status in READY else 0
    if not was_ready and not pieces.is_on_hold:
        yield replace(pieces, ready=pieces.ready + held)
    yield replace(
        pieces,
        allocated=pieces.allocated - held,
        ready=pieces.ready - was_ready,
        unfinished=pieces.unfinished - held,
    )


def next_shipment_statuses(status: ShipmentStatus, *, is_on_hold: bool) -> list[ShipmentStatus]:
    """What a command may make of a shipment now: nothing, once it has moved or is finished."""
    if status not in NOT_MOVED:
        return []
    ahead = [] if is_on_hold else list(READY)
    later = [one for one in ahead if NOT_MOVED.index(one) > NOT_MOVED.index(status)]
    return [*later, ShipmentStatus.CANCELLED]


def order_delivered_at(pieces: Tally, parcels: Sequence[Parcel]) -> datetime | None:
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
