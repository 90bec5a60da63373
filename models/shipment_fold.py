"""The fold: what a shipment's events make of it, in whatever order they came."""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from models.enums import (
    EventClassifier,
    ExceptionType,
    ShipmentStatus,
    TimeZoneSource,
    TrackingEventType,
)
from models.event_effects import (
    BEFORE_TRANSIT,
    COUNT_AFTER_DELIVERY,
    DELIVERIES,
    EVENT_EFFECTS,
    LOSSES,
    SCANS,
    WRONG_AFTER_DELIVERY,
    WRONG_DELIVERY,
    EventEffect,
    ExceptionTemplate,
    template_of_event,
)
from models.events import TrackingEvent


def event_key(event: TrackingEvent) -> str:
    """The place of an event among its shipment's: moment, rank, fingerprint, as sortable text."""
    moment = event.moment.strftime("%Y%m%d%H%M%S%f")
    return f"{moment:0>20}|{EFFECTS[event.type].rank:02}|{event.fingerprint}"


@dataclass(slots=True)
class DerivedException:
    """An exception that the news leaves open: each piece of news that opened it, oldest first."""

    opening: ExceptionTemplate
    news: list[TrackingEvent] = field(default_factory=list)


@dataclass(slots=True)
class FoldedShipment:
    """What the facts make of a shipment.

    `revived_by` is the scan that led out of CANCELLED, `opened_by` the newest news that opened a
    kind of trouble, whether it was cleared since or not.
    """

    status: ShipmentStatus
    status_event: TrackingEvent | None = None
    last_event: TrackingEvent | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    signed_by: str | None = None
    is_going_back: bool = False
    revived_by: TrackingEvent | None = None
    troubles: dict[ExceptionType, DerivedException] = field(default_factory=dict)
    opened_by: dict[ExceptionType, TrackingEvent] = field(default_factory=dict)
    cleared_by: dict[ExceptionType, TrackingEvent] = field(default_factory=dict)


def fold_shipment(floor: ShipmentStatus, events: Iterable[TrackingEvent]) -> FoldedShipment:
    """Walk the counted events, oldest first, from what commands made of the shipment."""
    folded = FoldedShipment(floor)
    for event in counted_events(events):
        folded.last_event = event
        _take(folded, event)
    return folded


def counted_events(events: Iterable[TrackingEvent]) -> list[TrackingEvent]:
    """The actual, not retracted events, each once, in the order in which they count."""
    places = {
        (event.moment, EVENT_EFFECTS[event.type].rank, event.fingerprint): event
        for event in events
        if event.classifier is EventClassifier.ACTUAL and event.retracted_at is None
    }
    return [places[place] for place in sorted(places)]


def _take(folded: FoldedShipment, event: TrackingEvent) -> None:
    if event.type in SCANS and folded.shipped_at is None:
        folded.shipped_at = event.occurred_at
    if folded.status is ShipmentStatus.DELIVERED:
        _after_delivery(folded, event)
    elif folded.status is ShipmentStatus.RETURNED:
        if event.type is TrackingEventType.DAMAGED:
            _act(folded, event, EVENT_EFFECTS[event.type])
    elif folded.is_going_back and (
        folded.status is ShipmentStatus.RETURNING or event.type in SCANS
    ):
        _on_the_way_back(folded, event)
    elif event.type in BEFORE_TRANSIT:
        if folded.status in (ShipmentStatus.PENDING, ShipmentStatus.PACKED):
            _move(folded, event, ShipmentStatus.PRE_TRANSIT)
    else:
        _act(folded, event, EVENT_EFFECTS[event.type])


def _act(
    folded: FoldedShipment,
    event: TrackingEvent,
    effect: EventEffect,
    instead: ExceptionTemplate | None = None,
) -> None:
    """What the table says; `instead` is opened in place of what it opens."""
    _clear(folded, event, effect)
    opening = instead or template_of_event(event.type, event.exception_type)
    if opening is not None:
        open_trouble(folded, event, opening)
    if effect.status is not None:
        _move(folded, event, effect.status)


def _after_delivery(folded: FoldedShipment, event: TrackingEvent) -> None:
    if event.type in COUNT_AFTER_DELIVERY:
        _act(folded, event, EVENT_EFFECTS[event.type])
    elif event.type in WRONG_AFTER_DELIVERY and _is_time_certain(event):
        folded.delivered_at = folded.signed_by = None
        _act(folded, event, EVENT_EFFECTS[event.type], WRONG_DELIVERY)


def _is_time_certain(event: TrackingEvent) -> bool:
    """A day's worth of hours is in doubt where a time zone was assumed."""
    return event.time_zone_source is not TimeZoneSource.ASSUMED_UTC


def _on_the_way_back(folded: FoldedShipment, event: TrackingEvent) -> None:
    """A delivery ends the return, a loss interrupts it; every other scan is part of it."""
    effect = EVENT_EFFECTS[event.type]
    if event.type in DELIVERIES:
        effect = EVENT_EFFECTS[TrackingEventType.RETURNED]
    elif event.type not in LOSSES and event.type is not TrackingEventType.RETURNED:
        is_found = event.type in SCANS and folded.status is not ShipmentStatus.RETURNING
        effect = replace(effect, status=ShipmentStatus.RETURNING if is_found else None)
    _act(folded, event, effect)


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


def open_trouble(folded: FoldedShipment, event: TrackingEvent, opening: ExceptionTemplate) -> None:
    """The same trouble again adds to it; it is as bad as the worst of its news."""
    note_opener(folded, event, opening.type)
    trouble = folded.troubles.setdefault(opening.type, DerivedException(opening))
    insort(trouble.news, event, key=event_key)
    if opening.severity.rank > trouble.opening.severity.rank:
        trouble.opening = opening


def note_opener(folded: FoldedShipment, event: TrackingEvent, type_: ExceptionType) -> None:
    folded.opened_by[type_] = max(folded.opened_by.get(type_, event), event, key=event_key)


def _clear(folded: FoldedShipment, event: TrackingEvent, effect: EventEffect) -> None:
    for type_ in list(folded.troubles):
        if type_ in effect.clears or _clears_all(effect, type_) or _found(event, type_):
            del folded.troubles[type_]
            folded.cleared_by[type_] = event


def _clears_all(effect: EventEffect, type_: ExceptionType) -> bool:
    return effect.clears_all_but is not None and type_ not in effect.clears_all_but


def _found(event: TrackingEvent, type_: ExceptionType) -> bool:
    """A scan shows that a parcel is neither lost nor forgotten."""
    return (
        type_ in (ExceptionType.LOST, ExceptionType.STALE)
        and event.type in SCANS
        and event.type not in LOSSES
    )
