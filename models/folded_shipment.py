"""A folded shipment: the status and the exceptions that its facts make."""

from bisect import insort
from dataclasses import dataclass, field
from datetime import datetime

from models.enums import ExceptionType, ShipmentStatus
from models.event_effects import EVENT_EFFECTS
from models.events import TrackingEvent
from models.exception_templates import ExceptionTemplate
from models.shipments import Shipment


def event_place(event: TrackingEvent) -> tuple[datetime, int, str]:
    """Return the event's place in the fold: by moment, then rank, then fingerprint."""
    return event.moment, EVENT_EFFECTS[event.type].rank, event.fingerprint


def event_key(event: TrackingEvent) -> str:
    """Return the event's place in the fold as text that sorts like it."""
    moment = event.moment.strftime("%Y%m%d%H%M%S%f")
    return f"{moment:0>20}|{EVENT_EFFECTS[event.type].rank:02}|{event.fingerprint}"


@dataclass(slots=True)
class DerivedException:
    """An exception that the events leave open, with every event that opened it, oldest first."""

    template: ExceptionTemplate
    events: list[TrackingEvent] = field(default_factory=list)


@dataclass(slots=True)
class FoldedShipment:
    """The result of folding a shipment's events.

    `revived_by` is the scan that led out of CANCELLED. `opened_by` holds the newest event that
    opened each type of exception, whether the exception was cleared since or not.
    """

    status: ShipmentStatus
    status_event: TrackingEvent | None = None
    last_event: TrackingEvent | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    signed_by: str | None = None
    is_going_back: bool = False
    revived_by: TrackingEvent | None = None
    exceptions: dict[ExceptionType, DerivedException] = field(default_factory=dict)
    opened_by: dict[ExceptionType, TrackingEvent] = field(default_factory=dict)
    cleared_by: dict[ExceptionType, TrackingEvent] = field(default_factory=dict)

    def open_exception(self, event: TrackingEvent, template: ExceptionTemplate) -> None:
        """Open an exception, or add the event to the open one of the same type.

        An exception with several events has the template of the most severe one.
        """
        self.note_opening_event(event, template.type)
        exception = self.exceptions.setdefault(template.type, DerivedException(template))
        insort(exception.events, event, key=event_place)
        if template is exception.template:
            return
        if template.severity.rank > exception.template.severity.rank:
            exception.template = template

    def note_opening_event(self, event: TrackingEvent, type_: ExceptionType) -> None:
        self.opened_by[type_] = max(self.opened_by.get(type_, event), event, key=event_place)

    def clear_exception(self, event: TrackingEvent, type_: ExceptionType) -> None:
        del self.exceptions[type_]
        self.cleared_by[type_] = event


def finished_at(shipment: Shipment, folded: FoldedShipment) -> datetime | None:
    """Return when the folded shipment was finished, None unless it is."""
    if not folded.status.is_finished:
        return None
    return folded.status_event.occurred_at if folded.status_event else shipment.withdrawn_at
