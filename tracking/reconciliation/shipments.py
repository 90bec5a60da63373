"""Reconciliation of shipments: status from the fold, and the current estimate."""

from models.enums import EstimateSource
from models.estimates import (
    Expectation,
    current_estimate,
    expectation_of,
    first_estimate,
    set_expectation,
)
from models.folded_shipment import FoldedShipment, finished_at
from models.next_statuses import next_shipment_statuses
from models.shipment_fold import fold_shipment
from models.shipments import Shipment
from tracking.differences import difference
from tracking.reconciliation.context import ReconciliationContext


def reconcile_status(context: ReconciliationContext, shipment: Shipment) -> FoldedShipment:
    """Fold the shipment's events into its columns, and return the result of the fold."""
    folded = fold_shipment(shipment.floor, context.loaded.events[shipment.id])
    previous, event = shipment.status, folded.status_event
    shipment.status = folded.status
    shipment.status_event_id = None if event is None else event.id
    shipment.last_event_id = None if folded.last_event is None else folded.last_event.id
    shipment.shipped_at = folded.shipped_at
    shipment.delivered_at = folded.delivered_at
    shipment.signed_by = folded.signed_by
    shipment.finished_at = finished_at(shipment, folded)
    shipment.next_statuses = list(
        next_shipment_statuses(folded.status, is_on_hold=context.order.hold_reason is not None)
    )
    if shipment.status is not previous:
        shipment.updated_at = context.uow.now
        context.recorder.shipment_status(
            shipment, previous, event.occurred_at if event else context.happened_at
        )
    return folded


def reconcile_estimate(context: ReconciliationContext, shipment: Shipment) -> None:
    """Set the shipment's current estimate, and record a new one."""
    estimates = context.loaded.estimates[shipment.id]
    previous = expectation_of(shipment)
    current = current_estimate(estimates, context.promise)
    first = first_estimate(estimates)
    shipment.late_after = context.order.promised_at or (first.latest_at if first else None)
    if current == previous:
        return
    set_expectation(shipment, current)
    shipment.updated_at = context.uow.now
    if current is not None and not (_is_promise(current) and _is_promise(previous)):
        context.recorder.estimate_revised(shipment, previous, current, current.revised_at)
    elif current is None and previous is not None and not _is_promise(previous):
        differences = [difference("estimate", previous.latest, None)]
        context.recorder.shipment_amended(shipment, differences, context.happened_at)


def _is_promise(expectation: Expectation | None) -> bool:
    """Return whether the shipment follows the order's promise, whose changes the order records."""
    return expectation is None or expectation.source is EstimateSource.PROMISE
