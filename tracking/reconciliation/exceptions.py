"""Reconciliation of exceptions: those of the fold against the stored ones of a shipment."""

from bisect import bisect_right
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
from models.events import TrackingEvent
from models.exception_templates import PIECES_REALLOCATED
from models.exceptions import OrderException
from models.folded_shipment import (
    DerivedException,
    FoldedShipment,
    event_key,
    event_place,
)
from models.shipments import Shipment
from tracking.differences import difference
from tracking.reconciliation.context import ReconciliationContext

RETRACTED_REASON = "The event that opened this exception was retracted."


def reconcile_exceptions(
    context: ReconciliationContext, parcel: Parcel, folded: FoldedShipment
) -> None:
    """Open, update and close the exceptions of one shipment by the result of the fold."""
    shipment = parcel.shipment
    _derive_reallocation(context, parcel, folded)
    stored = context.loaded.exceptions_of(shipment)
    unresolved = [exception for exception in stored if exception.is_unresolved]
    for type_, derived in folded.exceptions.items():
        same_type = [exception for exception in stored if exception.type is type_]
        _reconcile_type(context, shipment, derived, folded, same_type)
    for exception in unresolved:
        if exception.type not in folded.exceptions and not exception.is_personal:
            _close(context, shipment, exception, folded)


def _derive_reallocation(
    context: ReconciliationContext, parcel: Parcel, folded: FoldedShipment
) -> None:
    """Add the exception that no event opens: other shipments took pieces of this one."""
    event = _revival(context, parcel.shipment, folded)
    if event is not None and parcel.is_short:
        folded.open_exception(event, PIECES_REALLOCATED)
    elif event is not None:
        folded.note_opening_event(event, PIECES_REALLOCATED.type)


def _revival(
    context: ReconciliationContext, shipment: Shipment, folded: FoldedShipment
) -> TrackingEvent | None:
    """Return the scan that ended a cancellation, else the cancellation that no longer counts."""
    if folded.revived_by is not None or folded.status is ShipmentStatus.CANCELLED:
        return folded.revived_by
    cancellations = [
        event
        for event in context.loaded.events[shipment.id]
        if event.type is TrackingEventType.CANCELLED and event.classifier is EventClassifier.ACTUAL
    ]
    return max(cancellations, key=event_place, default=None)


def _reconcile_type(
    context: ReconciliationContext,
    shipment: Shipment,
    derived: DerivedException,
    folded: FoldedShipment,
    stored: list[OrderException],
) -> None:
    """Reconcile one type of exception.

    Events that were counted by an exception which a person has closed open no new one.
    """
    exception = next((row for row in stored if row.is_unresolved), None)
    closed_keys = (row.counted_key or "" for row in stored if row.was_closed_by_person)
    last_closed_key = max(closed_keys, default="")
    events = derived.events[bisect_right(derived.events, last_closed_key, key=event_key) :]
    if exception is None:
        if events:
            _open(context, shipment, derived, events)
    elif events:
        _update(context, shipment, exception, derived, events)
    elif not exception.is_personal:
        _close(context, shipment, exception, folded)


def _open(
    context: ReconciliationContext,
    shipment: Shipment,
    derived: DerivedException,
    events: list[TrackingEvent],
) -> None:
    exception = new_row(
        OrderException,
        order_id=context.order.id,
        shipment_id=shipment.id,
        type=derived.template.type,
        status=ExceptionStatus.OPEN,
        updated_at=context.uow.now,
    )
    _set_columns(context, exception, derived, events)
    context.loaded.exceptions.append(context.uow.rows.add(exception))
    context.recorder.exception_status(shipment, exception, None, exception.opened_at)


def _set_columns(
    context: ReconciliationContext,
    exception: OrderException,
    derived: DerivedException,
    events: list[TrackingEvent],
) -> None:
    template, first = derived.template, events[0]
    exception.severity = template.severity
    exception.severity_rank = template.severity.rank
    exception.caused_by = template.caused_by
    exception.action_required = template.action_required
    exception.summary = template.summary or _summary(first)
    exception.occurrences = len(events)
    exception.counted_key = event_key(events[-1])
    exception.opened_by_event_id = first.id
    exception.opened_at = first.occurred_at
    if not exception.is_due_at_given:
        exception.due_at = _due_at(context, exception.severity, exception.opened_at)


def _summary(event: TrackingEvent) -> str:
    text = event.type.replace("_", " ").capitalize()
    return f"{text} at {place}" if (place := _place(event)) else text


def _place(event: TrackingEvent) -> str:
    location = event.location or {}
    return ", ".join(location[name] for name in ("city", "country") if location.get(name))


def _due_at(
    context: ReconciliationContext, severity: ExceptionSeverity, opened_at: datetime
) -> datetime | None:
    time_to_resolve = context.uow.tracker.due.get(severity)
    return None if time_to_resolve is None else opened_at + time_to_resolve


def _update(
    context: ReconciliationContext,
    shipment: Shipment,
    exception: OrderException,
    derived: DerivedException,
    events: list[TrackingEvent],
) -> None:
    """Count the events. An exception of a person keeps the values that the person gave it."""
    before = _recorded_values(exception)
    if exception.is_personal:
        occurrences = len(events) + exception.was_opened_by_person
        exception.occurrences = max(occurrences, exception.occurrences)
        exception.counted_key = event_key(events[-1])
    else:
        _set_columns(context, exception, derived, events)
    after = _recorded_values(exception)
    differences = [
        difference(name, before[name], after[name]) for name in after if before[name] != after[name]
    ]
    if differences:
        exception.updated_at = context.uow.now
        happened_at = events[-1].occurred_at
        context.recorder.exception_amended(shipment, exception, differences, happened_at)


def _recorded_values(exception: OrderException) -> dict[str, object]:
    """Return the values whose changes are recorded, by their names in the API."""
    return {
        "occurrences": exception.occurrences,
        "severity": exception.severity,
        "openedAt": exception.opened_at,
    }


def _close(
    context: ReconciliationContext,
    shipment: Shipment,
    exception: OrderException,
    folded: FoldedShipment,
) -> None:
    """Resolve an exception that later events cleared; dismiss it if its events were retracted."""
    previous = exception.status
    is_cleared = _is_cleared(context, shipment, exception, folded)
    event = folded.cleared_by.get(exception.type) if is_cleared else None
    happened_at = event.occurred_at if event else context.happened_at
    exception.status = ExceptionStatus.RESOLVED if is_cleared else ExceptionStatus.DISMISSED
    exception.resolution = ExceptionResolution.CLEARED if is_cleared else None
    exception.resolved_at = max(happened_at, exception.opened_at)
    exception.waiting_on = None
    exception.updated_at = context.uow.now
    reason = None if is_cleared else RETRACTED_REASON
    context.recorder.exception_status(shipment, exception, previous, exception.resolved_at, reason)


def _is_cleared(
    context: ReconciliationContext,
    shipment: Shipment,
    exception: OrderException,
    folded: FoldedShipment,
) -> bool:
    """Return whether an event that could have opened the exception still counts."""
    events = context.loaded.events[shipment.id]
    first = next((event for event in events if event.id == exception.opened_by_event_id), None)
    newest = folded.opened_by.get(exception.type)
    return first is not None and newest is not None and event_place(newest) >= event_place(first)
