"""The log of changes, with its head, and the idempotency keys of what was done."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from migrations._columns import (
    belongs_to,
    enum_text,
    moment,
    optional_enum_text,
    optional_json,
    optional_reference,
    optional_text,
    reference,
    text,
)
from migrations._tables import table
from models.enums.changes import ChangeKind
from models.enums.events import TrackingEventType
from models.enums.exceptions import ExceptionType


class Migration(migrations.Migration):
    dependencies = [("models", "0003_exceptions")]

    operations = [
        table(
            "Change",
            "change",
            "One thing that changed. Rows are only ever added.",
            {
                "position": fields.BigIntField(primary_key=True, generated=True),
                "order": belongs_to("Order", "changes", on_delete=OnDelete.RESTRICT),
                "sequence": fields.IntField(),
                "kind": enum_text(ChangeKind),
                "shipment_id": optional_reference(),
                "event_id": optional_reference(),
                "exception_id": optional_reference(),
                "previous": optional_text(32),
                "status": optional_text(32),
                "details": optional_json(),
                "occurred_at": moment(),
                "recorded_at": moment(),
                "actor": text(200),
                "reason": optional_text(1000),
                "country": text(2),
                "carrier": optional_text(40),
                "event_type": optional_enum_text(TrackingEventType),
                "exception_type": optional_enum_text(ExceptionType),
                "assignee": optional_text(200),
            },
            indexes=[
                "kind position",
                "order_id position",
            ],
            unique=["order sequence"],
            checks={
                "change_place": "position >= 1 AND sequence >= 1",
            },
        ),
        table(
            "LogHead",
            "log_head",
            "One row: the position of the newest change. Its lock makes commits and positions agree.",
            {
                "id": fields.IntField(primary_key=True),
                "position": fields.BigIntField(),
            },
            checks={
                "log_head_one_row": "id = 1 AND position >= 0",
            },
        ),
        table(
            "IdempotencyKey",
            "idempotency_key",
            "`key` is a digest of the viewer and the key given, `content` one of what was asked.",
            {
                "key": text(64, is_key=True),
                "content": text(64),
                "subject_id": reference(),
                "created_at": moment(),
            },
        ),
        ops.RunSQL("INSERT INTO log_head (id, position) VALUES (1, 0)"),
    ]
