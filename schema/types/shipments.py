"""Shipments and what is in them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from models.enums import Health, ShipmentStatus
from schema.types.connections import Connection, paged
from schema.types.events import TrackingEvent
from schema.types.exceptions import listed_exceptions
from schema.types.node import Node
from schema.types.values import DeliveryEstimate, Location

if TYPE_CHECKING:
    from schema.types.orders import Order, OrderItem


@strawberry.type(description="Pieces of one line in one shipment.")
class ShipmentItem:
    quantity: int = strawberry.field(description="How many pieces were put into it.")
    item: Annotated["OrderItem", strawberry.lazy("schema.types.orders")] = strawberry.field(
        description="The line of the order."
    )


@strawberry.type(description="A parcel on its way.")
class Shipment(Node):
    carrier: str | None = strawberry.field(
        description="A lower-case code: ups, fedex, dhl_express, own ...; none until it is known."
    )
    service: str | None = strawberry.field(description="The carrier's product.")
    tracking_number: str | None = strawberry.field(description="The carrier's number.")
    status: ShipmentStatus = strawberry.field(description="Where it is.")
    health: Health = strawberry.field(description="How it fares.")
    created_at: datetime = strawberry.field(description="When it was planned.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    packed_at: datetime | None = strawberry.field(description="When it was packed.")
    shipped_at: datetime | None = strawberry.field(description="When it first moved.")
    delivered_at: datetime | None = strawberry.field(description="When it was delivered.")
    signed_by: str | None = strawberry.field(description="Who signed for it.")

    order: Annotated["Order", strawberry.lazy("schema.types.orders")] = strawberry.field(
        description="Its order."
    )
    tracking_url: str | None = strawberry.field(
        description="The carrier's page about it, where one is known."
    )
    next_statuses: list[ShipmentStatus] = strawberry.field(
        description="What a command may make of it; empty for those without staff's rights."
    )
    status_event: TrackingEvent | None = strawberry.field(
        description="The event that decided the status; none when a command did."
    )
    origin: Location | None = strawberry.field(description="Where it starts.")
    items: list[ShipmentItem] = strawberry.field(description="What is in it.")
    estimate: DeliveryEstimate | None = strawberry.field(description="When it is expected.")
    estimates: list[DeliveryEstimate] = strawberry.field(
        description=(
            "Every revision, oldest first; of more than a hundred the first and the newest 99."
        )
    )
    last_event: TrackingEvent | None = strawberry.field(
        description="The newest event that happened."
    )
    events = paged(
        Connection[TrackingEvent],
        "Its events, oldest first; retracted ones are marked.",
    )
    exceptions = listed_exceptions(
        "Its exceptions, newest first; of more than a hundred the first and the newest 99."
    )
