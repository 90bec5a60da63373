"""Orders and their lines."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from auth import Audience
from models import customers as customer_rows
from models import events as event_rows
from models import exceptions as exception_rows
from models import orders as rows
from models import shipments as shipment_rows
from models.enums import DeliveryMethod, Health, OrderStatus
from models.estimates import Expectation, expectation_of
from models.health import is_late
from models.node_ids import NodeType, node_id
from resolvers.exceptions import shown
from resolvers.pages import Slice
from schema.context import Info
from schema.guard import guarded
from schema.scalars import Position
from schema.types.connections import After, Before, Connection, First, Last, page_of
from schema.types.customers import Customer
from schema.types.events import TrackingEvent
from schema.types.exceptions import OrderException, StatusArgument
from schema.types.node import Node
from schema.types.shipments import Shipment
from schema.types.values import Address, DeliveryEstimate, Location, Metadatum, Money

if TYPE_CHECKING:
    from schema.types.changes import Change

Row = strawberry.Parent[rows.Order]
ItemRow = strawberry.Parent[rows.OrderItem]


@guarded
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

    @strawberry.field(description="Opaque; it names its type.")
    def id(self, item: ItemRow) -> strawberry.ID:
        return strawberry.ID(node_id(NodeType.ITEM, item.id))

    @strawberry.field(description="The price of one piece.")
    async def unit_price(self, item: ItemRow, info: Info) -> Money | None:
        order = await info.context.loaders.orders.load(item.order_id)
        return Money.of(item.unit_price_minor, order.currency)


@guarded
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

    @strawberry.field(description="Opaque; it names its type.")
    def id(self, order: Row) -> strawberry.ID:
        return strawberry.ID(node_id(NodeType.ORDER, order.id))

    @strawberry.field(
        description="What a command may make of it now; empty for those without staff's rights."
    )
    def next_statuses(self, order: Row, info: Info) -> list[OrderStatus]:
        if not info.context.viewer.may_read(Audience.STAFF):
            return []
        return [OrderStatus(one) for one in order.next_statuses]

    @strawberry.field(description="Who ordered.", graphql_type=Customer | None)
    async def customer(self, order: Row, info: Info) -> customer_rows.Customer:
        return await info.context.loaders.customers.load(order.customer_id)

    @strawberry.field(description="Where it goes, to the door.", graphql_type=Address | None)
    async def shipping_address(self, order: Row, info: Info) -> rows.Address:
        return await info.context.loaders.addresses.load(order.id)

    @strawberry.field(description="Where it goes: city, region and country only.")
    def destination(self, order: Row) -> Location:
        return Location.destination(order)

    @strawberry.field(description="What was ordered.", graphql_type=list[OrderItem])
    async def items(self, order: Row, info: Info) -> Sequence[rows.OrderItem]:
        return await info.context.loaders.items.load(order.id)

    @strawberry.field(description="As given; else the sum of the items, if each has a price.")
    def total(self, order: Row) -> Money | None:
        return Money.of(order.total_minor, order.currency)

    @strawberry.field(description="The shop's own pairs.")
    def metadata(self, order: Row) -> list[Metadatum] | None:
        return [Metadatum(key=pair["key"], value=pair["value"]) for pair in order.metadata]

    @strawberry.field(description="When it is expected.", graphql_type=DeliveryEstimate | None)
    def estimate(self, order: Row) -> Expectation | None:
        return expectation_of(order)

    @strawberry.field(
        description=(
            "Whether it was delivered after, or is not delivered and past, the promise;"
            " without one, the latest of its first estimate."
        )
    )
    def is_late(self, order: Row, info: Info) -> bool:
        return is_late(order.status, order.late_after, order.delivered_at, info.context.now)

    @strawberry.field(description="Its shipments, newest first.", graphql_type=list[Shipment])
    async def shipments(self, order: Row, info: Info) -> Sequence[shipment_rows.Shipment]:
        return await info.context.loaders.shipments_of_orders.load(order.id)

    @strawberry.field(
        description="The newest event that happened.", graphql_type=TrackingEvent | None
    )
    async def last_event(self, order: Row, info: Info) -> event_rows.TrackingEvent | None:
        if order.last_event_id is None:
            return None
        return await info.context.loaders.events.load(order.last_event_id)

    @strawberry.field(
        description="The events of its shipments, oldest first; retracted ones are marked.",
        graphql_type=Connection[TrackingEvent],
    )
    async def events(
        self,
        order: Row,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Slice[Any]:
        page = page_of(first, after, last, before)
        return await info.context.loaders.events_of_orders.load((order.id, page))

    @strawberry.field(
        description=(
            "Its exceptions and those of its shipments, newest first;"
            " of more than a hundred the first and the newest 99."
        ),
        graphql_type=list[OrderException],
    )
    async def exceptions(
        self, order: Row, info: Info, status: StatusArgument = None
    ) -> list[exception_rows.OrderException]:
        found = await info.context.loaders.exceptions_of_orders.load(order.id)
        return shown(found, status)

    @strawberry.field(
        description="Who did what, when: its changes, oldest first.",
        graphql_type=Connection[Annotated["Change", strawberry.lazy("schema.types.changes")]]
        | None,
    )
    async def history(
        self,
        order: Row,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Slice[Any]:
        page = page_of(first, after, last, before)
        return await info.context.loaders.history.load((order.id, page))

    @strawberry.field(
        description="Of its newest change: subscribe after this one, and nothing is missed."
    )
    async def position(self, order: Row, info: Info) -> Position:
        return Position(await info.context.loaders.positions.load((order.id, order.sequence)))

    @classmethod
    def is_type_of(cls, source: object, _info: Any) -> bool:
        return isinstance(source, rows.Order)
