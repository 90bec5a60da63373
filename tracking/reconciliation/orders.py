"""Reconciliation of the order itself: status, times and current estimate, from its shipments."""

from itertools import chain
from uuid import UUID

from models.allocation import Parcel
from models.enums import OrderStatus
from models.estimates import Expectation, expectation_of, first_estimate, set_expectation
from models.next_statuses import next_order_statuses
from models.order_status import (
    count_pieces,
    derive_order_status,
    order_delivered_at,
    order_shipped_at,
)
from tracking.orders.loaded_orders import LoadedOrder
from tracking.reconciliation.context import ReconciliationContext


def reconcile_order(context: ReconciliationContext) -> None:
    """Derive the order's columns from its shipments, and record a new status."""
    order, parcels = context.order, context.loaded.parcels
    pieces = count_pieces(order, context.loaded.items, parcels)
    previous, order.status = order.status, derive_order_status(pieces)
    order.next_statuses = list(next_order_statuses(pieces, context.loaded.items, parcels))
    order.shipped_at = order_shipped_at(parcels)
    order.delivered_at = order_delivered_at(pieces, parcels)
    order.last_event_id = _last_event_id(context.loaded)
    first = first_estimate(chain(*context.loaded.estimates.values()))
    order.late_after = order.promised_at or (first.latest_at if first else None)
    set_expectation(order, _order_estimate(context, parcels))
    if order.status is OrderStatus.CANCELLED:
        order.cancelled_at = order.cancelled_at or context.happened_at
    else:
        order.cancelled_at = None
    if order.status is not previous:
        moved_at = context.recorder.last_moved_at or context.happened_at
        context.recorder.order_status(previous, moved_at)


def _last_event_id(loaded: LoadedOrder) -> UUID | None:
    keys = [
        (event.moment, event.rank, event.fingerprint, event.id)
        for shipment in loaded.shipments
        for event in loaded.events[shipment.id]
        if event.id == shipment.last_event_id
    ]
    return max(keys)[-1] if keys else None


def _order_estimate(context: ReconciliationContext, parcels: list[Parcel]) -> Expectation | None:
    """Return the latest estimate of the unfinished shipments.

    Without one it is the promise, while pieces are in no shipment.
    """
    unfinished = [
        expectation
        for parcel in parcels
        if not parcel.shipment.status.is_finished
        and (expectation := expectation_of(parcel.shipment)) is not None
    ]
    if unfinished:
        return max(unfinished, key=lambda expectation: expectation.latest)
    return context.promise if context.has_free_pieces else None
