"""Sources of exceptions and their notes."""

import orjson

from engine.sql.bounded_list import BoundedList
from engine.sql.conditions import literals
from engine.sql.field_sources import (
    NodeId,
    SqlExpression,
    StaffOnly,
    ToMany,
    ToOne,
    json_boolean,
    plain_columns,
)
from engine.sql.json_dialects import literal
from engine.sql.rows import Row
from engine.sql.statement_builder import ObjectSource, StatementBuilder
from models.enums import EXCEPTION_TRANSITIONS, UNRESOLVED
from models.events import TrackingEvent
from models.exceptions import ExceptionNote, OrderException
from models.node_ids import NodeType
from models.orders import Order
from models.shipments import Shipment


def _newest_first(row: Row) -> str:
    return f"{row['opened_at']} DESC, {row['id']} DESC"


EXCEPTIONS_OF_ORDER = BoundedList(OrderException, "order_id", _newest_first, filter_column="status")
"""The exceptions of an order include those of its shipments."""
EXCEPTIONS_OF_SHIPMENT = BoundedList(
    OrderException, "shipment_id", _newest_first, filter_column="status"
)


def _next_statuses(builder: StatementBuilder, row: Row) -> str:
    cases = " ".join(
        f"WHEN {literal(status)} THEN {literal(orjson.dumps(following).decode())}"
        for status, following in EXCEPTION_TRANSITIONS.items()
    )
    return f"CASE {row['status']} {cases} END"


def _is_overdue(builder: StatementBuilder, row: Row) -> str:
    is_unresolved = f"{row['status']} IN {literals(UNRESOLVED)}"
    # Nothing is overdue that is due at no time.
    return json_boolean(f"{row['due_at']} < {builder.now} AND {is_unresolved}")


ORDER_EXCEPTION = ObjectSource(
    OrderException,
    {
        **plain_columns(OrderException),
        "id": NodeId(NodeType.EXCEPTION),
        "order": ToOne(Order, "order_id"),
        "shipment": ToOne(Shipment, "shipment_id"),
        "nextStatuses": StaffOnly(SqlExpression(_next_statuses)),
        "openedBy": ToOne(TrackingEvent, "opened_by_event_id"),
        "isOverdue": SqlExpression(_is_overdue),
        "notes": ToMany(ExceptionNote, "exception_id", (("created_at", "ASC"), ("id", "ASC"))),
    },
)
EXCEPTION_NOTE = ObjectSource(ExceptionNote, plain_columns(ExceptionNote))
