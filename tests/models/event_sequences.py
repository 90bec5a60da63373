"""Sequences of tracking events in memory, and what the fold makes of them."""

from models.enums import ShipmentStatus, TrackingEventType
from models.events import TrackingEvent
from models.fold import Folded, fold
from tests.factories.in_memory import START, build_event


def retracted(event: TrackingEvent) -> TrackingEvent:
    """The same event after its source has taken it back."""
    event.retracted_at = START
    return event


def fold_sequence(
    *events: TrackingEventType | TrackingEvent, floor: ShipmentStatus = ShipmentStatus.PENDING
) -> Folded:
    """Fold events that come one hour after each other onto the status set by commands."""
    return fold(floor, hourly_events(*events))


def hourly_events(*events: TrackingEventType | TrackingEvent) -> list[TrackingEvent]:
    """One event for each argument; a bare type becomes an event at the next hour after START."""
    return [
        event if isinstance(event, TrackingEvent) else build_event(event, at)
        for at, event in enumerate(events, 1)
    ]
