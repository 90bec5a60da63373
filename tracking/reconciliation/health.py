"""Reconciliation of health: of the shipments and the order, by exceptions, estimates and clock."""

from collections.abc import Iterator
from datetime import datetime

from models.enums import OrderStatus
from models.estimates import expectation_of
from models.exceptions import OrderException
from models.health import (
    awaits_answer_to_loss,
    clock_moments,
    order_health,
    shipment_health,
)
from models.shipments import Shipment
from tracking.differences import difference
from tracking.reconciliation.context import ReconciliationContext


def reconcile_health(context: ReconciliationContext) -> None:
    """Set every health, note overdue exceptions, and set when the clock judges the order again."""
    for shipment in context.loaded.shipments:
        _reconcile_shipment(context, shipment)
    _reconcile_order(context)
    for exception in context.loaded.exceptions:
        _note_overdue(context, exception)
    _set_clock_moments(context)


def _reconcile_shipment(context: ReconciliationContext, shipment: Shipment) -> None:
    previous = shipment.health
    exceptions = context.loaded.exceptions_of(shipment)
    shipment.health = shipment_health(
        shipment.status,
        _last_event_at(context, shipment),
        expectation_of(shipment),
        context.order.promised_at,
        [exception for exception in exceptions if exception.is_unresolved],
        context.uow.now,
        has_moved=shipment.has_moved,
    )
    if shipment.health is not previous:
        shipment.updated_at = context.uow.now
        context.recorder.health(shipment, previous, shipment.health, context.happened_at)


def _reconcile_order(context: ReconciliationContext) -> None:
    order, previous, loaded = context.order, context.order.health, context.loaded
    order.health = order_health(
        [shipment.health for shipment in loaded.shipments if not shipment.status.is_finished],
        [exception for exception in loaded.exceptions if exception.is_unresolved],
        order.promised_at,
        context.uow.now,
        has_pieces_in_no_shipment=context.has_free_pieces,
        is_cancelled=order.status is OrderStatus.CANCELLED,
        is_unanswered_loss=awaits_answer_to_loss(loaded.items, loaded.parcels, loaded.exceptions),
    )
    if order.health is not previous:
        context.recorder.health(None, previous, order.health, context.happened_at)


def _note_overdue(context: ReconciliationContext, exception: OrderException) -> None:
    """Record that an unresolved exception has become overdue, or that it was not overdue yet."""
    now, was_overdue = context.uow.now, exception.was_overdue
    is_overdue = exception.is_unresolved and exception.due_at is not None and exception.due_at < now
    exception.was_overdue = is_overdue
    if exception.is_unresolved and is_overdue is not was_overdue:
        exception.updated_at = now
        shipment = _shipment_of(context, exception)
        before, after = str(was_overdue).lower(), str(is_overdue).lower()
        differences = [difference("isOverdue", before, after)]
        context.recorder.exception_amended(shipment, exception, differences, now)


def _shipment_of(context: ReconciliationContext, exception: OrderException) -> Shipment | None:
    if exception.shipment_id is None:
        return None
    return context.loaded.shipment(exception.shipment_id)


def _last_event_at(context: ReconciliationContext, shipment: Shipment) -> datetime | None:
    """Return the time of the latest event that is not retracted.

    Estimated events count, too: they show that the carrier has not forgotten the shipment.
    """
    events = context.loaded.events[shipment.id]
    times = (event.occurred_at for event in events if event.retracted_at is None)
    return max(times, default=None)


def _set_clock_moments(context: ReconciliationContext) -> None:
    """Set the next moment that the clock may pass, and the last one that it has passed.

    A clock that was ahead passed moments too early. A clock that is before them judges again.
    """
    now, moments = context.uow.now, list(_clock_moments(context))
    context.order.sweep_at = min((moment for moment in moments if moment >= now), default=None)
    context.order.passed_at = max((moment for moment in moments if moment < now), default=None)


def _clock_moments(context: ReconciliationContext) -> Iterator[datetime]:
    """Yield every moment at which the clock may change something of the order."""
    for shipment in context.loaded.shipments:
        yield from clock_moments(
            shipment.status,
            _last_event_at(context, shipment),
            expectation_of(shipment),
            has_moved=shipment.has_moved,
        )
    if context.has_free_pieces and context.order.promised_at is not None:
        yield context.order.promised_at
    for exception in context.loaded.exceptions:
        if exception.is_unresolved and exception.due_at is not None:
            yield exception.due_at
