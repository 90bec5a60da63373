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


@strawberry.type(description="What a carrier says happened.")
class TrackingEvent(Node):
    type: TrackingEventType = strawberry.field(description="What happened.")
    classifier: EventClassifier = strawberry.field(description="Whether it happened already.")
    occurred_at: datetime = strawberry.field(description="When; of a day alone, its start there.")
    local_time: str | None = strawberry.field(description="The time as the carrier gave it.")
    time_zone_source: TimeZoneSource = strawberry.field(description="How the zone is known.")
    precision: TimePrecision = strawberry.field(description="How exactly the time is known.")
    recorded_at: datetime = strawberry.field(description="When it was recorded here.")
    description: str | None = strawberry.field(description="What the carrier says of it.")
    signed_by: str | None = strawberry.field(description="Who signed for it.")
    source: str | None = strawberry.field(description="Who told us: api, a carrier's name ...")
    carrier_code: str | None = strawberry.field(description="The carrier's own code, untouched.")
    retracted_at: datetime | None = strawberry.field(
        description="When it was taken back; it is kept, and no longer counted."
    )

    order: Annotated["Order", strawberry.lazy("schema.types.orders")] = strawberry.field(
        description="Its order."
    )
    shipment: Annotated["Shipment", strawberry.lazy("schema.types.shipments")] = strawberry.field(
        description="Its shipment."
    )
    location: Location | None = strawberry.field(description="Where.")
