"""Shipments and their contents."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from models.enums import Health, ShipmentStatus
from schema.types.connections import FIRST_AND_NEWEST, Connection, paged
from schema.types.events import TrackingEvent
from schema.types.exceptions import listed_exceptions
from schema.types.node import Node
from schema.types.values import DeliveryEstimate, Location

if TYPE_CHECKING:
    from schema.types.orders import Order, OrderItem


@strawberry.type(description="Pieces of one order line in a shipment.")
class ShipmentItem:
    quantity: int = strawberry.field(description="The number of pieces in the shipment.")
    item: Annotated["OrderItem", strawberry.lazy("schema.types.orders")] = strawberry.field(
        description="The order line."
    )


@strawberry.type(description="A parcel that is sent to the customer.")
class Shipment(Node):
    carrier: str | None = strawberry.field(
        description=(
            "The carrier's code in lower case, such as ups, fedex, dhl_express, or own"
            " for the shop's own van; null until it is known."
        )
    )
    service: str | None = strawberry.field(
        description="The carrier's service, such as its express product."
    )
    tracking_number: str | None = strawberry.field(description="The carrier's tracking number.")
    is_shared: bool | None = strawberry.field(
        description=(
            "Whether shipments of other orders are in the same box, so that the news of the"
            " tracking number goes to all of them."
        )
    )
    status: ShipmentStatus = strawberry.field(description="The status of the shipment.")
    health: Health = strawberry.field(description="Whether the shipment goes as planned.")
    created_at: datetime = strawberry.field(description="When the shipment was planned.")
    updated_at: datetime = strawberry.field(description="When the shipment last changed.")
    packed_at: datetime | None = strawberry.field(description="When the shipment was packed.")
    shipped_at: datetime | None = strawberry.field(description="When the shipment first moved.")
    delivered_at: datetime | None = strawberry.field(description="When the shipment was delivered.")
    signed_by: str | None = strawberry.field(
        description="The name of the person who signed for the shipment."
    )

    order: Annotated["Order", strawberry.lazy("schema.types.orders")] = strawberry.field(
        description="The order that the shipment belongs to."
    )
    tracking_url: str | None = strawberry.field(
        description="The carrier's web page about the shipment, if one is known."
    )
    next_statuses: list[ShipmentStatus] = strawberry.field(
        description="The statuses that a command can move the shipment to."
    )
    status_event: TrackingEvent | None = strawberry.field(
        description="The tracking event that decided the status; null if a command did."
    )
    origin: Location | None = strawberry.field(
        description="The place from which the shipment starts."
    )
    items: list[ShipmentItem] = strawberry.field(description="The pieces in the shipment.")
    estimate: DeliveryEstimate | None = strawberry.field(
        description="The current expected delivery time."
    )
    estimates: list[DeliveryEstimate] = strawberry.field(
        description=f"Every estimate of the shipment, oldest first. {FIRST_AND_NEWEST}"
    )
    last_event: TrackingEvent | None = strawberry.field(
        description="The newest tracking event that has happened."
    )
    events = paged(
        Connection[TrackingEvent],
        (
            "The tracking events of the shipment, oldest first. Retracted events are"
            " included and marked."
        ),
    )
    exceptions = listed_exceptions(
        f"The exceptions of the shipment, newest first. {FIRST_AND_NEWEST}"
    )
