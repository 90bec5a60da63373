"""Exceptions against the news: what the walk leaves open meets the records."""

from datetime import datetime

from database.rows import new_row
from models.allocation import Parcel
from models.enums import (
    EventClassifier,
    ExceptionResolution,
    ExceptionSeverity,
    ExceptionStatus,
    ShipmentStatus,
    TrackingEventType,
)
from models.event_effects import PIECES_REALLOCATED
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.shipment_fold import (
    DerivedException,
    FoldedShipment,
    event_key,
    note_opener,
    open_trouble,
)
from models.shipments import Shipment
from tracking.change_recorder import difference
from tracking.reconciliation.context import ReconciliationContext

TAKEN_BACK = "The news that opened it was taken back."


def reconcile_exceptions(
    context: ReconciliationContext, parcel: Parcel, folded: FoldedShipment
) -> None:
    """Open, add to, or clear the records of one shipment, as its news says."""
    shipment = parcel.shipment
    _settle_pieces(context, parcel, folded)
    records = context.loaded.exceptions_of(shipment)
    unresolved = [one for one in records if one.is_unresolved]
    for type_, trouble in folded.troubles.items():
        records_of_type = [one for one in records if one.type is type_]
        _meet(context, shipment, trouble, folded, records_of_type)
    for record in unresolved:
        if record.type not in folded.troubles and not record.is_personal:
            _close(context, shipment, record, folded)


def _settle_pieces(context: ReconciliationContext, parcel: Parcel, folded: FoldedShipment) -> None:
    """That pieces are gone is in no event: it is open while the shipment is short of them."""
    event = _revival(context, parcel.shipment, folded)
    if event is not None and parcel.is_short:
        open_trouble(folded, event, PIECES_REALLOCATED)
    elif event is not None:
        note_opener(folded, event, PIECES_REALLOCATED.type)


def _revival(
    context: ReconciliationContext, shipment: Shipment, folded: FoldedShipment
) -> TrackingEvent | None:
    """The scan that brought it back to life; else the cancellation that no longer holds."""
    if folded.revived_by is not None or folded.status is ShipmentStatus.CANCELLED:
        return folded.revived_by
    cancellations = [
        event
        for event in context.loaded.events[shipment.id]
        if event.type is TrackingEventType.CANCELLED and event.classifier is EventClassifier.ACTUAL
    ]
    return max(cancellations, key=event_key, default=None)


def _meet(
    context: ReconciliationContext,
    shipment: Shipment,
    trouble: DerivedException,
    folded: FoldedShipment,
    records: list[OrderException],
) -> None:
    """News that a person has closed a record over counts no more."""
    record = next((one for one in records if one.is_unresolved), None)
    closed = (one.counted_key or "" for one in records if one.was_closed_by_person)
    bar = max(closed, default="")
    news = [event for event in trouble.news if event_key(event) > bar]
    if record is None:
        if news:
            _open(context, shipment, trouble, news)
    elif news:
        _add_to(context, shipment, record, trouble, news)
    elif not record.is_personal:
        _close(context, shipment, record, folded)


def _open(
    context: ReconciliationContext,
    shipment: Shipment,
    trouble: DerivedException,
    news: list[TrackingEvent],
) -> None:
    record = new_row(
        OrderException,
        order_id=context.order.id,
        shipment_id=shipment.id,
        type=trouble.opening.type,
        status=ExceptionStatus.OPEN,
        updated_at=context.uow.now,
    )
    _put_news(context, record, trouble, news)
    context.loaded.exceptions.append(context.uow.rows.add(record))
    context.record.exception_status(shipment, record, None, record.opened_at)


def _put_news(
    context: ReconciliationContext,
    record: OrderException,
    trouble: DerivedException,
    news: list[TrackingEvent],
) -> None:
    opening, first = trouble.opening, news[0]
    record.severity = opening.severity
    record.severity_rank = opening.severity.rank
    record.caused_by = opening.caused_by
    record.action_required = opening.action_required
    record.summary = opening.summary or _summary(first)
    record.occurrences = len(news)
    record.counted_key = event_key(news[-1])
    record.opened_by_event_id = first.id
    record.opened_at = first.occurred_at
    if not record.is_due_at_given:
        record.due_at = _due_at(context, record.severity, record.opened_at)


def _summary(event: TrackingEvent) -> str:
    said = event.type.replace("_", " ").capitalize()
    return f"{said} at {place}" if (place := _place(event)) else said


def _place(event: TrackingEvent) -> str:
    location = event.location or {}
    return ", ".join(location[name] for name in ("city", "country") if location.get(name))


def _due_at(
    context: ReconciliationContext, severity: ExceptionSeverity, opened_at: datetime
) -> datetime | None:
    allowed = context.uow.tracker.due.get(severity)
    return None if allowed is None else opened_at + allowed


def _add_to(
    context: ReconciliationContext,
    shipment: Shipment,
    record: OrderException,
    trouble: DerivedException,
    news: list[TrackingEvent],
) -> None:
    """The same news again adds to the record; a person's own record stays as the person made it."""
    before = _told(record)
    if record.is_personal:
        counted = len(news) + record.was_opened_by_person
        record.occurrences = max(counted, record.occurrences)
        record.counted_key = event_key(news[-1])
    else:
        _put_news(context, record, trouble, news)
    after = _told(record)
    said = [
        difference(name, before[name], after[name]) for name in after if before[name] != after[name]
    ]
    if said:
        record.updated_at = context.uow.now
        context.record.exception_amended(shipment, record, said, news[-1].occurred_at)


def _told(record: OrderException) -> dict[str, object]:
    """What more news may change, as the API names it."""
    return {
        "occurrences": record.occurrences,
        "severity": record.severity,
        "openedAt": record.opened_at,
    }


def _close(
    context: ReconciliationContext,
    shipment: Shipment,
    record: OrderException,
    folded: FoldedShipment,
) -> None:
    previous, is_cleared = record.status, _is_cleared(context, shipment, record, folded)
    event = folded.cleared_by.get(record.type) if is_cleared else None
    happened_at = event.occurred_at if event else context.happened_at
    record.status = ExceptionStatus.RESOLVED if is_cleared else ExceptionStatus.DISMISSED
    record.resolution = ExceptionResolution.CLEARED if is_cleared else None
    record.resolved_at = max(happened_at, record.opened_at)
    record.waiting_on = None
    record.updated_at = context.uow.now
    reason = None if is_cleared else TAKEN_BACK
    context.record.exception_status(shipment, record, previous, record.resolved_at, reason)


def _is_cleared(
    context: ReconciliationContext,
    shipment: Shipment,
    record: OrderException,
    folded: FoldedShipment,
) -> bool:
    """News that opened it still counts; else it should never have been opened."""
    events = context.loaded.events[shipment.id]
    first = next((event for event in events if event.id == record.opened_by_event_id), None)
    newest = folded.opened_by.get(record.type)
    return first is not None and newest is not None and event_key(newest) >= event_key(first)
