"""Customers: all of it is personal."""

from models.customers import Customer
from models.node_ids import NodeType
from models.orders import Order
from resolvers.orderings import order_ordering
from resolvers.plans.connections import Paged
from resolvers.plans.sources import Identity, columns
from resolvers.plans.writing import Type

CUSTOMER = Type(
    Customer,
    {
        "id": Identity(NodeType.CUSTOMER),
        **columns("name", "email", "phone", "locale"),
        "orders": Paged(Order, "customer_id", order_ordering()),
    },
)
