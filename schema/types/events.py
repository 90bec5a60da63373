"""Tracking events."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from models.enums import EventClassifier, TimePrecision, TimeZoneSource, TrackingEventType
from schema.types.node import Node
from schema.types.values import Location

if TYPE_CHECKING:
    from schema.types.orders import Order
    from schema.types.shipments import Shipment


@strawberry.type(description="An event in the life of a shipment, as reported by its carrier.")
class TrackingEvent(Node):
    type: TrackingEventType = strawberry.field(description="The type of the event.")
    classifier: EventClassifier = strawberry.field(description="Whether the event has happened.")
    occurred_at: datetime = strawberry.field(
        description=(
            "When the event happened; for a date without a time, local midnight of that day."
        )
    )
    local_time: str | None = strawberry.field(
        description="The local time as the carrier reported it."
    )
    time_zone_source: TimeZoneSource = strawberry.field(
        description="How the time zone of the event became known."
    )
    precision: TimePrecision = strawberry.field(
        description="How exactly the time of the event is known."
    )
    recorded_at: datetime = strawberry.field(
        description="When the event was recorded by this service."
    )
    description: str | None = strawberry.field(
        description="The carrier's description of the event."
    )
    signed_by: str | None = strawberry.field(
        description="The name of the person who signed for the parcel."
    )
    source: str | None = strawberry.field(
        description='The source that reported the event, such as a carrier, or "api".'
    )
    carrier_code: str | None = strawberry.field(
        description="The carrier's own code for the event, unchanged."
    )
    retracted_at: datetime | None = strawberry.field(
        description=(
            "When the event was retracted. A retracted event is kept and no longer"
            " affects any status."
        )
    )

    order: Annotated["Order", strawberry.lazy("schema.types.orders")] = strawberry.field(
        description="The order that the event belongs to."
    )
    shipment: Annotated["Shipment", strawberry.lazy("schema.types.shipments")] = strawberry.field(
        description="The shipment that the event belongs to."
    )
    location: Location | None = strawberry.field(description="The place where the event happened.")
