"""Steps of a journey: the shop's commands and the carriers' events, each with its time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from simulator.places import Place


class EventType(StrEnum):
    """The API's TrackingEventType, as far as these carriers use it."""

    LABEL_CREATED = "LABEL_CREATED"
    INFO_RECEIVED = "INFO_RECEIVED"
    PICKUP_FAILED = "PICKUP_FAILED"
    PICKED_UP = "PICKED_UP"
    DEPARTED_FACILITY = "DEPARTED_FACILITY"
    ARRIVED_FACILITY = "ARRIVED_FACILITY"
    IN_TRANSIT = "IN_TRANSIT"
    ARRIVED_DESTINATION_COUNTRY = "ARRIVED_DESTINATION_COUNTRY"
    ARRIVED_DESTINATION_FACILITY = "ARRIVED_DESTINATION_FACILITY"
    CUSTOMS_STARTED = "CUSTOMS_STARTED"
    CUSTOMS_CLEARED = "CUSTOMS_CLEARED"
    HANDED_TO_PARTNER = "HANDED_TO_PARTNER"
    DELIVERY_SCHEDULED = "DELIVERY_SCHEDULED"
    DELIVERY_RESCHEDULED = "DELIVERY_RESCHEDULED"
    ESTIMATE_UPDATED = "ESTIMATE_UPDATED"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    DELIVERY_ATTEMPTED = "DELIVERY_ATTEMPTED"
    AVAILABLE_FOR_PICKUP = "AVAILABLE_FOR_PICKUP"
    DELIVERED = "DELIVERED"
    COLLECTED = "COLLECTED"
    HELD = "HELD"
    HOLD_RELEASED = "HOLD_RELEASED"
    DELAYED = "DELAYED"
    MISROUTED = "MISROUTED"
    DAMAGED = "DAMAGED"
    LOST = "LOST"
    REFUSED = "REFUSED"
    UNDELIVERABLE = "UNDELIVERABLE"
    NOT_COLLECTED = "NOT_COLLECTED"
    RETURN_STARTED = "RETURN_STARTED"
    RETURNED = "RETURNED"


class Clock(StrEnum):
    """How a carrier gives the time of an event."""

    UTC = "utc"
    OFFSET = "offset"
    NAMED = "named"  # local time, and the zone's name
    MINUTE = "minute"  # the same without seconds
    PLACE = "place"  # local time alone: the zone follows from the place
    DAY = "day"  # the date there, and no more


@dataclass(frozen=True, slots=True)
class OrderedItem:
    """An item of an order: its id on the server, and its quantity."""

    id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """The data of an order that a journey needs."""

    tracking_id: str
    placed_at: datetime
    delivery_method: str
    destination: Place
    items: tuple[OrderedItem, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """The times between which a parcel is expected."""

    earliest: datetime
    latest: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Confirm:
    """The shop confirms the order."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The shop puts the order on hold."""

    reason: str


@dataclass(frozen=True, slots=True)
class Release:
    """The shop releases the order."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """The shop cancels what has not shipped of the order."""

    reason: str


@dataclass(frozen=True, slots=True)
class CreateShipment:
    """The shop creates a parcel of these items. An order's parcels are numbered from 0."""

    parcel: int
    items: tuple[OrderedItem, ...]
    origin: Place
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Pack:
    """The shop packs the parcel."""

    parcel: int


@dataclass(frozen=True, slots=True)
class Dispatch:
    """The shop hands the parcel to its carrier."""

    parcel: int
    carrier: str
    service: str | None
    tracking_number: str | None
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class CarrierEvent:
    """A carrier's event about a parcel, which is named by the shipment's id if `by_id` is set."""

    parcel: int
    type: EventType
    carrier: str
    tracking_number: str | None
    place: Place | None = None
    facility: str | None = None
    source_event_id: str | None = None
    description: str | None = None
    carrier_code: str | None = None
    signed_by: str | None = None
    exception_type: str | None = None
    estimate: Estimate | None = None
    classifier: str = "ACTUAL"
    retracts: str | None = None
    clock: Clock = Clock.UTC
    by_id: bool = False


ParcelCommand = CreateShipment | Pack | Dispatch
OrderCommand = Confirm | Hold | Release | Cancel
Command = OrderCommand | ParcelCommand
Act = Command | CarrierEvent


@dataclass(frozen=True, slots=True)
class Step:
    """An act, the time at which it happened, and the time at which it is reported, in UTC."""

    at: datetime
    reported_at: datetime
    act: Act


@dataclass(frozen=True, slots=True)
class Journey:
    """All steps of one order, in the order of their reports."""

    order: PlacedOrder
    steps: tuple[Step, ...]

    def history(self, now: datetime) -> tuple[Step, ...]:
        """Return the steps that are reported up to `now`."""
        return tuple(step for step in self.steps if step.reported_at <= now)

    def upcoming(self, now: datetime) -> tuple[Step, ...]:
        """Return the steps that are reported after `now`."""
        return tuple(step for step in self.steps if step.reported_at > now)
