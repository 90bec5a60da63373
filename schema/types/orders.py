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


@strawberry.type(description="A line of an order, and the state of its pieces.")
class OrderItem:
    sku: str = strawberry.field(description="The shop's article number.")
    name: str = strawberry.field(description="The name of the article.")
    quantity: int = strawberry.field(description="The number of pieces ordered.")
    allocated_quantity: int = strawberry.field(
        description="The number of pieces that were put into shipments."
    )
    shipped_quantity: int = strawberry.field(description="The number of pieces that have moved.")
    delivered_quantity: int = strawberry.field(
        description="The number of pieces that were delivered."
    )
    cancelled_quantity: int = strawberry.field(
        description="The number of pieces that were cancelled."
    )
    returned_quantity: int = strawberry.field(description="The number of pieces that came back.")
    lost_quantity: int = strawberry.field(description="The number of pieces that were lost.")
    id: strawberry.ID = strawberry.field(
        description="The opaque id of the line, which includes its type."
    )
    unit_price: Money | None = strawberry.field(description="The price of one piece.")


@strawberry.type(
    description=("An order of a customer, with its shipments and everything that happened to it.")
)
class Order(Node):
    tracking_id: strawberry.ID = strawberry.field(
        description="The public tracking id, which cannot be guessed."
    )
    reference: str | None = strawberry.field(description="The shop's own order number.")
    status: OrderStatus = strawberry.field(description="The status of the order.")
    health: Health = strawberry.field(
        description=(
            "Whether the order goes as planned. An order of which every piece that is not"
            " cancelled is lost is EXCEPTION until a person has resolved or dismissed the"
            " exceptions LOST of its shipments."
        )
    )
    delivery_method: DeliveryMethod = strawberry.field(
        description="The delivery method that the customer chose."
    )
    item_count: int = strawberry.field(description="The number of pieces ordered.")
    hold_reason: str | None = strawberry.field(description="The reason why the order is on hold.")
    cancel_reason: str | None = strawberry.field(
        description=(
            "The reason why the order was cancelled, or all that had not shipped of it. The reason"
            " why single items were cancelled is in the history."
        )
    )
    placed_at: datetime = strawberry.field(description="When the order was placed.")
    confirmed_at: datetime | None = strawberry.field(description="When the order was confirmed.")
    cancelled_at: datetime | None = strawberry.field(
        description=(
            "When the last piece of the order was cancelled; null while a piece of it is not."
        )
    )
    updated_at: datetime = strawberry.field(description="When the order last changed.")
    promised_at: datetime | None = strawberry.field(
        description="The time by which delivery was promised to the customer."
    )
    shipped_at: datetime | None = strawberry.field(description="When the first shipment left.")
    delivered_at: datetime | None = strawberry.field(
        description=(
            "When the last shipment was delivered; null until the whole order is delivered."
        )
    )
    sequence: int = strawberry.field(
        description=(
            "The number of changes that the order has had, which is also the sequence of"
            " the latest one."
        )
    )

    next_statuses: list[OrderStatus] = strawberry.field(
        description=(
            "The statuses that a command can move the order to now. The list is empty once every"
            " piece has shipped or is cancelled: then only tracking events move the order. Pieces"
            " that were lost, came back or were cancelled need another order, whose metadata can"
            " name this one. The list is also empty for callers without staff scopes."
        )
    )
    customer: Customer | None = strawberry.field(description="The customer who placed the order.")
    shipping_address: Address | None = strawberry.field(description="The full delivery address.")
    destination: Location = strawberry.field(
        description="The city, region and country that the order goes to."
    )
    items: list[OrderItem] = strawberry.field(description="The lines of the order.")
    total: Money | None = strawberry.field(
        description=(
            "The total as given with the order; otherwise the sum of the items, if each"
            " has a price."
        )
    )
    metadata: list[Metadatum] | None = strawberry.field(description="Pairs of the shop's own data.")
    estimate: DeliveryEstimate | None = strawberry.field(
        description="The current expected delivery time."
    )
    is_late: bool = strawberry.field(
        description=(
            "Whether the order was delivered after its promise, or is not delivered and"
            " past it. An order without a promise is measured by the latest time of its"
            " first estimate."
        )
    )
    shipments: list[Shipment] = strawberry.field(
        description="The shipments of the order, newest first."
    )
    last_event: TrackingEvent | None = strawberry.field(
        description="The newest tracking event that has happened."
    )
    events = paged(
        Connection[TrackingEvent],
        (
            "The tracking events of the order's shipments, oldest first. Retracted events"
            " are included and marked."
        ),
    )
    exceptions = listed_exceptions(
        "The exceptions of the order and its shipments, newest first. Of more than a"
        " hundred, only the first one and the newest 99 are listed."
    )
    history = paged(
        Connection[Annotated["Change", strawberry.lazy("schema.types.changes")]] | None,
        "The changes of the order, oldest first: who did what, and when.",
    )
    position: Position = strawberry.field(
        description=(
            "The position of the order's newest change. A subscription after this"
            " position misses nothing."
        )
    )
