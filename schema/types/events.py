"""Tracking events."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from models import events as rows
from models import orders as order_rows
from models import shipments as shipment_rows
from models.enums import EventClassifier, TimePrecision, TimeZoneSource, TrackingEventType
from models.node_ids import NodeType, node_id
from schema.context import Info
from schema.guard import guarded
from schema.types.node import Node
from schema.types.values import Location

if TYPE_CHECKING:
    from schema.types.orders import Order
    from schema.types.shipments import Shipment

Row = strawberry.Parent[rows.TrackingEvent]


@guarded
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

    @strawberry.field(description="Opaque; it names its type.")
    def id(self, event: Row) -> strawberry.ID:
        return strawberry.ID(node_id(NodeType.EVENT, event.id))

    @strawberry.field(
        description="Its order.",
        graphql_type=Annotated["Order", strawberry.lazy("schema.types.orders")],
    )
    async def order(self, event: Row, info: Info) -> order_rows.Order:
        return await info.context.loaders.orders.load(event.order_id)  # type: ignore[arg-type]

    @strawberry.field(
        description="Its shipment.",
        graphql_type=Annotated["Shipment", strawberry.lazy("schema.types.shipments")],
    )
    async def shipment(self, event: Row, info: Info) -> shipment_rows.Shipment:
        return await info.context.loaders.shipments.load(event.shipment_id)  # type: ignore[arg-type]

    @strawberry.field(description="Where.")
    def location(self, event: Row) -> Location | None:
        return Location.of(event.location)

    @classmethod
    def is_type_of(cls, source: object, _info: Any) -> bool:
        return isinstance(source, rows.TrackingEvent)
