"""The fold: what a shipment's events make of it, in whatever order they came."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from models.effects import (
    BEFORE_TRANSIT,
    DELIVERIES,
    EFFECTS,
    LOSSES,
    NEW_DAMAGE,
    SCANS,
    WRONG_AFTER_DELIVERY,
    WRONG_DELIVERY,
    Effect,
    Opening,
    opening_of,
)
from models.enums import (
    EventClassifier,
    ExceptionType,
    ShipmentStatus,
    TimeZoneSource,
    TrackingEventType,
)
from models.events import TrackingEvent


def news_key(event: TrackingEvent) -> str:
    """The place of an event among its shipment's: moment, rank, fingerprint, as sortable text."""
    moment = event.moment.strftime("%Y%m%d%H%M%S%f")
    return f"{moment:0>20}|{EFFECTS[event.type].rank:02}|{event.fingerprint}"


@dataclass(slots=True)
class Trouble:
    """An exception that the news leaves open: each piece of news that opened it, oldest first."""

    opening: Opening
    news: list[TrackingEvent]


@dataclass(slots=True)
class Folded:
    """What the facts make of a shipment."""

    status: ShipmentStatus
    status_event: TrackingEvent | None = None
    last_event: TrackingEvent | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    signed_by: str | None = None
    is_going_back: bool = False
    troubles: dict[ExceptionType, Trouble] = field(default_factory=dict)
    ever_opened: set[ExceptionType] = field(default_factory=set)
    cleared_by: dict[ExceptionType, TrackingEvent] = field(default_factory=dict)

    @property
    def has_moved(self) -> bool:
        return self.shipped_at is not None


def fold(floor: ShipmentStatus, events: Iterable[TrackingEvent]) -> Folded:
    """Walk the counted events, oldest first, from what commands made of the shipment."""
    folded = Folded(floor)
    for event in counted(events):
        folded.last_event = event
        _take(folded, event)
    return folded


def counted(events: Iterable[TrackingEvent]) -> list[TrackingEvent]:
    """The actual, not retracted events, in the order in which they count."""
    return sorted(
        (
            event
            for event in events
            if event.classifier is EventClassifier.ACTUAL and event.retracted_at is None
        ),
        key=news_key,
    )


def _take(folded: Folded, event: TrackingEvent) -> None:
    if event.type in SCANS and folded.shipped_at is None:
        folded.shipped_at = event.occurred_at
    if folded.status is ShipmentStatus.DELIVERED:
        _after_delivery(folded, event)
    elif folded.status is ShipmentStatus.RETURNED:
        if event.type is TrackingEventType.DAMAGED:
            _open(folded, event, opening_of(event.type, event.exception_type))
    elif folded.is_going_back and (
        folded.status is ShipmentStatus.RETURNING or event.type in SCANS
    ):
        _on_the_way_back(folded, event)
    elif event.type in BEFORE_TRANSIT:
        if folded.status in (ShipmentStatus.PENDING, ShipmentStatus.PACKED):
            _move(folded, event, ShipmentStatus.PRE_TRANSIT)
    else:
        _act(folded, event, EFFECTS[event.type])


def _act(folded: Folded, event: TrackingEvent, effect: Effect) -> None:
    """What the table says, and nothing else."""
    _clear(folded, event, effect)
    _open(folded, event, opening_of(event.type, event.exception_type))
    if effect.status is not None:
        _move(folded, event, effect.status)


def _after_delivery(folded: Folded, event: TrackingEvent) -> None:
    if event.type in DELIVERIES:
        _clear(folded, event, EFFECTS[event.type])
        _deliver(folded, event)
    elif event.type in (TrackingEventType.RETURN_STARTED, TrackingEventType.RETURNED):
        _act(folded, event, EFFECTS[event.type])
    elif event.type in WRONG_AFTER_DELIVERY:
        if event.time_zone_source is not TimeZoneSource.ASSUMED_UTC:
            _clear(folded, event, EFFECTS[event.type])
            _open(folded, event, WRONG_DELIVERY)
            folded.delivered_at = folded.signed_by = None
            _move(folded, event, EFFECTS[event.type].status or folded.status)
    elif event.type in NEW_DAMAGE:
        _open(folded, event, opening_of(event.type, event.exception_type))


def _on_the_way_back(folded: Folded, event: TrackingEvent) -> None:
    effect = EFFECTS[event.type]
    if event.type in DELIVERIES:
        effect = EFFECTS[TrackingEventType.RETURNED]
    elif event.type not in LOSSES and event.type is not TrackingEventType.RETURNED:
        status = None if effect.status is None else ShipmentStatus.RETURNING
        _clear(folded, event, effect)
        _open(folded, event, opening_of(event.type, event.exception_type))
        if status is not None and event.type not in BEFORE_TRANSIT:
            _keep_going_back(folded, event)
        return
    _act(folded, event, effect)


def _keep_going_back(folded: Folded, event: TrackingEvent) -> None:
    """Keep RETURNING; out of LOST, this event decides the status."""
    if folded.status is not ShipmentStatus.RETURNING:
        _move(folded, event, ShipmentStatus.RETURNING)


def _move(folded: Folded, event: TrackingEvent, status: ShipmentStatus) -> None:
    if status is ShipmentStatus.DELIVERED:
        _deliver(folded, event)
        return
    folded.is_going_back = folded.is_going_back or status is ShipmentStatus.RETURNING
    folded.status = status
    folded.status_event = event


def _deliver(folded: Folded, event: TrackingEvent) -> None:
    if folded.delivered_at is None or event.type is not TrackingEventType.PROOF_OF_DELIVERY:
        folded.delivered_at = event.occurred_at
        folded.status_event = event
    folded.signed_by = event.signed_by or folded.signed_by
    folded.status = ShipmentStatus.DELIVERED


def _open(folded: Folded, event: TrackingEvent, opening: Opening | None) -> None:
    if opening is None:
        return
    folded.ever_opened.add(opening.type)
    trouble = folded.troubles.get(opening.type)
    if trouble is None:
        folded.troubles[opening.type] = Trouble(opening, [event])
        return
    trouble.news.append(event)
    if opening.severity.rank > trouble.opening.severity.rank:
        trouble.opening = opening


def _clear(folded: Folded, event: TrackingEvent, effect: Effect) -> None:
    for type_ in list(folded.troubles):
        if type_ in effect.clears or _clears_all(effect, type_) or _found(event, type_):
            del folded.troubles[type_]
            folded.cleared_by[type_] = event


def _clears_all(effect: Effect, type_: ExceptionType) -> bool:
    return effect.clears_all_but is not None and type_ not in effect.clears_all_but


def _found(event: TrackingEvent, type_: ExceptionType) -> bool:
    """A scan shows that a parcel is neither lost nor forgotten."""
    return (
        type_ in (ExceptionType.LOST, ExceptionType.STALE)
        and event.type in SCANS
        and event.type not in LOSSES
    )
