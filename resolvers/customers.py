"""Sources of customers, whose fields are all personal data."""

from dataclasses import dataclass

from engine.sql.field_sources import NodeId, plain_columns
from engine.sql.keyset_pagination import KeysetConnection, connection_json
from engine.sql.rows import Row
from engine.sql.selection import Field
from engine.sql.statement_builder import ObjectSource, StatementBuilder
from models.customers import Customer
from models.node_ids import NodeType
from models.orders import Order
from resolvers.orderings import order_ordering


@dataclass(frozen=True, slots=True)
class OrdersOfCustomer(KeysetConnection):
    """The orders of a customer, in pages: the holder of a tracking link sees only its own."""

    def write(self, builder: StatementBuilder, field: Field, row: Row) -> str:
        return connection_json(builder, field, lambda: self._condition(builder, row))

    def _condition(self, builder: StatementBuilder, row: Row) -> str:
        orders = Row.of_table(self.model)
        condition = builder.within_bounds(orders, f"{orders[self.by]} = {row['id']}")
        own = builder.linked_order
        return condition if own is None else f"{condition} AND {orders['id']} = {own}"


CUSTOMER = ObjectSource(
    Customer,
    {
        **plain_columns(Customer),
        "id": NodeId(NodeType.CUSTOMER),
        "orders": OrdersOfCustomer(Order, "customer_id", order_ordering()),
    },
)
