"""A reference implementation of what each command makes of an order, over rows in memory."""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from models.derivation import Tally, derive, next_order_statuses, tally
from models.enums import OrderStatus, ShipmentStatus
from models.orders import Order, OrderItem
from models.quantities import Parcel, share_out
from tests.factories.in_memory import START, build_item, build_order, build_parcel, hour
from tests.models.event_table import S

Status = OrderStatus
WAITING = (S.PENDING, S.PACKED, S.PRE_TRANSIT)


def build_confirmed_order() -> Order:
    return build_order(confirmed_at=START)


@dataclass
class OrderState:
    """An order, its items and its parcels; what is derived of them follows every change."""

    items: list[OrderItem]
    order: Order = field(default_factory=build_confirmed_order)
    parcels: list[Parcel] = field(default_factory=list)

    def share_out(self) -> None:
        share_out(self.items, self.parcels)

    @property
    def tally(self) -> Tally:
        self.share_out()
        return tally(self.order, self.items, self.parcels)

    def status(self) -> OrderStatus:
        return derive(self.tally)

    def next_statuses(self) -> list[OrderStatus]:
        return next_order_statuses(self.tally, self.parcels)

    def ship(
        self, quantity: int, status: ShipmentStatus, *, after_delivery: bool = False
    ) -> Parcel:
        """Add a parcel in that status with this many pieces of the first item."""
        parcel = build_parcel({self.items[0].id: quantity})
        set_status(parcel, status, after_delivery=after_delivery)
        self.parcels.append(parcel)
        return parcel

    def duplicate(self) -> "OrderState":
        """A copy that can be changed without changing this one."""
        parcels = [
            Parcel(copy(parcel.shipment), [copy(content) for content in parcel.contents])
            for parcel in self.parcels
        ]
        return OrderState([copy(item) for item in self.items], copy(self.order), parcels)


def build_order_state(ordered: int = 3, **columns: Any) -> OrderState:
    """A confirmed order of this many pieces of one item, and no parcel."""
    return OrderState(
        [build_item(quantity=ordered)], build_order(**{"confirmed_at": START, **columns})
    )


def set_status(parcel: Parcel, status: ShipmentStatus, *, after_delivery: bool = False) -> None:
    """Give the parcel this status, and the times that go with it."""
    shipment = parcel.shipment
    shipment.status = status
    if status not in (*WAITING, S.CANCELLED):
        shipment.shipped_at = hour(1)
    is_delivered = status is S.DELIVERED or after_delivery
    shipment.delivered_at = hour(2) if is_delivered else None


def allowed_commands(state: OrderState) -> Iterator[Callable[[OrderState], None]]:
    """Every command that can move the order's status and would not be refused now."""
    status, is_on_hold = state.status(), state.order.hold_reason is not None
    if status is Status.PENDING:
        yield confirm
    if status in (Status.PENDING, Status.CONFIRMED, Status.PACKED):
        yield hold
    if is_on_hold:
        yield release
    if sum(item.quantity - item.cancelled_quantity - item.shipped_quantity for item in state.items):
        yield cancel
    for index, parcel in enumerate(state.parcels):
        if parcel.shipment.status in WAITING:
            yield shipment_cancel(index)
            if not is_on_hold:
                yield shipment_pack(index)
                yield shipment_dispatch(index)


def confirm(state: OrderState) -> None:
    state.order.confirmed_at = START


def hold(state: OrderState) -> None:
    state.order.hold_reason = "Payment"


def release(state: OrderState) -> None:
    state.order.hold_reason = None


def cancel(state: OrderState) -> None:
    """Cancel the pieces that have not shipped, and the shipments that have not shipped."""
    for parcel in state.parcels:
        if parcel.shipment.status in WAITING:
            set_status(parcel, S.CANCELLED)
    for item in state.items:
        item.cancelled_quantity = item.quantity - item.shipped_quantity


def shipment_cancel(index: int) -> Callable[[OrderState], None]:
    return lambda state: set_status(state.parcels[index], S.CANCELLED)


def shipment_pack(index: int) -> Callable[[OrderState], None]:
    def pack(state: OrderState) -> None:
        if state.parcels[index].shipment.status is S.PENDING:
            set_status(state.parcels[index], S.PACKED)

    return pack


def shipment_dispatch(index: int) -> Callable[[OrderState], None]:
    return lambda state: set_status(state.parcels[index], S.PRE_TRANSIT)
