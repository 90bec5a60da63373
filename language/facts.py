"""Facts of an order: all that words are made from.

Whoever shows an order fills them from an answer of the API. Times are aware datetimes in UTC. What
the viewer may not read is None.
"""

from dataclasses import dataclass
from datetime import datetime

from models.enums import (
    DeliveryMethod,
    EstimateSource,
    EventClassifier,
    ExceptionResolution,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    Health,
    OrderStatus,
    ShipmentStatus,
    TimePrecision,
    TimeZoneSource,
    TrackingEventType,
)


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """A place: `country` in ISO 3166-1's two letters; name, postal code and coordinates by link."""

    city: str | None = None
    region: str | None = None
    country: str | None = None
    name: str | None = None
    postal_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """A line of the order, with its pieces by what became of them."""

    id: str
    name: str
    quantity: int
    allocated_quantity: int = 0
    shipped_quantity: int = 0
    delivered_quantity: int = 0
    cancelled_quantity: int = 0
    returned_quantity: int = 0
    lost_quantity: int = 0


@dataclass(frozen=True, slots=True)
class ParcelItemFacts:
    """How many pieces of an item are in a shipment."""

    item_id: str
    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class EstimateFacts:
    """A time of delivery that somebody gave, or that was worked out."""

    earliest: datetime
    latest: datetime
    source: EstimateSource
    revised_at: datetime


@dataclass(frozen=True, slots=True)
class EventFacts:
    """A tracking event.

    `local_time` is the carrier's own text, such as "2026-12-01T14:05:00" or "2026-12-01": the clock
    of the place where it happened.
    """

    id: str
    type: TrackingEventType
    occurred_at: datetime
    classifier: EventClassifier = EventClassifier.ACTUAL
    local_time: str | None = None
    time_zone_source: TimeZoneSource = TimeZoneSource.OFFSET
    precision: TimePrecision = TimePrecision.SECOND
    location: PlaceFacts | None = None
    description: str | None = None
    retracted_at: datetime | None = None

    @property
    def has_happened(self) -> bool:
        """Whether the event tells what has happened, and nobody has taken that back."""
        return self.classifier is EventClassifier.ACTUAL and self.retracted_at is None


@dataclass(frozen=True, slots=True)
class TroubleFacts:
    """An exception, of a shipment or, without `shipment_id`, of the whole order."""

    id: str
    type: ExceptionType
    severity: ExceptionSeverity
    status: ExceptionStatus
    action_required: bool
    opened_at: datetime
    resolved_at: datetime | None = None
    resolution: ExceptionResolution | None = None
    shipment_id: str | None = None


@dataclass(frozen=True, slots=True)
class ShipmentFacts:
    """A parcel. `estimates` are all revisions of its estimate, oldest first; events likewise."""

    id: str
    status: ShipmentStatus
    created_at: datetime
    health: Health = Health.ON_TRACK
    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    origin: PlaceFacts | None = None
    items: tuple[ParcelItemFacts, ...] = ()
    estimate: EstimateFacts | None = None
    estimates: tuple[EstimateFacts, ...] = ()
    status_event: EventFacts | None = None
    events: tuple[EventFacts, ...] = ()
    packed_at: datetime | None = None
    delivered_at: datetime | None = None
    signed_by: str | None = None

    @property
    def newest_events(self) -> tuple[EventFacts, ...]:
        """The event that decided the status, and then all events, the newest first."""
        deciding = () if self.status_event is None else (self.status_event,)
        return (*deciding, *reversed(self.events))


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order. `troubles` are all its exceptions, also those of its shipments, newest first.

    It `has_older_events` if its shipments have events that are not among the facts.
    """

    tracking_id: str
    status: OrderStatus
    destination: PlaceFacts
    placed_at: datetime
    delivery_method: DeliveryMethod = DeliveryMethod.STANDARD
    is_late: bool = False
    items: tuple[ItemFacts, ...] = ()
    shipments: tuple[ShipmentFacts, ...] = ()
    troubles: tuple[TroubleFacts, ...] = ()
    estimate: EstimateFacts | None = None
    cancelled_at: datetime | None = None
    delivered_at: datetime | None = None
    promised_at: datetime | None = None
    has_older_events: bool = False
