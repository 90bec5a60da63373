"""The shipment fold: a shipment's status and exceptions, derived from its events.

The result is the same in whatever order the events came in.
"""

from collections.abc import Iterable
from dataclasses import replace

from models.enums import (
    EventClassifier,
    ExceptionType,
    ShipmentStatus,
    TimeZoneSource,
    TrackingEventType,
)
from models.event_effects import (
    BEFORE_TRANSIT,
    CONTRADICTING_DELIVERY,
    DELIVERIES,
    EFFECTIVE_AFTER_DELIVERY,
    EVENT_EFFECTS,
    LOSSES,
    SCANS,
    EventEffect,
    template_of_event,
)
from models.events import TrackingEvent
from models.exception_templates import WRONG_DELIVERY, ExceptionTemplate
from models.folded_shipment import FoldedShipment, event_place


def fold_shipment(floor: ShipmentStatus, events: Iterable[TrackingEvent]) -> FoldedShipment:
    """Apply the counted events, oldest first, to the status that commands gave the shipment."""
    folded = FoldedShipment(floor)
    for event in counted_events(events):
        apply_event(folded, event)
    return folded


def counted_events(events: Iterable[TrackingEvent]) -> list[TrackingEvent]:
    """Return the actual events that are not retracted, each once, in the order of the fold."""
    event_by_place = {event_place(event): event for event in events if counts(event)}
    return [event_by_place[place] for place in sorted(event_by_place)]


def counts(event: TrackingEvent) -> bool:
    """Return whether the event is actual and not retracted."""
    return event.classifier is EventClassifier.ACTUAL and event.retracted_at is None


def apply_event(folded: FoldedShipment, event: TrackingEvent) -> None:
    """Apply a counted event after those that are older."""
    folded.last_event = event
    if event.type in SCANS and folded.shipped_at is None:
        folded.shipped_at = event.occurred_at
    if folded.status is ShipmentStatus.DELIVERED:
        _apply_after_delivery(folded, event)
    elif folded.status is ShipmentStatus.RETURNED:
        if event.type is TrackingEventType.DAMAGED:
            _apply_effect(folded, event, EVENT_EFFECTS[event.type])
    elif folded.is_going_back and (
        folded.status is ShipmentStatus.RETURNING or event.type in SCANS
    ):
        _apply_during_return(folded, event)
    elif event.type in BEFORE_TRANSIT:
        if folded.status in (ShipmentStatus.PENDING, ShipmentStatus.PACKED):
            _move(folded, event, ShipmentStatus.PRE_TRANSIT)
    else:
        _apply_effect(folded, event, EVENT_EFFECTS[event.type])


def _apply_effect(
    folded: FoldedShipment,
    event: TrackingEvent,
    effect: EventEffect,
    template: ExceptionTemplate | None = None,
) -> None:
    """Apply a row of the table; `template`, if given, replaces the one that the row opens."""
    _clear_exceptions(folded, event, effect)
    opened = template or template_of_event(event.type, event.exception_type)
    if opened is not None:
        folded.open_exception(event, opened)
    if effect.status is not None:
        _move(folded, event, effect.status)


def _apply_after_delivery(folded: FoldedShipment, event: TrackingEvent) -> None:
    if event.type in EFFECTIVE_AFTER_DELIVERY:
        _apply_effect(folded, event, EVENT_EFFECTS[event.type])
    elif event.type in CONTRADICTING_DELIVERY and _is_time_certain(event):
        folded.delivered_at = folded.signed_by = None
        _apply_effect(folded, event, EVENT_EFFECTS[event.type], WRONG_DELIVERY)


def _is_time_certain(event: TrackingEvent) -> bool:
    """Return whether the event surely came after the delivery.

    An assumed time zone may be wrong by up to a day.
    """
    return event.time_zone_source is not TimeZoneSource.ASSUMED_UTC


def _apply_during_return(folded: FoldedShipment, event: TrackingEvent) -> None:
    """A delivery ends the return, a loss interrupts it; every other scan is part of it."""
    effect = EVENT_EFFECTS[event.type]
    if event.type in DELIVERIES:
        effect = EVENT_EFFECTS[TrackingEventType.RETURNED]
    elif event.type not in LOSSES and event.type is not TrackingEventType.RETURNED:
        is_found = event.type in SCANS and folded.status is not ShipmentStatus.RETURNING
        effect = replace(effect, status=ShipmentStatus.RETURNING if is_found else None)
    _apply_effect(folded, event, effect)


def _move(folded: FoldedShipment, event: TrackingEvent, status: ShipmentStatus) -> None:
    if folded.status is ShipmentStatus.CANCELLED and status is not ShipmentStatus.CANCELLED:
        folded.revived_by = event
    if status is ShipmentStatus.DELIVERED:
        _deliver(folded, event)
        return
    folded.is_going_back = folded.is_going_back or status is ShipmentStatus.RETURNING
    folded.status = status
    folded.status_event = event


def _deliver(folded: FoldedShipment, event: TrackingEvent) -> None:
    if folded.delivered_at is None or event.type is not TrackingEventType.PROOF_OF_DELIVERY:
        folded.delivered_at = event.occurred_at
        folded.status_event = event
    folded.signed_by = event.signed_by or folded.signed_by
    folded.status = ShipmentStatus.DELIVERED


def _clear_exceptions(folded: FoldedShipment, event: TrackingEvent, effect: EventEffect) -> None:
    for type_ in list(folded.exceptions):
        if type_ in effect.clears or _clears_all(effect, type_) or _shows_parcel(event, type_):
            folded.clear_exception(event, type_)


def _clears_all(effect: EventEffect, type_: ExceptionType) -> bool:
    return effect.clears_all_but is not None and type_ not in effect.clears_all_but


def _shows_parcel(event: TrackingEvent, type_: ExceptionType) -> bool:
    """A scan clears LOST and STALE: it shows that the carrier has the parcel."""
    return (
        type_ in (ExceptionType.LOST, ExceptionType.STALE)
        and event.type in SCANS
        and event.type not in LOSSES
    )
