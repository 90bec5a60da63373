"""Customers."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from schema.types.connections import Connection, paged
from schema.types.node import Node

if TYPE_CHECKING:
    from schema.types.orders import Order


@strawberry.type(description="Who ordered. All of it is personal.")
class Customer(Node):
    name: str = strawberry.field(description="Their name.")
    email: str | None = strawberry.field(description="Their e-mail address.")
    phone: str | None = strawberry.field(description="Their telephone number.")
    locale: str = strawberry.field(description="Their language, as a BCP 47 tag.")

    orders = paged(
        Connection[Annotated["Order", strawberry.lazy("schema.types.orders")]],
        "Their orders, newest first.",
    )
