"""Sequences of tracking events in memory, and what the fold makes of them."""

from models.enums import ShipmentStatus, TrackingEventType
from models.events import TrackingEvent
from models.folded_shipment import FoldedShipment
from models.shipment_fold import fold_shipment
from tests.factories.in_memory import START, build_event


def retracted(event: TrackingEvent) -> TrackingEvent:
    """Return the event, marked as retracted by its source."""
    event.retracted_at = START
    return event


def fold_sequence(
    *events: TrackingEventType | TrackingEvent, floor: ShipmentStatus = ShipmentStatus.PENDING
) -> FoldedShipment:
    """Fold events that come one hour after each other onto the status set by commands."""
    return fold_shipment(floor, hourly_events(*events))


def hourly_events(*events: TrackingEventType | TrackingEvent) -> list[TrackingEvent]:
    """One event for each argument; a bare type becomes an event at the next hour after START."""
    return [
        event if isinstance(event, TrackingEvent) else build_event(event, at)
        for at, event in enumerate(events, 1)
    ]
