"""Commands of orders: confirm, hold, release, cancel."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from errors import Conflict, IllegalTransition
from models.enums import OrderStatus
from models.order_status import HOLDABLE
from models.orders import Order
from tracking import validation
from tracking.change_recorder import ChangeRecorder
from tracking.differences import difference
from tracking.inputs import PiecesDraft
from tracking.orders.cancellation import (
    cancel_items,
    cancel_unshipped,
    record_cancelled_pieces,
)
from tracking.orders.loaded_orders import lock_order
from tracking.reconciliation import reconcile
from unit_of_work.unit_of_work import UnitOfWork, command

STAYS_CANCELLED = "A cancelled order stays cancelled: place another one."
BEFORE_CONFIRMING = {
    OrderStatus.ON_HOLD: "Use orderRelease first.",
    OrderStatus.CANCELLED: STAYS_CANCELLED,
}
BEFORE_HOLDING = {
    OrderStatus.ON_HOLD: "Use orderRelease first, and then hold it for the new reason.",
    OrderStatus.CANCELLED: STAYS_CANCELLED,
}
STOP_AT_CARRIER = (
    "Only the carrier can stop what has shipped. What has not can be cancelled, with shipmentCancel"
    " or orderCancel."
)


@command
async def confirm_order(
    uow: UnitOfWork, tracking_id: str, occurred_at: datetime | None = None
) -> UUID:
    """Confirm a pending order; return its id."""
    happened_at = validation.past(occurred_at, uow.now, "occurredAt")
    loaded = await lock_order(uow, tracking_id)
    order = loaded.order
    if order.status is not OrderStatus.CONFIRMED:
        if order.status is not OrderStatus.PENDING:
            raise _refusal(order, "confirmed", BEFORE_CONFIRMING, "It was confirmed already.")
        order.confirmed_at = happened_at
        reconcile(uow, loaded, ChangeRecorder(uow, order), happened_at)
    return order.id


@command
async def hold_order(
    uow: UnitOfWork, tracking_id: str, reason: str, occurred_at: datetime | None = None
) -> UUID:
    """Put the order on hold; return its id. A hold for that reason is left as it is."""
    reason = validation.reason(reason)
    happened_at = validation.past(occurred_at, uow.now, "occurredAt")
    loaded = await lock_order(uow, tracking_id)
    order = loaded.order
    if order.hold_reason != reason:
        if order.status not in HOLDABLE:
            raise _refusal(order, "put on hold", BEFORE_HOLDING, STOP_AT_CARRIER)
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
    items: Sequence[PiecesDraft] | None = None,
) -> UUID:
    """Cancel all pieces that have not shipped, or only those of `items`; return the order's id.

    Shipments that have not moved go on with what is left in them, and are cancelled if nothing is.
    Raises NotFound, Invalid, Conflict and IllegalTransition. The order keeps the reason if no
    `items` are named, or if no piece is left; the log keeps every reason.
    """
    reason = validation.reason(reason)
    happened_at = validation.past(occurred_at, uow.now, "occurredAt")
    loaded = await lock_order(uow, tracking_id)
    order = loaded.order
    check_sequence(order, expected_sequence)
    before = {item.id: item.cancelled_quantity for item in loaded.items}
    if all(item.quantity == before[item.id] + item.shipped_quantity for item in loaded.items):
        if items is None and order.cancel_reason == reason:
            return order.id
        raise IllegalTransition(
            "Nothing is left to cancel: every piece has shipped or is cancelled already. Ask the"
            " carrier to send back what has shipped.",
            ("trackingId",),
        )
    recorder = ChangeRecorder(uow, order, reason)
    if items is None:
        cancel_unshipped(loaded, reason, happened_at)
    else:
        cancel_items(uow, loaded, items, recorder, reason, happened_at)
    reconcile(uow, loaded, recorder, happened_at)
    if items is None or order.status is OrderStatus.CANCELLED:
        order.cancel_reason = reason
    record_cancelled_pieces(recorder, loaded, before, happened_at)
    return order.id


def check_sequence(order: Order, expected: int | None) -> None:
    """Raise Conflict if the caller has decided by an earlier state of the order."""
    if expected is not None and expected != order.sequence:
        raise Conflict(
            f"The order has changed: its sequence is {order.sequence}."
            " Read the order again and send its new sequence.",
            ("expectedSequence",),
        )


def _refusal(
    order: Order, participle: str, advice: Mapping[OrderStatus, str], otherwise: str
) -> IllegalTransition:
    """Return the refusal of a command; `advice` says for some statuses what to do instead."""
    return IllegalTransition(
        f"The order is {order.status} and cannot be {participle}."
        f" {advice.get(order.status, otherwise)}",
        ("trackingId",),
    )
