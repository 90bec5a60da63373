"""Tracking events, as callers give them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from models.customers import IDENTITY_LENGTH, NAME_LENGTH
from models.enums import EventClassifier, ExceptionType, TimePrecision, TrackingEventType
from models.events import SOURCE_LENGTH
from models.orders import TEXT_LENGTH
from models.shipments import CARRIER_LENGTH, NUMBER_LENGTH
from tracking.inputs.limits import MAXIMUM_EVENTS
from tracking.inputs.places import EstimateDraft, LocationDraft
from tracking.inputs.stored_fields import LimitedText


@dataclass(kw_only=True)
class EventDraft:
    """A tracking event of a shipment, which is identified by its id or by carrier and tracking
    number."""

    shipment_id: Annotated[
        str | None,
        "The id of the shipment. Alternatively, give carrier and trackingNumber.",
    ] = None
    carrier: Annotated[
        str | None,
        "The carrier's code, such as dhl_express. The event also reaches a shipment of another"
        " carrier of the family, such as dhl, if only one can be meant.",
        LimitedText(CARRIER_LENGTH),
    ] = None
    tracking_number: Annotated[
        str | None,
        "The carrier's tracking number. If no shipment has it yet, the event is stored until one"
        " does.",
        LimitedText(NUMBER_LENGTH),
    ] = None
    type: Annotated[TrackingEventType, "The type of the event."]
    classifier: Annotated[
        EventClassifier,
        "Whether the event has happened.",
    ] = EventClassifier.ACTUAL
    occurred_at: Annotated[
        datetime | None,
        "When the event happened, with an offset from UTC. Alternatively, give localTime.",
    ] = None
    local_time: Annotated[
        str | None,
        'The local time as the carrier reported it, without a time zone: "2026-03-01T14:05:00",'
        " or a date.",
    ] = None
    time_zone: Annotated[
        str | None,
        "The IANA name of the time zone of localTime. If left out, the zone of the location is"
        " used, or else UTC; timeZoneSource of the event says which. Where it is UTC for want of"
        " another, a localTime up to 14 hours ahead is taken.",
    ] = None
    precision: Annotated[TimePrecision, "How exactly the time is known."] = TimePrecision.SECOND
    source_event_id: Annotated[
        str | None,
        "The id of the event at its source. Without one, repeated events are recognised by their"
        " content.",
        LimitedText(IDENTITY_LENGTH),
    ] = None
    retracts: Annotated[
        str | None,
        "The sourceEventId of an earlier event that this event retracts. That event may also"
        " arrive later. It must be of the same shipment: one of another tracking number is not"
        " retracted, and naming it is INVALID.",
        LimitedText(IDENTITY_LENGTH),
    ] = None
    location: Annotated[LocationDraft | None, "The place where the event happened."] = None
    description: Annotated[
        str | None, "The carrier's description of the event.", LimitedText(TEXT_LENGTH)
    ] = None
    carrier_code: Annotated[
        str | None, "The carrier's own code for the event.", LimitedText(IDENTITY_LENGTH)
    ] = None
    signed_by: Annotated[
        str | None, "The name of the person who signed for the parcel.", LimitedText(NAME_LENGTH)
    ] = None
    exception_type: Annotated[
        ExceptionType | None,
        "The type of the exception to open, where the type of the event leaves it open.",
    ] = None
    estimate: Annotated[EstimateDraft | None, "The new expected delivery time."] = None


@dataclass(kw_only=True)
class EventBatch:
    """Tracking events from one source."""

    source: Annotated[
        str,
        'The name of the source: a carrier, an aggregator, "api" and so on.',
        LimitedText(SOURCE_LENGTH),
    ]
    events: Annotated[list[EventDraft], f"The events, 1 to {MAXIMUM_EVENTS}."]
