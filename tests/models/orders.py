"""An order in memory, and what each command makes of it: by the words of the rules."""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field

from models.derivation import Tally, derive, next_order_statuses, tally
from models.enums import OrderStatus, ShipmentStatus
from models.orders import Order, OrderItem
from models.quantities import Parcel, share_out
from tests.models.event_table import S
from tests.models.rows import START, hour, make_item, make_order, make_parcel

Status = OrderStatus
WAITING = (S.PENDING, S.PACKED, S.PRE_TRANSIT)


@dataclass
class Case:
    """Change it, then ask."""

    items: list[OrderItem]
    order: Order = field(default_factory=make_order)
    parcels: list[Parcel] = field(default_factory=list)

    def share_out(self) -> None:
        share_out(self.items, self.parcels)

    @property
    def pieces(self) -> Tally:
        self.share_out()
        return tally(self.order, self.items, self.parcels)

    def status(self) -> OrderStatus:
        return derive(self.pieces)

    def next_statuses(self) -> list[OrderStatus]:
        return next_order_statuses(self.pieces, self.parcels)

    def ship(
        self, quantity: int, status: ShipmentStatus, *, after_delivery: bool = False
    ) -> Parcel:
        """So many pieces of the first item are in a parcel of that status."""
        parcel = make_parcel({self.items[0].id: quantity})
        move(parcel, status, after_delivery=after_delivery)
        self.parcels.append(parcel)
        return parcel

    def twin(self) -> "Case":
        parcels = [
            Parcel(copy(one.shipment), [copy(content) for content in one.contents])
            for one in self.parcels
        ]
        return Case([copy(item) for item in self.items], copy(self.order), parcels)


def make_case(ordered: int = 3, **values: object) -> Case:
    return Case([make_item(ordered)], make_order(**values))


def move(parcel: Parcel, status: ShipmentStatus, *, after_delivery: bool = False) -> None:
    shipment = parcel.shipment
    shipment.status = status
    if status not in (*WAITING, S.CANCELLED):
        shipment.shipped_at = hour(1)
    is_delivered = status is S.DELIVERED or after_delivery
    shipment.delivered_at = hour(2) if is_delivered else None


def commands(case: Case) -> Iterator[Callable[[Case], None]]:
    """Every command that can move the order's status and would not be refused now."""
    status, is_on_hold = case.status(), case.order.hold_reason is not None
    if status is Status.PENDING:
        yield confirm
    if status in (Status.PENDING, Status.CONFIRMED, Status.PACKED):
        yield hold
    if is_on_hold:
        yield release
    if sum(one.quantity - one.cancelled_quantity - one.shipped_quantity for one in case.items):
        yield cancel
    for place, parcel in enumerate(case.parcels):
        if parcel.shipment.status in WAITING:
            yield shipment_cancel(place)
            if not is_on_hold:
                yield shipment_pack(place)
                yield shipment_dispatch(place)


def confirm(case: Case) -> None:
    case.order.confirmed_at = START


def hold(case: Case) -> None:
    case.order.hold_reason = "Payment"


def release(case: Case) -> None:
    case.order.hold_reason = None


def cancel(case: Case) -> None:
    """Those pieces that have not shipped, and their unshipped shipments."""
    for parcel in case.parcels:
        if parcel.shipment.status in WAITING:
            move(parcel, S.CANCELLED)
    for item in case.items:
        item.cancelled_quantity = item.quantity - item.shipped_quantity


def shipment_cancel(place: int) -> Callable[[Case], None]:
    return lambda case: move(case.parcels[place], S.CANCELLED)


def shipment_pack(place: int) -> Callable[[Case], None]:
    def pack(case: Case) -> None:
        if case.parcels[place].shipment.status is S.PENDING:
            move(case.parcels[place], S.PACKED)

    return pack


def shipment_dispatch(place: int) -> Callable[[Case], None]:
    return lambda case: move(case.parcels[place], S.PRE_TRANSIT)
