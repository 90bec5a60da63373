"""Tracking events as callers give them."""

from datetime import datetime

import strawberry

from models.enums import EventClassifier, ExceptionType, TimePrecision, TrackingEventType
from schema.inputs.values import EstimateInput, LocationInput
from tracking import inputs


@strawberry.input(
    description=(
        "A tracking event of a shipment, which is identified by its id or by carrier"
        " and tracking number."
    )
)
class TrackingEventInput(inputs.EventDraft):
    shipment_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The id of the shipment. Alternatively, give carrier and trackingNumber.",
    )
    carrier: str | None = strawberry.field(
        default=None, description="The carrier's code, such as dhl_express."
    )
    tracking_number: str | None = strawberry.field(
        default=None,
        description=(
            "The carrier's tracking number. If no shipment has it yet, the event is"
            " stored until one does."
        ),
    )
    type: TrackingEventType = strawberry.field(description="The type of the event.")
    classifier: EventClassifier = strawberry.field(
        default=EventClassifier.ACTUAL, description="Whether the event has happened."
    )
    occurred_at: datetime | None = strawberry.field(
        default=None,
        description=(
            "When the event happened, with an offset from UTC. Alternatively, give localTime."
        ),
    )
    local_time: str | None = strawberry.field(
        default=None,
        description=(
            "The local time as the carrier reported it, without a time zone:"
            ' "2026-03-01T14:05:00", or a date.'
        ),
    )
    time_zone: str | None = strawberry.field(
        default=None,
        description=(
            "The IANA name of the time zone of localTime. If left out, the zone of the"
            " location is used, or else UTC; timeZoneSource of the event says which."
        ),
    )
    precision: TimePrecision = strawberry.field(
        default=TimePrecision.SECOND, description="How exactly the time is known."
    )
    source_event_id: str | None = strawberry.field(
        default=None,
        description=(
            "The id of the event at its source. Without one, repeated events are"
            " recognised by their content."
        ),
    )
    retracts: str | None = strawberry.field(
        default=None,
        description=(
            "The sourceEventId of an earlier event that this event retracts. That event"
            " may also arrive later."
        ),
    )
    location: LocationInput | None = strawberry.field(
        default=None, description="The place where the event happened."
    )
    description: str | None = strawberry.field(
        default=None, description="The carrier's description of the event."
    )
    carrier_code: str | None = strawberry.field(
        default=None, description="The carrier's own code for the event."
    )
    signed_by: str | None = strawberry.field(
        default=None, description="The name of the person who signed for the parcel."
    )
    exception_type: ExceptionType | None = strawberry.field(
        default=None,
        description=(
            "The type of the exception to open, where the type of the event leaves it open."
        ),
    )
    estimate: EstimateInput | None = strawberry.field(
        default=None, description="The new expected delivery time."
    )


@strawberry.input(description="Up to 500 tracking events from one source.")
class TrackingEventsRecordInput(inputs.EventBatch):
    source: str = strawberry.field(
        description='The name of the source: a carrier, an aggregator, "api" and so on.'
    )
    events: list[TrackingEventInput] = strawberry.field(  # type: ignore[assignment]
        description="The events, 1 to 500."
    )
