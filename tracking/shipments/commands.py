"""What can be done with a shipment: create, pack, dispatch, amend, estimate, cancel."""

from datetime import datetime
from uuid import UUID

from database.columns import new_id
from errors import IllegalTransition
from models.enums import EstimateSource, ShipmentStatus
from models.estimates import Estimate
from models.shipments import Shipment
from tracking import validation
from tracking.change_recorder import ChangeRecorder, Differences, difference
from tracking.events.shipment_events import withdraw_numbered_events
from tracking.inputs import DispatchDraft, EstimateDraft, ShipmentAmendment
from tracking.orders.loaded_orders import LoadedOrder
from tracking.reconciliation import reconcile
from tracking.shipments.handover import (
    Handover,
    apply_handover,
    check_handover,
    lock_for_handover,
    lock_shipment,
)
from tracking.shipments.tracking_number_locks import number_of, refuse_taken_number
from unit_of_work.unit_of_work import UnitOfWork, command


@command
async def pack_shipment(uow: UnitOfWork, id_: str, occurred_at: datetime | None = None) -> UUID:
    happened_at = validation.past(occurred_at, uow.now, "occurredAt")
    loaded, shipment = await lock_shipment(uow, id_)
    if shipment.floor is ShipmentStatus.PACKED and shipment.status is not ShipmentStatus.CANCELLED:
        return shipment.id
    _demand_workable(loaded, shipment, "packed")
    if shipment.dispatched_at is not None:
        raise IllegalTransition("It was dispatched; packing comes before.", ("id",))
    shipment.packed_at = happened_at
    said = [difference("packedAt", None, happened_at)]
    _settle_or_amend(uow, loaded, shipment, said, ChangeRecorder(uow, loaded.order), happened_at)
    return shipment.id


@command
async def dispatch_shipment(uow: UnitOfWork, id_: str, draft: DispatchDraft) -> UUID:
    """Handed to a carrier, or ready for collection or our own van."""
    happened_at = validation.past(draft.occurred_at, uow.now, "input", "occurredAt")
    estimate = draft.estimate and validation.estimate(draft.estimate, "input", "estimate")
    loaded, shipment, handover = await lock_for_handover(uow, id_, check_handover(draft))
    if _is_dispatched_so(loaded, shipment, handover, estimate):
        return shipment.id
    _demand_workable(loaded, shipment, "dispatched")
    _refuse_other_dispatch(shipment, handover)
    record, before = ChangeRecorder(uow, loaded.order), number_of(shipment)
    said = await apply_handover(uow, loaded, shipment, handover, record)
    shipment.dispatched_at = happened_at
    if estimate is not None:
        _add_estimate(uow, loaded, shipment, estimate, happened_at)
    said.append(difference("dispatchedAt", None, happened_at))
    _settle_or_amend(uow, loaded, shipment, said, record, happened_at)
    await refuse_taken_number(shipment, before)
    return shipment.id


def _refuse_other_dispatch(shipment: Shipment, handover: Handover) -> None:
    has_other_number = number_of(shipment) not in (None, handover.number)
    if shipment.dispatched_at is not None or has_other_number:
        raise IllegalTransition(
            "It goes otherwise already: shipmentAmend puts carrier, number and service right,"
            " shipmentEstimate the estimate.",
            ("id",),
        )


def _is_dispatched_so(
    loaded: LoadedOrder, shipment: Shipment, handover: Handover, estimate: EstimateDraft | None
) -> bool:
    said = [
        EstimateDraft(earliest=one.earliest_at, latest=one.latest_at, reason=one.reason)
        for one in loaded.estimates[shipment.id]
        if one.source is EstimateSource.OPERATOR
    ]
    return (
        shipment.dispatched_at is not None
        and shipment.status is not ShipmentStatus.CANCELLED
        and handover.is_already_in(shipment)
        and (estimate is None or estimate in said)
    )


@command
async def amend_shipment(uow: UnitOfWork, id_: str, amendment: ShipmentAmendment) -> UUID:
    """A wrong carrier or number put right: its events are folded anew."""
    loaded, shipment, handover = await lock_for_handover(uow, id_, check_handover(amendment))
    if handover.is_already_in(shipment):
        return shipment.id
    record, before = ChangeRecorder(uow, loaded.order), number_of(shipment)
    if before is not None and before != handover.number:
        await withdraw_numbered_events(uow, loaded, shipment, record)
    said = await apply_handover(uow, loaded, shipment, handover, record)
    shipment.updated_at = uow.now
    record.shipment_amended(shipment, said, uow.now)
    reconcile(uow, loaded, record, uow.now)
    await refuse_taken_number(shipment, before)
    return shipment.id


@command
async def estimate_shipment(uow: UnitOfWork, id_: str, draft: EstimateDraft) -> UUID:
    estimate = validation.estimate(draft, "estimate")
    loaded, shipment = await lock_shipment(uow, id_)
    if shipment.status.is_finished:
        raise IllegalTransition(f"It is {shipment.status}: nothing is left to expect.", ("id",))
    if _is_current(shipment, estimate):
        return shipment.id
    record, sequence = ChangeRecorder(uow, loaded.order, estimate.reason), loaded.order.sequence
    _add_estimate(uow, loaded, shipment, estimate, uow.now)
    reconcile(uow, loaded, record, uow.now)
    if loaded.order.sequence == sequence:
        # The carrier's word is of a later moment, and stays the current one.
        said = [difference("estimates", None, estimate.latest)]
        record.shipment_amended(shipment, said, uow.now)
    return shipment.id


@command
async def cancel_shipment(
    uow: UnitOfWork, id_: str, reason: str, occurred_at: datetime | None = None
) -> UUID:
    """Until it moves; its pieces are free again."""
    reason = validation.reason(reason)
    happened_at = validation.past(occurred_at, uow.now, "occurredAt")
    loaded, shipment = await lock_shipment(uow, id_)
    if shipment.status is ShipmentStatus.CANCELLED:
        return shipment.id
    if shipment.has_moved or shipment.status.is_finished:
        raise IllegalTransition(
            f"It is {shipment.status}: only a shipment that has not moved can be cancelled.",
            ("id",),
        )
    shipment.withdrawn_at = happened_at
    shipment.cancel_reason = reason
    reconcile(uow, loaded, ChangeRecorder(uow, loaded.order, reason), happened_at)
    return shipment.id


def _demand_workable(loaded: LoadedOrder, shipment: Shipment, participle: str) -> None:
    if shipment.status.is_finished:
        raise IllegalTransition(f"It is {shipment.status} and cannot be {participle}.", ("id",))
    if loaded.order.hold_reason is not None:
        raise IllegalTransition(
            f"Its order is on hold; release it before it is {participle}.", ("id",)
        )


def _settle_or_amend(
    uow: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment,
    said: Differences,
    record: ChangeRecorder,
    happened_at: datetime,
) -> None:
    """A command that a scan has overtaken moves no status; it is still told."""
    previous = shipment.status
    reconcile(uow, loaded, record, happened_at)
    shipment.updated_at = uow.now
    if shipment.status is previous:
        record.shipment_amended(shipment, said, happened_at)


def _add_estimate(
    uow: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment,
    estimate: EstimateDraft,
    happened_at: datetime,
) -> None:
    id_ = new_id()
    row = Estimate(
        id=id_,
        shipment_id=shipment.id,
        source=EstimateSource.OPERATOR,
        earliest_at=estimate.earliest,
        latest_at=estimate.latest,
        reason=estimate.reason,
        moment=happened_at,
        revised_at=happened_at,
        tie_break=id_.hex,
    )
    loaded.estimates[shipment.id].append(uow.rows.add(row))


def _is_current(shipment: Shipment, estimate: EstimateDraft) -> bool:
    return shipment.estimate_source is EstimateSource.OPERATOR and (
        shipment.estimate_earliest,
        shipment.estimate_latest,
        shipment.estimate_reason,
    ) == (estimate.earliest, estimate.latest, estimate.reason)
