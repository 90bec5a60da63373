"""Dispatching a shipment: it is handed to a carrier, or ready for collection or our own van."""

from uuid import UUID

from errors import IllegalTransition
from models.enums import EstimateSource, ShipmentStatus
from models.shipments import Shipment
from tracking import validation
from tracking.change_recorder import ChangeRecorder
from tracking.differences import difference
from tracking.inputs import DispatchDraft, EstimateDraft
from tracking.orders.loaded_orders import LoadedOrder
from tracking.shipments.commands import check_may_proceed, reconcile_or_amend
from tracking.shipments.estimation import add_estimate
from tracking.shipments.handover import (
    Handover,
    apply_handover,
    check_handover,
    lock_for_handover,
)
from tracking.shipments.tracking_number_locks import number_of, refuse_taken_number
from unit_of_work.unit_of_work import UnitOfWork, command


@command
async def dispatch_shipment(uow: UnitOfWork, id_: str, draft: DispatchDraft) -> UUID:
    """Record that a shipment is dispatched; return its id.

    Raises IllegalTransition, also if it was dispatched with other details, and Conflict if another
    unfinished shipment has the number.
    """
    happened_at = validation.past(draft.occurred_at, uow.now, "input", "occurredAt")
    estimate = draft.estimate and validation.estimate(draft.estimate, "input", "estimate")
    loaded, shipment, handover = await lock_for_handover(uow, id_, check_handover(draft))
    if _is_repeat(loaded, shipment, handover, estimate):
        return shipment.id
    check_may_proceed(loaded, shipment, "dispatched")
    _refuse_other_dispatch(shipment, handover)
    recorder, previous_number = ChangeRecorder(uow, loaded.order), number_of(shipment)
    differences = await apply_handover(uow, loaded, shipment, handover, recorder)
    shipment.dispatched_at = happened_at
    if estimate is not None:
        add_estimate(uow, loaded, shipment, estimate, happened_at)
    differences.append(difference("dispatchedAt", None, happened_at))
    reconcile_or_amend(uow, loaded, shipment, differences, recorder, happened_at)
    await refuse_taken_number(shipment, previous_number)
    return shipment.id


def _refuse_other_dispatch(shipment: Shipment, handover: Handover) -> None:
    has_other_number = number_of(shipment) not in (None, handover.number)
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
