"""Settling: after facts were added, everything that follows from them is brought up to date.

The one way in which a status, an estimate, an exception of the news or a health ever changes.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from uuid import UUID

from models.allocation import Parcel, allocate_pieces
from models.denormalized_columns import refresh_denormalized
from models.enums import EstimateSource, OrderStatus
from models.estimates import (
    Estimate,
    Expectation,
    current_estimate,
    expectation_of,
    first_estimate,
    set_expectation,
)
from models.order_status import (
    count_pieces,
    derive_order_status,
    next_order_statuses,
    next_shipment_statuses,
    order_delivered_at,
    order_shipped_at,
)
from models.shipment_fold import FoldedShipment, fold_shipment
from models.shipments import Shipment
from tracking.change_recorder import ChangeRecorder, difference
from tracking.orders.loaded_orders import LoadedOrder
from tracking.reconciliation.context import ReconciliationContext
from tracking.reconciliation.exceptions import reconcile_exceptions
from tracking.reconciliation.health import reconcile_health
from unit_of_work.unit_of_work import UnitOfWork


def reconcile(
    uow: UnitOfWork, loaded: LoadedOrder, record: ChangeRecorder, happened_at: datetime
) -> None:
    """`happened_at`: when what brought this about happened, if no event says more."""
    context = ReconciliationContext(uow, loaded, record, happened_at)
    folds = {shipment.id: _settle_status(context, shipment) for shipment in loaded.shipments}
    allocate_pieces(loaded.items, loaded.parcels)
    for parcel in loaded.parcels:
        _settle_estimate(context, parcel.shipment)
        reconcile_exceptions(context, parcel, folds[parcel.shipment.id])
    _settle_order(context)
    reconcile_health(context)
    refresh_denormalized(loaded.order, loaded.shipments, loaded.exceptions)


def _settle_status(context: ReconciliationContext, shipment: Shipment) -> FoldedShipment:
    folded = fold_shipment(shipment.floor, context.loaded.events[shipment.id])
    previous, event = shipment.status, folded.status_event
    shipment.status = folded.status
    shipment.status_event_id = None if event is None else event.id
    shipment.last_event_id = None if folded.last_event is None else folded.last_event.id
    shipment.shipped_at = folded.shipped_at
    shipment.delivered_at = folded.delivered_at
    shipment.signed_by = folded.signed_by
    shipment.finished_at = _finished_at(shipment, folded)
    shipment.next_statuses = list(
        next_shipment_statuses(folded.status, is_on_hold=context.order.hold_reason is not None)
    )
    if shipment.status is not previous:
        shipment.updated_at = context.uow.now
        context.record.shipment_status(
            shipment, previous, event.occurred_at if event else context.happened_at
        )
    return folded


def _finished_at(shipment: Shipment, folded: FoldedShipment) -> datetime | None:
    if not folded.status.is_finished:
        return None
    return folded.status_event.occurred_at if folded.status_event else shipment.withdrawn_at


def _settle_estimate(context: ReconciliationContext, shipment: Shipment) -> None:
    estimates = context.loaded.estimates[shipment.id]
    previous = expectation_of(shipment)
    current = current_estimate(estimates, context.promise)
    shipment.late_after = context.order.promised_at or _first_latest(estimates)
    if current == previous:
        return
    set_expectation(shipment, current)
    shipment.updated_at = context.uow.now
    if current is not None and not (_is_promise(current) and _is_promise(previous)):
        context.record.estimate_revised(shipment, previous, current, current.revised_at)
    elif current is None and previous is not None and not _is_promise(previous):
        said = [difference("estimate", previous.latest, None)]
        context.record.shipment_amended(shipment, said, context.happened_at)


def _is_promise(expected: Expectation | None) -> bool:
    """A shipment that shows the order's promise follows it; the order tells of that itself."""
    return expected is None or expected.source is EstimateSource.PROMISE


def _first_latest(estimates: Iterable[Estimate]) -> datetime | None:
    first = first_estimate(estimates)
    return None if first is None else first.latest_at


def _settle_order(context: ReconciliationContext) -> None:
    order, parcels = context.order, context.loaded.parcels
    pieces = count_pieces(order, context.loaded.items, parcels)
    previous, order.status = order.status, derive_order_status(pieces)
    order.next_statuses = list(next_order_statuses(pieces, parcels))
    order.shipped_at = order_shipped_at(parcels)
    order.delivered_at = order_delivered_at(pieces, parcels)
    order.last_event_id = _last_event_id(context.loaded)
    order.late_after = order.promised_at or _first_latest(chain(*context.loaded.estimates.values()))
    set_expectation(order, _order_estimate(context, parcels))
    if order.status is OrderStatus.CANCELLED:
        order.cancelled_at = order.cancelled_at or context.happened_at
    else:
        order.cancelled_at = None
    if order.status is not previous:
        context.record.order_status(previous, context.record.last_moved_at or context.happened_at)


def _last_event_id(loaded: LoadedOrder) -> UUID | None:
    last = [
        (event.moment, event.rank, event.fingerprint, event.id)
        for shipment in loaded.shipments
        for event in loaded.events[shipment.id]
        if event.id == shipment.last_event_id
    ]
    return max(last)[-1] if last else None


def _order_estimate(context: ReconciliationContext, parcels: list[Parcel]) -> Expectation | None:
    """The latest over the unfinished shipments; the promise while pieces wait for one."""
    unfinished = [
        expected
        for parcel in parcels
        if not parcel.shipment.status.is_finished
        and (expected := expectation_of(parcel.shipment)) is not None
    ]
    if unfinished:
        return max(unfinished, key=lambda expected: expected.latest)
    return context.promise if context.has_free_pieces else None
