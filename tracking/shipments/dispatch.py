"""Dispatching a shipment: it is handed to a carrier, or ready for collection or our own van."""

from uuid import UUID

from errors import IllegalTransition, Invalid
from models.enums import EstimateSource, ShipmentStatus
from models.shipments import Shipment
from tracking import validation
from tracking.change_recorder import OrderRecorders
from tracking.differences import Differences, difference
from tracking.events.number_events import hand_out_events
from tracking.inputs import DispatchDraft, EstimateDraft
from tracking.orders.loaded_orders import LoadedOrder
from tracking.reconciliation import reconcile, reconcile_others
from tracking.shipments.commands import check_may_proceed, reconcile_or_amend
from tracking.shipments.estimation import add_estimate
from tracking.shipments.handover import (
    Handover,
    LockedHandover,
    apply_handover,
    check_handover,
    lock_for_handover,
)
from tracking.shipments.tracking_number_locks import refuse_taken_number
from unit_of_work.unit_of_work import UnitOfWork, command


@command
async def dispatch_shipment(uow: UnitOfWork, id_: str, draft: DispatchDraft) -> UUID:
    """Record that a shipment is dispatched; return its id.

    A repeat can say that the shipment shares its box. Raises Invalid, IllegalTransition, also if it
    was dispatched with other details, LimitExceeded if its box is full, and Conflict if another
    unfinished shipment has the number and not both share a box.
    """
    happened_at = validation.past(draft.occurred_at, uow.now, "input", "occurredAt")
    estimate = draft.estimate and validation.estimate(draft.estimate, "input", "estimate")
    locked = await lock_for_handover(uow, id_, check_handover(draft))
    orders, loaded, shipment, handover = locked
    if handover.is_shared and handover.number_key is None:
        raise Invalid(
            "News reaches a shared box by its number. Send its trackingNumber, too.",
            ("input", "trackingNumber"),
        )
    if _is_repeat(loaded, shipment, handover, estimate):
        if locked.is_put_in_box:
            await _put_in_box(uow, locked)
        return shipment.id
    check_may_proceed(loaded, shipment, "dispatched")
    _refuse_other_dispatch(shipment, handover)
    recorders, changes_number = OrderRecorders(uow), locked.changes_number
    differences = await _hand_over(uow, locked, recorders)
    shipment.dispatched_at = happened_at
    if estimate is not None:
        add_estimate(uow, loaded, shipment, estimate, happened_at)
    differences.append(difference("dispatchedAt", None, happened_at))
    recorder = recorders.recorder_of(loaded.order)
    reconcile_or_amend(uow, loaded, shipment, differences, recorder, happened_at)
    reconcile_others(uow, orders, loaded, recorders)
    if changes_number:
        await refuse_taken_number(shipment)
    return shipment.id


async def _put_in_box(uow: UnitOfWork, locked: LockedHandover) -> None:
    """Record that a dispatched shipment shares its box: it gets the events of the others there."""
    recorders, shipment = OrderRecorders(uow), locked.shipment
    differences = await _hand_over(uow, locked, recorders)
    shipment.updated_at = uow.now
    recorder = recorders.recorder_of(locked.loaded.order)
    recorder.shipment_amended(shipment, differences, uow.now)
    reconcile(uow, locked.loaded, recorder, uow.now)
    reconcile_others(uow, locked.orders, locked.loaded, recorders)


async def _hand_over(
    uow: UnitOfWork, locked: LockedHandover, recorders: OrderRecorders
) -> Differences:
    """Set carrier, number, service and box, and hand out the events of another number."""
    changes_number, number = locked.changes_number, locked.handover.number(uow.families)
    differences = apply_handover(locked.shipment, locked.handover)
    if changes_number and number is not None:
        await hand_out_events(uow, locked.orders, [number], recorders)
    return differences


def _refuse_other_dispatch(shipment: Shipment, handover: Handover) -> None:
    has_number = shipment.carrier is not None and shipment.number_key is not None
    has_other_number = has_number and not handover.has_number_of(shipment)
    if shipment.dispatched_at is not None or has_other_number:
        raise IllegalTransition(
            "Already dispatched with other details. Use shipmentAmend to correct carrier, number or"
            " service, shipmentEstimate for the estimate.",
            ("id",),
        )


def _is_repeat(
    loaded: LoadedOrder, shipment: Shipment, handover: Handover, estimate: EstimateDraft | None
) -> bool:
    """Return whether the shipment is dispatched with the same details already."""
    estimates = [
        EstimateDraft(earliest=row.earliest_at, latest=row.latest_at, reason=row.reason)
        for row in loaded.estimates[shipment.id]
        if row.source is EstimateSource.OPERATOR
    ]
    return (
        shipment.dispatched_at is not None
        and shipment.status is not ShipmentStatus.CANCELLED
        and handover.matches(shipment)
        and (estimate is None or estimate in estimates)
    )
