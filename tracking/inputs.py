"""Inputs of commands: drafts of new objects and amendments, not checked yet."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from models.enums import (
    DeliveryMethod,
    EventClassifier,
    ExceptionSeverity,
    ExceptionType,
    Party,
    TimePrecision,
    TrackingEventType,
)


@dataclass(kw_only=True)
class CustomerDraft:
    external_id: str | None = None
    name: str
    email: str | None = None
    phone: str | None = None
    locale: str | None = None


@dataclass(kw_only=True)
class AddressDraft:
    name: str | None = None
    company: str | None = None
    line1: str
    line2: str | None = None
    city: str
    region: str | None = None
    postal_code: str | None = None
    country: str
    phone: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(kw_only=True)
class ItemDraft:
    sku: str
    name: str
    quantity: int
    unit_price: Decimal | None = None


@dataclass(kw_only=True)
class MetadatumDraft:
    key: str
    value: str


@dataclass(kw_only=True)
class OrderDraft:
    idempotency_key: str | None = None
    reference: str | None = None
    customer: CustomerDraft
    shipping_address: AddressDraft
    delivery_method: DeliveryMethod = DeliveryMethod.STANDARD
    items: list[ItemDraft]
    currency: str = "USD"
    total: Decimal | None = None
    placed_at: datetime | None = None
    promised_at: datetime | None = None
    metadata: list[MetadatumDraft] | None = None


@dataclass(kw_only=True)
class OrderAmendment:
    """Changes of an order: None leaves a value as it is.

    The promise changes only if `changes_promise` is set; then None removes it.
    """

    customer: CustomerDraft | None = None
    shipping_address: AddressDraft | None = None
    metadata: list[MetadatumDraft] | None = None
    promised_at: datetime | None = None
    changes_promise: bool = False


@dataclass(kw_only=True)
class LocationDraft:
    name: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(kw_only=True)
class EstimateDraft:
    earliest: datetime
    latest: datetime
    reason: str | None = None


@dataclass(kw_only=True)
class PiecesDraft:
    """How many pieces of the item with this node id go into a shipment."""

    item_id: str
    quantity: int


@dataclass(kw_only=True)
class ShipmentDraft:
    """A new shipment; None for `items` means every piece that is in no shipment yet."""

    items: list[PiecesDraft] | None = None
    carrier: str | None = None
    service: str | None = None
    origin: LocationDraft | None = None
    occurred_at: datetime | None = None
    idempotency_key: str | None = None


@dataclass(kw_only=True)
class DispatchDraft:
    carrier: str
    tracking_number: str | None = None
    service: str | None = None
    estimate: EstimateDraft | None = None
    occurred_at: datetime | None = None


@dataclass(kw_only=True)
class ShipmentAmendment:
    carrier: str | None = None
    tracking_number: str | None = None
    service: str | None = None


@dataclass(kw_only=True)
class EventDraft:
    shipment_id: str | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    type: TrackingEventType
    classifier: EventClassifier = EventClassifier.ACTUAL
    occurred_at: datetime | None = None
    local_time: str | None = None
    time_zone: str | None = None
    precision: TimePrecision = TimePrecision.SECOND
    source_event_id: str | None = None
    retracts: str | None = None
    location: LocationDraft | None = None
    description: str | None = None
    carrier_code: str | None = None
    signed_by: str | None = None
    exception_type: ExceptionType | None = None
    estimate: EstimateDraft | None = None


@dataclass(kw_only=True)
class ExceptionDraft:
    idempotency_key: str | None = None
    shipment_id: str | None = None
    type: ExceptionType
    severity: ExceptionSeverity | None = None
    caused_by: Party | None = None
    summary: str
    due_at: datetime | None = None
    action_required: bool | None = None


@dataclass(kw_only=True)
class EventBatch:
    source: str
    events: list[EventDraft] = field(default_factory=list)
