"""Sources of customers, whose fields are all personal data."""

from engine.sql.field_sources import NodeId, plain_columns
from engine.sql.keyset_pagination import KeysetConnection
from engine.sql.statement_builder import ObjectSource
from models.customers import Customer
from models.node_ids import NodeType
from models.orders import Order
from resolvers.orderings import order_ordering

CUSTOMER = ObjectSource(
    Customer,
    {
        **plain_columns(Customer),
        "id": NodeId(NodeType.CUSTOMER),
        "orders": KeysetConnection(Order, "customer_id", order_ordering()),
    },
)
