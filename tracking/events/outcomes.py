"""Outcomes of recording an event."""

from dataclasses import dataclass
from uuid import UUID

from errors import DomainError


@dataclass(frozen=True, slots=True)
class Recorded:
    """The event belongs to a shipment now; `others` are those of the shipments in its box."""

    event_id: UUID
    others: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Duplicate:
    """This event was recorded before; `event_id` is None while no shipment has its number."""

    event_id: UUID | None
    others: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """No shipment can have the event yet; it waits until one can."""


Outcome = Recorded | Duplicate | Kept | DomainError
