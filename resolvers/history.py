"""Sources of the change log: the history of an order, and a type for each kind of change."""

from collections.abc import Mapping

from engine.sql.field_sources import Column, SqlExpression, ToOne, plain_columns
from engine.sql.json_column import JsonMember, JsonMemberList
from engine.sql.keyset_pagination import KeysetConnection
from engine.sql.ordering import NUMBER, Key, Ordering
from engine.sql.rows import Row
from engine.sql.statement_builder import FieldSource, ObjectSource, StatementBuilder
from errors import Invalid
from models.changes import Change
from models.enums import ChangeKind
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.orders import Order
from models.shipments import Shipment
from resolvers.masked_changes import Maskable, UnboundedOnly

MAXIMUM_DIGITS = 16


class ByPosition(Ordering):
    """Orders changes by position. A cursor is the position as text."""

    def cursor(self, builder: StatementBuilder, row: Row) -> str:
        return f"CAST({row['position']} AS TEXT)"

    def values(self, cursor: str, name: str) -> list[int]:
        if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= MAXIMUM_DIGITS):
            raise Invalid("This is not a cursor of a list of changes.", (name,))
        return [int(cursor)]


BY_POSITION = ByPosition("changes", (Key("position", kind=NUMBER),))
HISTORY = KeysetConnection(Change, "order_id", BY_POSITION)


def _position(builder: StatementBuilder, order: Row) -> str:
    change = builder.row(Change)
    of = f"{change['order_id']} = {order['id']} AND {change['sequence']} = {order['sequence']}"
    return f"CAST((SELECT {change['position']} FROM {change.source} WHERE {of}) AS TEXT)"


POSITION = SqlExpression(_position)
"""The position of an order's newest change."""

EVERY_CHANGE: Mapping[str, FieldSource] = {
    **plain_columns(Change),
    "actor": Maskable("actor"),
    "order": ToOne(Order, "order_id"),
}
_SHIPMENT = {"shipment": ToOne(Shipment, "shipment_id")}
_EVENT = _SHIPMENT | {"event": ToOne(TrackingEvent, "event_id")}
_EXCEPTION = {"exception": ToOne(OrderException, "exception_id")}
_DIFFERENCES = {"differences": JsonMemberList("details", "differences")}
_OF_ORDER = {"differences": UnboundedOnly(JsonMemberList("details", "differences"))}
_HEALTH = {"health": Column("status")}
_ESTIMATE = {
    "previous": JsonMember("details", "previous"),
    "estimate": JsonMember("details", "estimate"),
}


def _kind(kind: ChangeKind, *own: Mapping[str, FieldSource]) -> ObjectSource:
    sources = dict(EVERY_CHANGE)
    for some in own:
        sources |= some
    return ObjectSource(Change, sources, kind)


KINDS: Mapping[str, ObjectSource] = {
    "OrderCreated": _kind(ChangeKind.ORDER_CREATED),
    "OrderStatusChanged": _kind(ChangeKind.ORDER_STATUS),
    "OrderAmended": _kind(ChangeKind.ORDER_AMENDED, _OF_ORDER),
    "ShipmentStatusChanged": _kind(ChangeKind.SHIPMENT_STATUS, _SHIPMENT),
    "ShipmentAmended": _kind(ChangeKind.SHIPMENT_AMENDED, _SHIPMENT, _DIFFERENCES),
    "TrackingEventRecorded": _kind(ChangeKind.EVENT_RECORDED, _EVENT),
    "TrackingEventRetracted": _kind(ChangeKind.EVENT_RETRACTED, _EVENT),
    "EstimateRevised": _kind(ChangeKind.ESTIMATE, _SHIPMENT, _ESTIMATE),
    "HealthChanged": _kind(ChangeKind.HEALTH, _SHIPMENT, _HEALTH),
    "ExceptionChanged": _kind(ChangeKind.EXCEPTION_STATUS, _EXCEPTION),
    "ExceptionAmended": _kind(ChangeKind.EXCEPTION_AMENDED, _EXCEPTION, _DIFFERENCES),
}
