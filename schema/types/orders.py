"""Orders and their lines."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from models.enums import DeliveryMethod, Health, OrderStatus
from models.positions import Position
from schema.types.connections import Connection, paged
from schema.types.customers import Customer
from schema.types.events import TrackingEvent
from schema.types.exceptions import listed_exceptions
from schema.types.node import Node
from schema.types.shipments import Shipment
from schema.types.values import Address, DeliveryEstimate, Location, Metadatum, Money

if TYPE_CHECKING:
    from schema.types.changes import Change


@strawberry.type(description="A line of an order, and what became of its pieces.")
class OrderItem:
    sku: str = strawberry.field(description="The shop's article number.")
    name: str = strawberry.field(description="What it is.")
    quantity: int = strawberry.field(description="How many pieces were ordered.")
    allocated_quantity: int = strawberry.field(description="Pieces in shipments.")
    shipped_quantity: int = strawberry.field(description="Pieces that have moved.")
    delivered_quantity: int = strawberry.field(description="Pieces that were delivered.")
    cancelled_quantity: int = strawberry.field(description="Pieces that were cancelled.")
    returned_quantity: int = strawberry.field(description="Pieces that came back.")
    lost_quantity: int = strawberry.field(description="Pieces that were lost.")
    id: strawberry.ID = strawberry.field(description="Opaque; it names its type.")
    unit_price: Money | None = strawberry.field(description="The price of one piece.")


@strawberry.type(description="What a customer asked for, and where it is.")
class Order(Node):
    tracking_id: strawberry.ID = strawberry.field(description="Public and unguessable.")
    reference: str | None = strawberry.field(description="The shop's own order number.")
    status: OrderStatus = strawberry.field(description="Where it stands.")
    health: Health = strawberry.field(description="How it fares.")
    delivery_method: DeliveryMethod = strawberry.field(description="How it is wanted.")
    item_count: int = strawberry.field(description="How many pieces were ordered.")
    hold_reason: str | None = strawberry.field(description="Why it is on hold.")
    cancel_reason: str | None = strawberry.field(description="Why it was cancelled.")
    placed_at: datetime = strawberry.field(description="When it was placed.")
    confirmed_at: datetime | None = strawberry.field(description="When it was accepted.")
    cancelled_at: datetime | None = strawberry.field(
        description="When its last piece was cancelled."
    )
    updated_at: datetime = strawberry.field(description="When it last changed.")
    promised_at: datetime | None = strawberry.field(description="By when it was promised.")
    shipped_at: datetime | None = strawberry.field(description="When its first shipment left.")
    delivered_at: datetime | None = strawberry.field(
        description="When its last shipment was delivered, once all of it is."
    )
    sequence: int = strawberry.field(
        description="How many changes it has had: 1, 2, 3 ... without a gap."
    )

    next_statuses: list[OrderStatus] = strawberry.field(
        description="What a command may make of it now; empty for those without staff's rights."
    )
    customer: Customer | None = strawberry.field(description="Who ordered.")
    shipping_address: Address | None = strawberry.field(description="Where it goes, to the door.")
    destination: Location = strawberry.field(
        description="Where it goes: city, region and country only."
    )
    items: list[OrderItem] = strawberry.field(description="What was ordered.")
    total: Money | None = strawberry.field(
        description="As given; else the sum of the items, if each has a price."
    )
    metadata: list[Metadatum] | None = strawberry.field(description="The shop's own pairs.")
    estimate: DeliveryEstimate | None = strawberry.field(description="When it is expected.")
    is_late: bool = strawberry.field(
        description=(
            "Whether it was delivered after, or is not delivered and past, the promise;"
            " without one, the latest of its first estimate."
        )
    )
    shipments: list[Shipment] = strawberry.field(description="Its shipments, newest first.")
    last_event: TrackingEvent | None = strawberry.field(
        description="The newest event that happened."
    )
    events = paged(
        Connection[TrackingEvent],
        "The events of its shipments, oldest first; retracted ones are marked.",
    )
    exceptions = listed_exceptions(
        "Its exceptions and those of its shipments, newest first;"
        " of more than a hundred the first and the newest 99."
    )
    history = paged(
        Connection[Annotated["Change", strawberry.lazy("schema.types.changes")]] | None,
        "Who did what, when: its changes, oldest first.",
    )
    position: Position = strawberry.field(
        description="Of its newest change: subscribe after this one, and nothing is missed."
    )
