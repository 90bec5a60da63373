"""Exceptions of orders and shipments, one unresolved of a type for each, and the notes on them."""

from tortoise import fields, migrations

from migrations._columns import (
    belongs_to,
    enum_text,
    identity,
    moment,
    optional_enum_text,
    optional_moment,
    optional_reference,
    optional_text,
    text,
)
from migrations._tables import day_index, index, table
from models.enums.exceptions import (
    ExceptionResolution,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    Party,
)

UNRESOLVED = "status IN ('OPEN', 'ACKNOWLEDGED', 'IN_PROGRESS', 'WAITING')"
NO_SHIPMENT = "00000000-0000-0000-0000-000000000000"
"""Stands for none: to a unique index one NULL is not another."""


class Migration(migrations.Migration):
    dependencies = [("models", "0002_shipments")]

    operations = [
        table(
            "OrderException",
            "order_exception",
            "A record beside the status. Its key is order, shipment and type.",
            {
                "id": identity(),
                "order": belongs_to("Order", "exceptions", is_indexed=True),
                "shipment": belongs_to("Shipment", "exceptions", is_indexed=True, is_optional=True),
                "type": enum_text(ExceptionType),
                "severity": enum_text(ExceptionSeverity),
                "severity_rank": fields.SmallIntField(),
                "caused_by": enum_text(Party),
                "status": enum_text(ExceptionStatus),
                "action_required": fields.BooleanField(),
                "summary": optional_text(1000),
                "occurrences": fields.IntField(default=1),
                "counted_key": optional_text(100),
                "opened_by_event_id": optional_reference(),
                "was_opened_by_person": fields.BooleanField(default=False),
                "was_closed_by_person": fields.BooleanField(default=False),
                "is_personal": fields.BooleanField(default=False),
                "assignee": optional_text(200),
                "waiting_on": optional_enum_text(Party),
                "opened_at": moment(),
                "due_at": optional_moment(),
                "is_due_at_given": fields.BooleanField(default=False),
                "was_overdue": fields.BooleanField(default=False),
                "acknowledged_at": optional_moment(),
                "resolved_at": optional_moment(),
                "resolution": optional_enum_text(ExceptionResolution),
                "reopened_count": fields.IntField(default=0),
                "updated_at": moment(),
                "placed_at": moment(),
                "carrier": optional_text(40),
            },
            indexes=[
                "opened_at id",
                "updated_at id",
                "status opened_at id",
                "type status opened_at id",
                "severity status opened_at id",
                "caused_by status opened_at id",
                "assignee status opened_at id",
                "carrier status opened_at id",
                "due_at id opened_at",
                "status due_at id",
                "severity_rank id",
                "status severity_rank id",
                "resolved_at id opened_at",
                "type status placed_at order_id",
            ],
            checks={
                "order_exception_occurrences": "occurrences >= 1",
                "order_exception_closed": "(resolved_at IS NOT NULL) = (status IN ('RESOLVED', 'DISMISSED'))",
            },
        ),
        table(
            "ExceptionNote",
            "exception_note",
            "What somebody wrote down while working it off.",
            {
                "id": identity(),
                "exception": belongs_to("OrderException", "notes", is_indexed=True),
                "author": text(200),
                "body": text(4000),
                "created_at": moment(),
            },
        ),
        index(
            "order_exception_unresolved",
            f"order_exception (order_id, COALESCE(shipment_id, '{NO_SHIPMENT}'), type)"
            " WHERE status NOT IN ('RESOLVED', 'DISMISSED')",
            is_unique=True,
        ),
        index(
            "order_exception_overdue", f"order_exception (opened_at, id, due_at) WHERE {UNRESOLVED}"
        ),
        day_index("exception_due_day", "order_exception", "due_at", "opened_at"),
        day_index("exception_resolved_day", "order_exception", "resolved_at", "opened_at"),
    ]
