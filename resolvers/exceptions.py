"""Exceptions: of orders and shipments, their notes, and filtered, ordered lists."""

import orjson

from engine.sql.bounded_list import Few
from engine.sql.conditions import literals
from engine.sql.json_dialects import literal
from engine.sql.rows import Row
from engine.sql.sources import ForStaff, Identity, Many, One, Written, columns, truth
from engine.sql.statement_builder import Type, Writing
from models.enums import EXCEPTION_TRANSITIONS, UNRESOLVED
from models.events import TrackingEvent
from models.exceptions import ExceptionNote, OrderException
from models.node_ids import NodeType
from models.orders import Order
from models.shipments import Shipment


def _newest_first(row: Row) -> str:
    return f"{row['opened_at']} DESC, {row['id']} DESC"


EXCEPTIONS_OF_ORDER = Few(OrderException, "order_id", _newest_first)
"""Those of its shipments too."""
EXCEPTIONS_OF_SHIPMENT = Few(OrderException, "shipment_id", _newest_first)


def _next_statuses(writing: Writing, row: Row) -> str:
    cases = " ".join(
        f"WHEN {literal(status)} THEN {literal(orjson.dumps(following).decode())}"
        for status, following in EXCEPTION_TRANSITIONS.items()
    )
    return f"CASE {row['status']} {cases} END"


def _is_overdue(writing: Writing, row: Row) -> str:
    is_unresolved = f"{row['status']} IN {literals(UNRESOLVED)}"
    # Nothing is overdue that is due at no time.
    return truth(f"{row['due_at']} < {writing.now} AND {is_unresolved}")


ORDER_EXCEPTION = Type(
    OrderException,
    {
        "id": Identity(NodeType.EXCEPTION),
        "order": One(Order, "order_id"),
        "shipment": One(Shipment, "shipment_id"),
        "nextStatuses": ForStaff(Written(_next_statuses)),
        "openedBy": One(TrackingEvent, "opened_by_event_id"),
        "isOverdue": Written(_is_overdue),
        "notes": Many(ExceptionNote, "exception_id", (("created_at", "ASC"), ("id", "ASC"))),
        **columns("type", "severity", "caused_by", "status", "action_required", "summary"),
        **columns("occurrences", "assignee", "waiting_on", "opened_at", "due_at"),
        **columns("acknowledged_at", "resolved_at", "resolution", "reopened_count", "updated_at"),
    },
)
EXCEPTION_NOTE = Type(ExceptionNote, columns("author", "body", "created_at"))
