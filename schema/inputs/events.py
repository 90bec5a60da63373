"""Tracking events as callers give them."""

from datetime import datetime

import strawberry

from models.enums import EventClassifier, ExceptionType, TimePrecision, TrackingEventType
from schema.inputs.values import EstimateInput, LocationInput
from tracking import inputs


@strawberry.input(description="News of a shipment, named by its id or by carrier and number.")
class TrackingEventInput(inputs.EventDraft):
    shipment_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whose news it is; or give carrier and trackingNumber."
    )
    carrier: str | None = strawberry.field(default=None, description="A code like dhl_express.")
    tracking_number: str | None = strawberry.field(
        default=None, description="The carrier's number; kept until a shipment takes it."
    )
    type: TrackingEventType = strawberry.field(description="What happened.")
    classifier: EventClassifier = strawberry.field(
        default=EventClassifier.ACTUAL, description="Whether it happened already."
    )
    occurred_at: datetime | None = strawberry.field(
        default=None, description="When, with its offset; or give localTime."
    )
    local_time: str | None = strawberry.field(
        default=None,
        description='"2026-03-01T14:05:00" or a date, without a zone, as the carrier gave it.',
    )
    time_zone: str | None = strawberry.field(
        default=None,
        description=(
            "IANA name for localTime; else the location's zone; else UTC is assumed, and said."
        ),
    )
    precision: TimePrecision = strawberry.field(
        default=TimePrecision.SECOND, description="How exactly the time is known."
    )
    source_event_id: str | None = strawberry.field(
        default=None,
        description=(
            "The source's own id; without one, a fingerprint of what happened tells repeats."
        ),
    )
    retracts: str | None = strawberry.field(
        default=None,
        description=(
            "The sourceEventId of an event that this one takes back; it may come before it."
        ),
    )
    location: LocationInput | None = strawberry.field(default=None, description="Where.")
    description: str | None = strawberry.field(
        default=None, description="What the carrier says of it."
    )
    carrier_code: str | None = strawberry.field(default=None, description="The carrier's own code.")
    signed_by: str | None = strawberry.field(default=None, description="Who signed for it.")
    exception_type: ExceptionType | None = strawberry.field(
        default=None,
        description="What kind of trouble, where the event's type leaves it open.",
    )
    estimate: EstimateInput | None = strawberry.field(
        default=None, description="When it is expected now."
    )


@strawberry.input(description="Up to 500 tracking events of one source.")
class TrackingEventsRecordInput(inputs.EventBatch):
    source: str = strawberry.field(description="Who tells: a carrier, an aggregator, api ...")
    events: list[TrackingEventInput] = strawberry.field(  # type: ignore[assignment]
        description="1 to 500 of them."
    )
