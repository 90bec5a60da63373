"""Commands of shipments: pack, cancel; and what dispatching shares with packing."""

from datetime import datetime
from uuid import UUID

from errors import IllegalTransition
from models.enums import ShipmentStatus
from models.shipments import Shipment
from tracking import validation
from tracking.change_recorder import ChangeRecorder
from tracking.differences import Differences, difference
from tracking.orders.loaded_orders import LoadedOrder
from tracking.reconciliation import reconcile
from tracking.shipments.handover import lock_shipment
from unit_of_work.unit_of_work import UnitOfWork, command


@command
async def pack_shipment(uow: UnitOfWork, id_: str, occurred_at: datetime | None = None) -> UUID:
    """Record that a shipment is packed; return its id."""
    happened_at = validation.past(occurred_at, uow.now, "occurredAt")
    loaded, shipment = await lock_shipment(uow, id_)
    if shipment.floor is ShipmentStatus.PACKED and shipment.status is not ShipmentStatus.CANCELLED:
        return shipment.id
    check_may_proceed(loaded, shipment, "packed")
    if shipment.dispatched_at is not None:
        raise IllegalTransition(
            "The shipment is dispatched already and needs no packing. Use trackingEventsRecord to"
            " record what happens to it.",
            ("id",),
        )
    shipment.packed_at = happened_at
    differences = [difference("packedAt", None, happened_at)]
    recorder = ChangeRecorder(uow, loaded.order)
    reconcile_or_amend(uow, loaded, shipment, differences, recorder, happened_at)
    return shipment.id


@command
async def cancel_shipment(
    uow: UnitOfWork, id_: str, reason: str, occurred_at: datetime | None = None
) -> UUID:
    """Cancel a shipment that has not moved, which frees its pieces; return its id.

    One that its carrier has cancelled stays cancelled then, also if that event is retracted.
    """
    reason = validation.reason(reason)
    happened_at = validation.past(occurred_at, uow.now, "occurredAt")
    loaded, shipment = await lock_shipment(uow, id_)
    is_cancelled = shipment.status is ShipmentStatus.CANCELLED
    if is_cancelled and (shipment.has_moved or shipment.withdrawn_at is not None):
        return shipment.id
    if not is_cancelled and (shipment.has_moved or shipment.status.is_finished):
        raise IllegalTransition(
            f"The shipment is {shipment.status}, and only one that has not moved can be cancelled."
            f" {_instead_of_cancelling(shipment)}",
            ("id",),
        )
    shipment.withdrawn_at = happened_at
    shipment.cancel_reason = reason
    differences = [difference("cancelledAt", None, happened_at)]
    recorder = ChangeRecorder(uow, loaded.order, reason)
    reconcile_or_amend(uow, loaded, shipment, differences, recorder, happened_at)
    return shipment.id


def _instead_of_cancelling(shipment: Shipment) -> str:
    if shipment.status.is_finished:
        return instead_of_finished(shipment)
    return "Ask its carrier to stop it or to send it back."


def instead_of_finished(shipment: Shipment) -> str:
    """Return what can be done where a command needs a shipment that is not finished."""
    if shipment.status is ShipmentStatus.CANCELLED:
        return "Use shipmentCreate to put its pieces into another one."
    return "If that is wrong, use trackingEventRetract for the event that says so."


def check_may_proceed(loaded: LoadedOrder, shipment: Shipment, participle: str) -> None:
    """Raise IllegalTransition if the shipment is finished or its order is on hold."""
    if shipment.status.is_finished:
        raise IllegalTransition(
            f"The shipment is {shipment.status} and cannot be {participle}."
            f" {instead_of_finished(shipment)}",
            ("id",),
        )
    if loaded.order.hold_reason is not None:
        raise IllegalTransition(
            f"The order is on hold. Use orderRelease before the shipment is {participle}.", ("id",)
        )


def reconcile_or_amend(
    uow: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment,
    differences: Differences,
    recorder: ChangeRecorder,
    happened_at: datetime,
) -> None:
    """Reconcile the order; record an amendment if the shipment's status stayed.

    It stays if a scan came before the command.
    """
    previous = shipment.status
    reconcile(uow, loaded, recorder, happened_at)
    shipment.updated_at = uow.now
    if shipment.status is previous:
        recorder.shipment_amended(shipment, differences, happened_at)
