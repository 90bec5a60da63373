"""Commands of orders: confirm, hold, release, cancel."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from errors import Conflict, IllegalTransition
from models.enums import OrderStatus
from models.order_status import HOLDABLE
from models.orders import Order
from tracking import validation
from tracking.change_recorder import ChangeRecorder
from tracking.differences import difference
from tracking.orders.loaded_orders import LoadedOrder, lock_order
from tracking.reconciliation import reconcile
from unit_of_work.unit_of_work import UnitOfWork, command


@command
async def confirm_order(
    uow: UnitOfWork, tracking_id: str, occurred_at: datetime | None = None
) -> UUID:
    """Confirm a pending order; return its id."""
    happened_at = validation.past(occurred_at, uow.now, "occurredAt")
    loaded = await lock_order(uow, tracking_id)
    order = loaded.order
    if order.status is not OrderStatus.CONFIRMED:
        _check_status(order, (OrderStatus.PENDING,), "confirmed")
        order.confirmed_at = happened_at
        reconcile(uow, loaded, ChangeRecorder(uow, order), happened_at)
    return order.id


@command
async def hold_order(
    uow: UnitOfWork, tracking_id: str, reason: str, occurred_at: datetime | None = None
) -> UUID:
    """Put the order on hold, or give the hold another reason; return the order's id."""
    reason = validation.reason(reason)
    happened_at = validation.past(occurred_at, uow.now, "occurredAt")
    loaded = await lock_order(uow, tracking_id)
    order = loaded.order
    if order.hold_reason != reason:
        _check_status(order, HOLDABLE, "put on hold")
        order.hold_reason = reason
        reconcile(uow, loaded, ChangeRecorder(uow, order, reason), happened_at)
    return order.id


@command
async def release_order(
    uow: UnitOfWork, tracking_id: str, occurred_at: datetime | None = None
) -> UUID:
    """End the hold of an order, whatever its status; return the order's id."""
    happened_at = validation.past(occurred_at, uow.now, "occurredAt")
    loaded = await lock_order(uow, tracking_id)
    order = loaded.order
    if order.hold_reason is not None:
        recorder, sequence = ChangeRecorder(uow, order), order.sequence
        before, order.hold_reason = order.hold_reason, None
        reconcile(uow, loaded, recorder, happened_at)
        if order.sequence == sequence:
            recorder.order_amended([difference("holdReason", before, None)], happened_at)
    return order.id


@command
async def cancel_order(
    uow: UnitOfWork,
    tracking_id: str,
    reason: str,
    occurred_at: datetime | None = None,
    expected_sequence: int | None = None,
) -> UUID:
    """Cancel the pieces that have not shipped, and their shipments; return the order's id."""
    reason = validation.reason(reason)
    happened_at = validation.past(occurred_at, uow.now, "occurredAt")
    loaded = await lock_order(uow, tracking_id)
    order = loaded.order
    check_sequence(order, expected_sequence)
    before = sum(item.cancelled_quantity for item in loaded.items)
    after = sum(item.quantity - item.shipped_quantity for item in loaded.items)
    if before < after:
        _cancel_unshipped(loaded, reason, happened_at)
        recorder, sequence = ChangeRecorder(uow, order, reason), order.sequence
        reconcile(uow, loaded, recorder, happened_at)
        if order.sequence == sequence:
            recorder.order_amended([difference("cancelledQuantity", before, after)], happened_at)
    elif order.cancel_reason != reason:
        raise IllegalTransition(
            "Nothing is left to cancel: every piece has shipped or is cancelled already.",
            ("trackingId",),
        )
    return order.id


def _cancel_unshipped(loaded: LoadedOrder, reason: str, happened_at: datetime) -> None:
    loaded.order.cancel_reason = reason
    for shipment in loaded.shipments:
        if not shipment.has_moved and shipment.withdrawn_at is None:
            shipment.withdrawn_at = happened_at
            shipment.cancel_reason = reason
            for content in loaded.contents[shipment.id]:
                content.held_quantity = 0
    for item in loaded.items:
        item.cancelled_quantity = item.quantity - item.shipped_quantity


def check_sequence(order: Order, expected: int | None) -> None:
    """Raise Conflict if the caller has decided by an earlier state of the order."""
    if expected is not None and expected != order.sequence:
        raise Conflict(
            f"The order has changed: its sequence is {order.sequence}."
            " Read the order again and send its new sequence.",
            ("expectedSequence",),
        )


def _check_status(order: Order, statuses: Sequence[OrderStatus], participle: str) -> None:
    if order.status not in statuses:
        allowed = " or ".join(statuses)
        raise IllegalTransition(
            f"The order is {order.status} and cannot be {participle}."
            f" Its status must be {allowed}.",
            ("trackingId",),
        )
