"""Customers."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from models import customers as rows
from models.node_ids import NodeType, node_id
from resolvers.pages import Slice
from schema.context import Info
from schema.types.connections import After, Before, Connection, First, Last, page_of
from schema.types.node import Node

if TYPE_CHECKING:
    from schema.types.orders import Order

Row = strawberry.Parent[rows.Customer]


@strawberry.type(description="Who ordered. All of it is personal.")
class Customer(Node):
    name: str = strawberry.field(description="Their name.")
    email: str | None = strawberry.field(description="Their e-mail address.")
    phone: str | None = strawberry.field(description="Their telephone number.")
    locale: str = strawberry.field(description="Their language, as a BCP 47 tag.")

    @strawberry.field(description="Opaque; it names its type.")
    def id(self, customer: Row) -> strawberry.ID:
        return strawberry.ID(node_id(NodeType.CUSTOMER, customer.id))

    @strawberry.field(
        description="Their orders, newest first.",
        graphql_type=Connection[Annotated["Order", strawberry.lazy("schema.types.orders")]],
    )
    async def orders(
        self,
        customer: Row,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Slice[Any]:
        page = page_of(first, after, last, before)
        return await info.context.loaders.orders_of_customers.load((customer.id, page))

    @classmethod
    def is_type_of(cls, source: object, _info: Any) -> bool:
        return isinstance(source, rows.Customer)
