"""Shipments and what is in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from auth import Audience
from models import estimates as estimate_rows
from models import events as event_rows
from models import exceptions as exception_rows
from models import orders as order_rows
from models import shipments as rows
from models.carriers import tracking_url
from models.enums import Health, ShipmentStatus
from models.estimates import Expectation, expectation, expectation_of
from models.node_ids import NodeType, node_id
from resolvers.exceptions import shown
from resolvers.pages import Slice
from schema.context import Info
from schema.guard import guarded
from schema.types.connections import After, Before, Connection, First, Last, page_of
from schema.types.events import TrackingEvent
from schema.types.exceptions import OrderException, StatusArgument
from schema.types.node import Node
from schema.types.values import DeliveryEstimate, Location

if TYPE_CHECKING:
    from schema.types.orders import Order, OrderItem

Row = strawberry.Parent[rows.Shipment]


@strawberry.type(description="Pieces of one line in one shipment.")
class ShipmentItem:
    quantity: int = strawberry.field(description="How many pieces were put into it.")

    @strawberry.field(
        description="The line of the order.",
        graphql_type=Annotated["OrderItem", strawberry.lazy("schema.types.orders")],
    )
    async def item(
        self, content: strawberry.Parent[rows.ShipmentItem], info: Info
    ) -> order_rows.OrderItem:
        return await info.context.loaders.items_by_id.load(content.item_id)


@guarded
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

    @strawberry.field(description="Opaque; it names its type.")
    def id(self, shipment: Row) -> strawberry.ID:
        return strawberry.ID(node_id(NodeType.SHIPMENT, shipment.id))

    @strawberry.field(
        description="Its order.",
        graphql_type=Annotated["Order", strawberry.lazy("schema.types.orders")],
    )
    async def order(self, shipment: Row, info: Info) -> order_rows.Order:
        return await info.context.loaders.orders.load(shipment.order_id)

    @strawberry.field(description="The carrier's page about it, where one is known.")
    def tracking_url(self, shipment: Row) -> str | None:
        return tracking_url(shipment.carrier, shipment.number_key)

    @strawberry.field(
        description="What a command may make of it; empty for those without staff's rights."
    )
    def next_statuses(self, shipment: Row, info: Info) -> list[ShipmentStatus]:
        if not info.context.viewer.may_read(Audience.STAFF):
            return []
        return [ShipmentStatus(one) for one in shipment.next_statuses]

    @strawberry.field(
        description="The event that decided the status; none when a command did.",
        graphql_type=TrackingEvent | None,
    )
    async def status_event(self, shipment: Row, info: Info) -> event_rows.TrackingEvent | None:
        if shipment.status_event_id is None:
            return None
        return await info.context.loaders.events.load(shipment.status_event_id)

    @strawberry.field(description="Where it starts.")
    def origin(self, shipment: Row) -> Location | None:
        return Location.of(shipment.origin)

    @strawberry.field(description="What is in it.", graphql_type=list[ShipmentItem])
    async def items(self, shipment: Row, info: Info) -> Sequence[rows.ShipmentItem]:
        return await info.context.loaders.contents.load(shipment.id)

    @strawberry.field(description="When it is expected.", graphql_type=DeliveryEstimate | None)
    def estimate(self, shipment: Row) -> Expectation | None:
        return expectation_of(shipment)

    @strawberry.field(
        description=(
            "Every revision, oldest first; of more than a hundred the first and the newest 99."
        ),
        graphql_type=list[DeliveryEstimate],
    )
    async def estimates(self, shipment: Row, info: Info) -> list[Expectation]:
        revisions: list[estimate_rows.Estimate] = await info.context.loaders.estimates.load(
            shipment.id
        )
        return [expectation(one) for one in revisions]

    @strawberry.field(
        description="The newest event that happened.", graphql_type=TrackingEvent | None
    )
    async def last_event(self, shipment: Row, info: Info) -> event_rows.TrackingEvent | None:
        if shipment.last_event_id is None:
            return None
        return await info.context.loaders.events.load(shipment.last_event_id)

    @strawberry.field(
        description="Its events, oldest first; retracted ones are marked.",
        graphql_type=Connection[TrackingEvent],
    )
    async def events(
        self,
        shipment: Row,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Slice[Any]:
        page = page_of(first, after, last, before)
        return await info.context.loaders.events_of_shipments.load((shipment.id, page))

    @strawberry.field(
        description=(
            "Its exceptions, newest first; of more than a hundred the first and the newest 99."
        ),
        graphql_type=list[OrderException],
    )
    async def exceptions(
        self, shipment: Row, info: Info, status: StatusArgument = None
    ) -> list[exception_rows.OrderException]:
        found = await info.context.loaders.exceptions_of_shipments.load(shipment.id)
        return shown(found, status)

    @classmethod
    def is_type_of(cls, source: object, _info: Any) -> bool:
        return isinstance(source, rows.Shipment)
