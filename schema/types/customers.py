"""Customers."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from schema.types.connections import Connection, paged
from schema.types.node import Node

if TYPE_CHECKING:
    from schema.types.orders import Order


@strawberry.type(description="A customer of the shop. All its fields are personal data.")
class Customer(Node):
    name: str = strawberry.field(description="The customer's name.")
    email: str | None = strawberry.field(description="The customer's e-mail address.")
    phone: str | None = strawberry.field(description="The customer's telephone number.")
    locale: str = strawberry.field(description="The customer's language as a BCP 47 tag.")

    orders = paged(
        Connection[Annotated["Order", strawberry.lazy("schema.types.orders")]],
        "The customer's orders, newest first. The holder of a tracking link sees the link's order.",
    )
