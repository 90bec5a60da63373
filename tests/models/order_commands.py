"""A reference implementation of what each command makes of an order, over rows in memory."""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from models.allocation import Parcel, allocate_pieces
from models.enums import OrderStatus, ShipmentStatus
from models.next_statuses import next_order_statuses
from models.order_status import PieceCounts, count_pieces, derive_order_status
from models.orders import Order, OrderItem
from models.shipments import ShipmentItem
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

    def allocate(self) -> None:
        allocate_pieces(self.items, self.parcels)

    @property
    def piece_counts(self) -> PieceCounts:
        self.allocate()
        return count_pieces(self.order, self.items, self.parcels)

    def status(self) -> OrderStatus:
        return derive_order_status(self.piece_counts)

    def next_statuses(self) -> list[OrderStatus]:
        return next_order_statuses(self.piece_counts, self.items, self.parcels)

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
        amounts = [range(cancellable(state, item) + 1) for item in state.items]
        yield from (cancel_items(chosen) for chosen in product(*amounts) if any(chosen))
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


def cancellable(state: OrderState, item: OrderItem) -> int:
    """How many pieces of the item can be cancelled: those in no parcel that is on its way or there.

    Such a parcel counts with all that was put into it, also with what the books gave to another.
    """
    gone = [content.quantity for parcel, content in contents_of(state, item) if has_left(parcel)]
    return max(0, item.quantity - item.cancelled_quantity - sum(gone))


def contents_of(state: OrderState, item: OrderItem) -> list[tuple[Parcel, ShipmentItem]]:
    return [
        (parcel, content)
        for parcel in state.parcels
        for content in parcel.contents
        if content.item_id == item.id
    ]


def has_left(parcel: Parcel) -> bool:
    return parcel.shipment.status not in (*WAITING, S.CANCELLED)


def cancel_items(chosen: tuple[int, ...]) -> Callable[[OrderState], None]:
    """Cancel so many pieces of each item, one after another."""

    def cancel_chosen(state: OrderState) -> None:
        for item, count in zip(state.items, chosen, strict=True):
            if count:
                cancel_item(state, item, count)

    return cancel_chosen


def cancel_item(state: OrderState, item: OrderItem, count: int) -> None:
    for _ in range(count):
        if item.free_quantity == 0:
            take_piece(state, item)
            item.allocated_quantity -= 1
        item.cancelled_quantity += 1
    for parcel, content in contents_of(state, item):
        while has_left(parcel) and content.held_quantity < content.quantity:
            take_piece(state, item)
            content.held_quantity += 1
    for parcel, content in contents_of(state, item):
        if parcel.shipment.status in WAITING:
            content.quantity = content.held_quantity


def take_piece(state: OrderState, item: OrderItem) -> None:
    """Take a piece out of the newest of those parcels that are the least far."""
    for status in WAITING:
        for parcel, content in reversed(contents_of(state, item)):
            if parcel.shipment.status is status and content.held_quantity:
                content.held_quantity -= 1
                return
    raise AssertionError("No parcel has a piece that can be taken out.")


def shipment_cancel(index: int) -> Callable[[OrderState], None]:
    return lambda state: set_status(state.parcels[index], S.CANCELLED)


def shipment_pack(index: int) -> Callable[[OrderState], None]:
    def pack(state: OrderState) -> None:
        if state.parcels[index].shipment.status is S.PENDING:
            set_status(state.parcels[index], S.PACKED)

    return pack


def shipment_dispatch(index: int) -> Callable[[OrderState], None]:
    return lambda state: set_status(state.parcels[index], S.PRE_TRANSIT)
