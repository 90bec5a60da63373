"""Assignments: to which shipments people have assigned tracking numbers, and what follows."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from models.events import TrackingEvent
from models.shipments import Shipment


class NamedNumber(NamedTuple):
    """A tracking number in the form that is compared, with the carrier that news names."""

    carrier: str
    key: str


class Assignment(NamedTuple):
    """The decision of a person that the events of a number belong to a shipment."""

    decision_id: UUID
    shipment: Shipment


Assignments = Mapping[NamedNumber, Assignment]
NO_ASSIGNMENTS: Assignments = MappingProxyType({})


class Owners(NamedTuple):
    """The shipments that an event belongs to, and the decision by which it does, if one does."""

    shipments: list[Shipment]
    decision_id: UUID | None = None


def assignment_of(event: TrackingEvent, assignments: Assignments) -> Assignment | None:
    """Return the assignment of the very carrier and number that the event names, if it has one."""
    if event.carrier is None or event.number_key is None:
        return None
    return assignments.get(NamedNumber(event.carrier, event.number_key))


def owners_with_assignment(
    shipments: list[Shipment], assignment: Assignment | None, event: TrackingEvent
) -> Owners:
    """Return the shipments of an event whose number a person may have assigned.

    `shipments` are those that it belongs to by their own numbers. They have precedence for what
    happened since the creation of the first of them: the carrier has used the number again. All
    other events belong to the assigned shipment, whatever their age.
    """
    if assignment is None or any(one.created_at <= event.moment for one in shipments):
        return Owners(shipments)
    return Owners([assignment.shipment], assignment.decision_id)


def moves_with_number(event: TrackingEvent, assignment: Assignment | None) -> bool:
    """Return whether the event came by number, or by the assignment of the number.

    What came by another assignment stays, and so does a retracted event: it changes nothing.
    """
    decision_id = None if assignment is None else assignment.decision_id
    return (
        event.number_key is not None
        and event.decision_id in (None, decision_id)
        and event.retracted_at is None
    )


def bound_shipments(
    copies: Sequence[TrackingEvent],
    assignment: Assignment | None,
    shipments: Mapping[UUID | None, Shipment],
) -> list[Shipment]:
    """Return the shipments that keep what another assignment than this one has brought."""
    decisions = {None, assignment.decision_id if assignment else None}
    return [
        shipments[copy.shipment_id]
        for copy in copies
        if copy.decision_id not in decisions and copy.shipment_id in shipments
    ]
