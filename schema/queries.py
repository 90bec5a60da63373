"""The queries."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from auth import Scope
from errors import LimitExceeded
from models import orders as order_rows
from models import shipments as shipment_rows
from resolvers import exceptions as exception_reads
from resolvers import history as history_reads
from resolvers import orders as order_reads
from resolvers import shipments as shipment_reads
from resolvers.changes import EVERY_CHANGE
from resolvers.pages import Page, Slice
from schema import enums as _registered  # noqa: F401
from schema.context import Info
from schema.filters import (
    ChangeFilter,
    ExceptionFilter,
    ExceptionOrder,
    OrderFilter,
    OrderOrder,
    ShipmentFilter,
    ShipmentOrder,
)
from schema.guard import scoped_field
from schema.head import head_of_this_operation
from schema.nodes import load_nodes
from schema.scalars import Position
from schema.types.changes import Change
from schema.types.connections import After, Before, Connection, First, Last, page_of
from schema.types.exceptions import OrderException
from schema.types.node import Node
from schema.types.orders import Order
from schema.types.shipments import Shipment

MAXIMUM_NODES = 100
"""Ids of one lookup: as many as a page has rows."""

OrderedBy = "How they are ordered; the newest first, if left out."
Wanted = "Which of them; all, if left out."


@strawberry.type(description="Whoever asks.")
class Viewer:
    name: str = strawberry.field(description='The name of the API key; "anonymous" without one.')
    scopes: list[Scope] = strawberry.field(description="Its rights.")


@strawberry.type(description="What can be asked.")
class Query:
    @strawberry.field(
        description="The thing with this id; null if there is none that you may see.",
        graphql_type=Node | None,
    )
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Any:
        return (await load_nodes([id], info.context))[0]

    @strawberry.field(
        description="The things with these ids, in their order: at most 100.",
        graphql_type=list[Node | None],
    )
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="Their ids.")],
    ) -> Sequence[Any]:
        if len(ids) > MAXIMUM_NODES:
            raise LimitExceeded(f"At most {MAXIMUM_NODES} ids can be looked up at once.", ("ids",))
        return await load_nodes(ids, info.context)

    @strawberry.field(description="Who you are, and what you may do.")
    def viewer(self, info: Info) -> Viewer:
        viewer = info.context.viewer
        return Viewer(name=viewer.name, scopes=sorted(viewer.scopes, key=list(Scope).index))

    @strawberry.field(
        description=(
            "The log's head, read before all else in the request:"
            " follow after it, and nothing is missed."
        )
    )
    def position(self) -> Position:
        return Position(head_of_this_operation())

    @strawberry.field(
        description="The order with this tracking id, however it was typed; null if there is none.",
        graphql_type=Order | None,
    )
    async def order(
        self,
        tracking_id: Annotated[strawberry.ID, strawberry.argument(description="Its tracking id.")],
    ) -> order_rows.Order | None:
        return await order_reads.find_order(tracking_id)

    @scoped_field(Scope.ORDERS_READ, "Orders.", graphql_type=Connection[Order])
    async def orders(
        self,
        info: Info,
        filter: Annotated[OrderFilter | None, strawberry.argument(description=Wanted)] = None,
        order_by: Annotated[OrderOrder | None, strawberry.argument(description=OrderedBy)] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Slice[Any]:
        ordering = order_by.ordering() if order_by else order_reads.order_ordering()
        page = page_of(first, after, last, before)
        return await order_reads.list_orders(
            filter or OrderFilter(), info.context.viewer, ordering, page
        )

    @scoped_field(
        Scope.ORDERS_READ,
        "The newest shipment with this number; null if there is none.",
        graphql_type=Shipment | None,
    )
    async def shipment(
        self,
        carrier: Annotated[str, strawberry.argument(description="The carrier's code.")],
        tracking_number: Annotated[
            str, strawberry.argument(description="The carrier's number, however written.")
        ],
    ) -> shipment_rows.Shipment | None:
        return await shipment_reads.find_shipment(carrier, tracking_number)

    @scoped_field(Scope.ORDERS_READ, "Shipments.", graphql_type=Connection[Shipment])
    async def shipments(
        self,
        filter: Annotated[ShipmentFilter | None, strawberry.argument(description=Wanted)] = None,
        order_by: Annotated[
            ShipmentOrder | None, strawberry.argument(description=OrderedBy)
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Slice[Any]:
        ordering = order_by.ordering() if order_by else shipment_reads.shipment_ordering()
        page = page_of(first, after, last, before)
        return await shipment_reads.list_shipments(filter or ShipmentFilter(), ordering, page)

    @scoped_field(Scope.ORDERS_READ, "Exceptions.", graphql_type=Connection[OrderException])
    async def exceptions(
        self,
        filter: Annotated[ExceptionFilter | None, strawberry.argument(description=Wanted)] = None,
        order_by: Annotated[
            ExceptionOrder | None, strawberry.argument(description=OrderedBy)
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Slice[Any]:
        ordering = order_by.ordering() if order_by else exception_reads.exception_ordering()
        page = page_of(first, after, last, before)
        return await exception_reads.list_exceptions(filter or ExceptionFilter(), ordering, page)

    @scoped_field(
        Scope.ORDERS_READ,
        "The change log, oldest first; cursors are positions as text.",
        graphql_type=Connection[Change],
    )
    async def changes(
        self,
        filter: Annotated[ChangeFilter | None, strawberry.argument(description=Wanted)] = None,
        first: First = None,
        after: Annotated[
            Position | None,
            strawberry.argument(description="The position after which the page begins."),
        ] = None,
    ) -> Slice[Any]:
        selection = EVERY_CHANGE if filter is None else filter.selection()
        page = Page(first, None if after is None else str(after))
        return await history_reads.list_changes(selection, page)
