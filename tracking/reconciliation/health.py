"""Health after settling: of each shipment, of the order, and when the clock will change it next."""

from collections.abc import Iterator
from datetime import datetime

from models.enums import OrderStatus
from models.estimates import expectation_of
from models.exceptions import OrderException
from models.health import clock_moments, order_health, shipment_health
from models.shipments import Shipment
from tracking.change_recorder import difference
from tracking.reconciliation.context import ReconciliationContext


def reconcile_health(context: ReconciliationContext) -> None:
    for shipment in context.loaded.shipments:
        _settle_shipment(context, shipment)
    _settle_order(context)
    for exception in context.loaded.exceptions:
        _note_overdue(context, exception)
    context.order.sweep_at = min(
        (moment for moment in _moments(context) if moment >= context.uow.now), default=None
    )


def _settle_shipment(context: ReconciliationContext, shipment: Shipment) -> None:
    previous = shipment.health
    shipment.health = shipment_health(
        shipment.status,
        _last_news_at(context, shipment),
        expectation_of(shipment),
        context.order.promised_at,
        [one for one in context.loaded.exceptions_of(shipment) if one.is_unresolved],
        context.uow.now,
        has_moved=shipment.has_moved,
    )
    if shipment.health is not previous:
        shipment.updated_at = context.uow.now
        context.record.health(shipment, previous, shipment.health, context.happened_at)


def _settle_order(context: ReconciliationContext) -> None:
    order, previous = context.order, context.order.health
    order.health = order_health(
        [one.health for one in context.loaded.shipments if not one.status.is_finished],
        [one for one in context.loaded.exceptions if one.is_unresolved],
        order.promised_at,
        context.uow.now,
        has_pieces_in_no_shipment=context.has_free_pieces,
        is_cancelled=order.status is OrderStatus.CANCELLED,
    )
    if order.health is not previous:
        context.record.health(None, previous, order.health, context.happened_at)


def _note_overdue(context: ReconciliationContext, exception: OrderException) -> None:
    is_overdue = (
        exception.is_unresolved
        and exception.due_at is not None
        and exception.due_at < context.uow.now
    )
    if is_overdue and not exception.was_overdue:
        exception.updated_at = context.uow.now
        shipment = _shipment_of(context, exception)
        said = [difference("isOverdue", "false", "true")]
        context.record.exception_amended(shipment, exception, said, context.uow.now)
    exception.was_overdue = is_overdue


def _shipment_of(context: ReconciliationContext, exception: OrderException) -> Shipment | None:
    if exception.shipment_id is None:
        return None
    return context.loaded.shipment(exception.shipment_id)


def _last_news_at(context: ReconciliationContext, shipment: Shipment) -> datetime | None:
    """Of any news that stands: an estimate shows that the carrier has not forgotten it."""
    events = context.loaded.events[shipment.id]
    standing = (event.occurred_at for event in events if event.retracted_at is None)
    return max(standing, default=None)


def _moments(context: ReconciliationContext) -> Iterator[datetime]:
    """Every moment at which the clock may change something here."""
    for shipment in context.loaded.shipments:
        yield from clock_moments(
            shipment.status,
            _last_news_at(context, shipment),
            expectation_of(shipment),
            has_moved=shipment.has_moved,
        )
    if context.has_free_pieces and context.order.promised_at is not None:
        yield context.order.promised_at
    for exception in context.loaded.exceptions:
        if exception.is_unresolved and exception.due_at is not None:
            yield exception.due_at
