"""Sources of orders, their lines and their addresses."""

from collections.abc import Sequence
from uuid import UUID

from access.viewer import Viewer
from engine.sql.field_sources import (
    Column,
    NodeId,
    SqlExpression,
    StaffOnly,
    ToMany,
    ToOne,
    plain_columns,
)
from engine.sql.json_column import JsonMemberList
from engine.sql.json_dialects import quoted
from engine.sql.rows import Row
from engine.sql.statement_builder import ObjectSource
from models.customers import Customer
from models.events import TrackingEvent
from models.node_ids import NodeType
from models.orders import Address, Order, OrderItem
from models.shipments import Shipment
from models.tracking_ids import parse_tracking_id
from resolvers.estimates import CURRENT
from resolvers.events import EVENTS_OF_ORDER
from resolvers.exceptions import EXCEPTIONS_OF_ORDER
from resolvers.history import HISTORY, POSITION
from resolvers.lateness import is_late
from resolvers.money import money
from resolvers.places import DESTINATION

NEWEST_FIRST = (("created_at", "DESC"), ("id", "DESC"))


def _own_currency(order: Row) -> str:
    return order["currency"]


def _currency_of_order(item: Row) -> str:
    return f'(SELECT o."currency" FROM "orders" AS o WHERE o."id" = {item["order_id"]})'


ORDER = ObjectSource(
    Order,
    {
        **plain_columns(Order),
        "id": NodeId(NodeType.ORDER),
        "nextStatuses": StaffOnly(Column("next_statuses")),
        "customer": ToOne(Customer, "customer_id"),
        "shippingAddress": ToOne(Address, "id", key="order_id"),
        "destination": DESTINATION,
        "items": ToMany(OrderItem, "order_id", (("line", "ASC"),)),
        "total": money("total_minor", _own_currency),
        "metadata": JsonMemberList("metadata"),
        "estimate": CURRENT,
        "isLate": SqlExpression(is_late),
        "shipments": ToMany(Shipment, "order_id", NEWEST_FIRST),
        "lastEvent": ToOne(TrackingEvent, "last_event_id"),
        "events": EVENTS_OF_ORDER,
        "exceptions": EXCEPTIONS_OF_ORDER,
        "history": HISTORY,
        "position": POSITION,
        "trackingId": SqlExpression(lambda builder, row: quoted(row["tracking_id"])),
    },
)
ORDER_ITEM = ObjectSource(
    OrderItem,
    {
        **plain_columns(OrderItem),
        "id": NodeId(NodeType.ITEM),
        "unitPrice": money("unit_price_minor", _currency_of_order),
    },
)
ADDRESS = ObjectSource(Address, plain_columns(Address))


async def find_order_ids(tracking_ids: Sequence[str], viewer: Viewer) -> list[UUID | None]:
    """Return the id of the order of each tracking id; None where there is no visible order."""
    stored = [parse_tracking_id(id_) for id_ in tracking_ids]
    known = [id_ for id_ in stored if id_ is not None]
    if not known:
        return [None] * len(stored)
    orders = Order.filter(tracking_id__in=known)
    if viewer.is_partner:
        orders = orders.filter(shipments__carrier__in=viewer.bound)
    if viewer.order_id is not None:
        orders = orders.filter(id=viewer.order_id)
    ids = {tracking_id: id_ for tracking_id, id_ in await orders.values_list("tracking_id", "id")}
    return [ids.get(id_) for id_ in stored]
