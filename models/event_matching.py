"""Event matching: to which of the shipments that share a tracking number an event belongs.

An event belongs to the newest shipment of its carrier that can have it. If its carrier has none
that can, it belongs to another carrier of the family, as if it had come under that one's name: the
only one with a shipment that existed and was not finished when the event happened or, if there is
none, the only one with a shipment that can have the event. If several carriers are in question, the
event waits.

Shipments of several orders may be in one box, if each says so. What happens to the box happens to
all of them: if the newest shipment that can have an event is shared, it belongs to the newest
shared one of each order. All of that depends on what happened when, and not on what arrived first.

A person can assign the number that news names to a shipment. The shipments that have the number
themselves then have the events from after the creation of the first of them, and the assigned
shipment has all others.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime, timedelta
from uuid import UUID

from models.assignments import (
    NO_ASSIGNMENTS,
    Assignments,
    Owners,
    assignment_of,
    bound_shipments,
    moves_with_number,
    owners_with_assignment,
)
from models.carrier_families import spelling
from models.enums import FINISHED, ShipmentStatus
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
        self._states = [self._state()]
        for event in sorted(events, key=event_place):
            self.add(event)

    def add(self, event: TrackingEvent) -> None:
        if counts(event):
            apply_event(self._folded, event)
            self._moments.append(event.moment)
            self._states.append(self._state())

    def _state(self) -> tuple[datetime | None, bool]:
        """Return when the shipment was finished, and whether it is cancelled."""
        is_cancelled = self._folded.status is ShipmentStatus.CANCELLED
        return finished_at(self.shipment, self._folded), is_cancelled

    def _state_before(self, event: TrackingEvent) -> tuple[datetime | None, bool]:
        return self._states[bisect_left(self._moments, event.moment)]

    def can_have(self, event: TrackingEvent) -> bool:
        """Return whether an event with the shipment's number can belong to it.

        Only events before the event's moment tell whether the shipment was finished by then.
        """
        finished, _ = self._state_before(event)
        return was_created_in_time(self.shipment, event) and (
            finished is None or event.moment - finished <= NUMBER_REUSE_WINDOW
        )

    def was_open(self, event: TrackingEvent) -> bool:
        """Return whether the shipment existed and was not finished when the event happened."""
        return self.shipment.created_at <= event.moment and not self._was_finished(event)

    def was_cancelled(self, event: TrackingEvent) -> bool:
        """Return whether the shipment had been cancelled when the event happened."""
        return self._state_before(event)[1] and self._was_finished(event)

    def _was_finished(self, event: TrackingEvent) -> bool:
        finished, _ = self._state_before(event)
        return finished is not None and finished <= event.moment


def addressed_carrier(histories: Iterable[FinishHistory], event: TrackingEvent) -> str | None:
    """Return the spelling of the carrier to whose shipments an event by number belongs.

    `histories` are those of the family that can have the event. None: there are none, or it could
    belong to several carriers.
    """
    in_reach = list(histories)
    carriers = {_carrier_of(one.shipment) for one in in_reach}
    if _carrier_of(event) in carriers:
        return _carrier_of(event)
    candidates = {_carrier_of(one.shipment) for one in in_reach if one.was_open(event)} or carriers
    return candidates.pop() if len(candidates) == 1 else None


def _carrier_of(row: Shipment | TrackingEvent) -> str:
    return spelling(row.carrier or "")


def in_reach(histories: Iterable[FinishHistory], event: TrackingEvent) -> list[FinishHistory]:
    """Return the histories of the carrier's shipments that can have the event."""
    of_family = [one for one in histories if one.can_have(event)]
    carrier = addressed_carrier(of_family, event)
    return [one for one in of_family if _carrier_of(one.shipment) == carrier]


def recipients(candidates: Sequence[FinishHistory], event: TrackingEvent) -> list[Shipment]:
    """Return the shipments that an event by number belongs to.

    `candidates` are in its reach, the newest first.
    """
    if candidates and candidates[0].shipment.is_shared:
        return _box(candidates, event)
    return [one.shipment for one in candidates[:1]]


def _box(candidates: Sequence[FinishHistory], event: TrackingEvent) -> list[Shipment]:
    """Return the shipments in the same box: of each order the newest that says so.

    One that had been cancelled was not in the box, unless all had.
    """
    shared = [one for one in candidates if one.shipment.is_shared]
    packed = [one for one in shared if not one.was_cancelled(event)] or shared
    newest = {one.shipment.order_id: one.shipment for one in reversed(packed)}
    return sorted(newest.values(), key=lambda one: (one.created_at, one.id))


def matched_events(
    shipments: Sequence[Shipment],
    events: Iterable[TrackingEvent],
    recipients_before: Mapping[str, Set[UUID]],
    assignments: Assignments = NO_ASSIGNMENTS,
) -> Iterator[tuple[list[TrackingEvent], Owners]]:
    """Yield the events of a number in the fold's order, with the shipments that they belong to.

    `shipments` are all of the family that have the number, the newest first. `events` are theirs,
    those that wait, those that assignments have brought, and those that leave other shipments. Each
    shipment has an event of its own of the same news; those with the same fingerprint are yielded
    together.

    An event that belongs to a shipment of the right carrier stays there as long as the shipment can
    have it, unless the recipients are others than before. `recipients_before` has those before, by
    the fingerprint; another shipment of the carrier that takes a number leaves them as they were,
    so that a number entered by mistake takes no events from a shipment. What an assignment has
    brought to its shipment moves likewise.
    """
    histories = {shipment.id: FinishHistory(shipment) for shipment in shipments}
    by_id: dict[UUID | None, Shipment] = {
        one.shipment.id: one.shipment for one in assignments.values()
    }
    by_id |= {shipment.id: shipment for shipment in shipments}
    for copies in _by_news(events):
        event = copies[0]
        assignment = assignment_of(event, assignments)
        owners = Owners([by_id[one.shipment_id] for one in copies if one.shipment_id in by_id])
        if not owners.shipments or any(moves_with_number(one, assignment) for one in copies):
            candidates = in_reach(histories.values(), event)
            newest = owners_with_assignment(recipients(candidates, event), assignment, event)
            before = recipients_before.get(event.fingerprint)
            is_new = before is not None and before != {one.id for one in newest.shipments}
            staying = [] if is_new else _staying(candidates, copies, by_id)
            bound = bound_shipments(copies, assignment, by_id)
            owners = newest._replace(shipments=_united(newest.shipments, bound))
            if staying:
                owners = Owners(_united(staying, bound))
        for owner in owners.shipments:
            if owner.id in histories:
                histories[owner.id].add(event)
        yield copies, owners


def _by_news(events: Iterable[TrackingEvent]) -> list[list[TrackingEvent]]:
    by_fingerprint: dict[str, list[TrackingEvent]] = defaultdict(list)
    for event in sorted(events, key=event_place):
        by_fingerprint[event.fingerprint].append(event)
    return list(by_fingerprint.values())


def _staying(
    candidates: Sequence[FinishHistory],
    copies: Sequence[TrackingEvent],
    shipments: Mapping[UUID | None, Shipment],
) -> list[Shipment]:
    """Return the shipments that keep the news, with those that share their box.

    A shipment to which an assignment has brought it has it whatever its age, and for itself.
    """
    ids = {copy.shipment_id for copy in copies if copy.decision_id is None}
    brought = {copy.shipment_id for copy in copies if copy.decision_id is not None}
    staying = [one.shipment for one in candidates if one.shipment.id in ids]
    if any(one.is_shared for one in staying):
        staying = _box(candidates, copies[0])
    return _united(staying, [shipments[id_] for id_ in brought if id_ in shipments])


def _united(some: Iterable[Shipment], others: Iterable[Shipment]) -> list[Shipment]:
    return list({one.id: one for one in (*some, *others)}.values())
