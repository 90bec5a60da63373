"""Exceptions: problems of an order or a shipment, and the work on them."""

from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from database.columns import (
    enum_column,
    new_id,
    optional_enum_column,
    optional_time_column,
    time_column,
)
from database.plain_model import PlainModel
from models.customers import IDENTITY_LENGTH
from models.enums import (
    UNRESOLVED,
    ExceptionResolution,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    Party,
)
from models.orders import TEXT_LENGTH, Order
from models.shipments import CARRIER_LENGTH, Shipment

NOTE_LENGTH = 4000
EVENT_KEY_LENGTH = 100


class OrderException(PlainModel):
    """An exception of an order or of one of its shipments. It does not affect their status.

    At most one exception of each type is unresolved per shipment, and one for the order itself.
    `counted_key` is the key of the newest event that `occurrences` counts. An exception that a
    person opened or reopened is closed by a person only (`is_personal`). `placed_at` copies the
    order's column and `carrier` the shipment's, for indexes.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="exceptions", db_index=True
    )
    order_id: UUID
    shipment: fields.ForeignKeyNullableRelation[Shipment] = fields.ForeignKeyField(
        "models.Shipment", related_name="exceptions", null=True, db_index=True
    )
    shipment_id: UUID | None
    type = enum_column(ExceptionType)
    severity = enum_column(ExceptionSeverity)
    severity_rank = fields.SmallIntField()
    caused_by = enum_column(Party)
    status = enum_column(ExceptionStatus)
    action_required = fields.BooleanField()
    summary = fields.CharField(max_length=TEXT_LENGTH, null=True)
    occurrences = fields.IntField(default=1)
    counted_key = fields.CharField(max_length=EVENT_KEY_LENGTH, null=True)
    opened_by_event_id: UUID | None = fields.UUIDField(null=True)
    was_opened_by_person = fields.BooleanField(default=False)
    was_closed_by_person = fields.BooleanField(default=False)
    is_personal = fields.BooleanField(default=False)
    assignee = fields.CharField(max_length=IDENTITY_LENGTH, null=True)
    waiting_on = optional_enum_column(Party)
    opened_at = time_column()
    due_at = optional_time_column()
    is_due_at_given = fields.BooleanField(default=False)
    was_overdue = fields.BooleanField(default=False)
    acknowledged_at = optional_time_column()
    resolved_at = optional_time_column()
    resolution = optional_enum_column(ExceptionResolution)
    reopened_count = fields.IntField(default=0)
    updated_at = time_column()
    placed_at = time_column()
    carrier = fields.CharField(max_length=CARRIER_LENGTH, null=True)

    class Meta:
        table = "order_exception"
        indexes = (
            Index(fields=["opened_at", "id"]),
            Index(fields=["updated_at", "id"]),
            Index(fields=["status", "opened_at", "id"]),
            Index(fields=["type", "status", "opened_at", "id"]),
            Index(fields=["severity", "status", "opened_at", "id"]),
            Index(fields=["caused_by", "status", "opened_at", "id"]),
            Index(fields=["assignee", "status", "opened_at", "id"]),
            Index(fields=["carrier", "status", "opened_at", "id"]),
            Index(fields=["due_at", "id", "opened_at"]),
            Index(fields=["status", "due_at", "id"]),
            Index(fields=["severity_rank", "id"]),
            Index(fields=["status", "severity_rank", "id"]),
            Index(fields=["resolved_at", "id", "opened_at"]),
            Index(fields=["type", "status", "placed_at", "order_id"]),
        )

    @property
    def is_unresolved(self) -> bool:
        return self.status in UNRESOLVED


class ExceptionNote(PlainModel):
    """A note that a person wrote while working on an exception."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    exception: fields.ForeignKeyRelation[OrderException] = fields.ForeignKeyField(
        "models.OrderException", related_name="notes", db_index=True
    )
    exception_id: UUID
    author = fields.CharField(max_length=IDENTITY_LENGTH)
    body = fields.CharField(max_length=NOTE_LENGTH)
    created_at = time_column()

    class Meta:
        table = "exception_note"
