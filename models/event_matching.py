"""Event matching: to which of the shipments that share a tracking number an event belongs.

An event belongs to the newest shipment that can have it. That depends on what happened when, and
not on what arrived first.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from models.enums import FINISHED
from models.event_effects import EVENT_EFFECTS
from models.events import TrackingEvent
from models.folded_shipment import FoldedShipment, event_place, finished_at
from models.shipment_fold import apply_event, counts
from models.shipments import Shipment

NUMBER_REUSE_WINDOW = timedelta(days=30)
"""Carriers use numbers again. An event belongs to a shipment that was created at most so long after
it, and finished at most so long before it."""

FINISHING = frozenset(type_ for type_, effect in EVENT_EFFECTS.items() if effect.status in FINISHED)
"""The types of events that can finish a shipment."""

LATEST_MOMENT = timedelta(days=3)
"""No event has a moment so far ahead: it is at most the end of today in the last time zone, by a
clock that is minutes ahead."""


def was_created_in_time(shipment: Shipment, event: TrackingEvent) -> bool:
    """Return whether the shipment was created before the event or soon enough after it."""
    return shipment.created_at - event.moment <= NUMBER_REUSE_WINDOW


def newest_created_in_time(shipments: Iterable[Shipment], event: TrackingEvent) -> Shipment | None:
    """Return the shipment of an event whose shipments have not been finished for long."""
    return next((one for one in shipments if was_created_in_time(one, event)), None)


def was_finished_long_ago(
    shipment: Shipment, events: Iterable[TrackingEvent], now: datetime
) -> bool:
    """Return whether there may be an event that comes too long after the shipment was finished.

    Retracted events count, too: the shipment was finished until the retraction came.
    """
    latest = now + LATEST_MOMENT - NUMBER_REUSE_WINDOW
    if shipment.withdrawn_at is not None and shipment.withdrawn_at < latest:
        return True
    return any(event.type in FINISHING and event.occurred_at < latest for event in events)


class FinishHistory:
    """When a shipment was finished, as its events tell. They are added in the fold's order."""

    def __init__(self, shipment: Shipment, events: Iterable[TrackingEvent] = ()) -> None:
        self.shipment = shipment
        self._folded = FoldedShipment(shipment.floor)
        self._moments: list[datetime] = []
        self._finished_at = [finished_at(shipment, self._folded)]
        for event in sorted(events, key=event_place):
            self.add(event)

    def add(self, event: TrackingEvent) -> None:
        if counts(event):
            apply_event(self._folded, event)
            self._moments.append(event.moment)
            self._finished_at.append(finished_at(self.shipment, self._folded))

    def can_have(self, event: TrackingEvent) -> bool:
        """Return whether an event with the shipment's number can belong to it.

        Only events before the event's moment tell whether the shipment was finished by then.
        """
        finished = self._finished_at[bisect_left(self._moments, event.moment)]
        return was_created_in_time(self.shipment, event) and (
            finished is None or event.moment - finished <= NUMBER_REUSE_WINDOW
        )


def newest_in_reach(histories: Iterable[FinishHistory], event: TrackingEvent) -> Shipment | None:
    """Return the first shipment that can have the event; `histories` have the newest first."""
    return next((one.shipment for one in histories if one.can_have(event)), None)


@dataclass(frozen=True, slots=True)
class Assignment:
    """The decision of a person that the events of a number belong to a shipment."""

    decision_id: UUID
    shipment: Shipment


def owner_with_assignment(
    newest: Shipment | None, assignment: Assignment | None, event: TrackingEvent
) -> Shipment | None:
    """Return the shipment of an event whose number a person may have assigned.

    `newest` is the shipment that has the number itself and can have the event. It has precedence
    for what happened since its creation: the carrier has used the number again. All other events
    belong to the assigned shipment, whatever their age.
    """
    if assignment is None or (newest is not None and newest.created_at <= event.moment):
        return newest
    return assignment.shipment


def matched_events(
    shipments: Sequence[Shipment],
    events_by_shipment: Mapping[UUID, Sequence[TrackingEvent]],
    unmatched: Sequence[TrackingEvent],
    newest_before: Mapping[UUID, UUID | None],
    assignment: Assignment | None = None,
) -> Iterator[tuple[TrackingEvent, Shipment | None]]:
    """Yield each event of a number in the fold's order, with the shipment that it belongs to.

    `shipments` are all that have the number, the newest first. An event that belongs to a shipment
    stays there as long as the shipment can have it, unless another one has become the newest that
    can. `newest_before` says which one was the newest before; another shipment that takes a number
    leaves it as it was, so that a number entered by mistake takes no events from a shipment.
    `assignment` is the one of the number; what it has brought to its shipment moves likewise.
    """
    owners = {event.id: id_ for id_, events in events_by_shipment.items() for event in events}
    histories = {shipment.id: FinishHistory(shipment) for shipment in shipments}
    by_id: dict[UUID | None, Shipment] = {shipment.id: shipment for shipment in shipments}
    if assignment is not None:
        by_id[assignment.shipment.id] = assignment.shipment
    events = [*unmatched, *(one for events in events_by_shipment.values() for one in events)]
    for event in sorted(events, key=event_place):
        owner = owners.get(event.id)
        if owner is None or _moves_with_number(event, assignment):
            in_reach = newest_in_reach(histories.values(), event)
            newest = owner_with_assignment(in_reach, assignment, event)
            newest_id = None if newest is None else newest.id
            is_new = newest_before.get(event.id, newest_id) != newest_id
            if owner is None or is_new or not _may_stay(event, histories.get(owner)):
                owner = newest_id
        if owner is not None and owner in histories:
            histories[owner].add(event)
        yield event, by_id.get(owner)


def _may_stay(event: TrackingEvent, history: FinishHistory | None) -> bool:
    """Return whether an event can go on belonging to the shipment with this history.

    A shipment without one has the event by an assignment, whatever its age.
    """
    return history is None or event.decision_id is not None or history.can_have(event)


def _moves_with_number(event: TrackingEvent, assignment: Assignment | None) -> bool:
    """Return whether the event came by number, or by the assignment of the number.

    What came by another assignment stays, and so does a retracted event: it changes nothing.
    """
    decision_id = None if assignment is None else assignment.decision_id
    return (
        event.number_key is not None
        and event.decision_id in (None, decision_id)
        and event.retracted_at is None
    )
