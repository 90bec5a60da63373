"""The change log: history, feed, audit and outbox in one."""

from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from database.columns import enum_column, json_column, optional_enum_column, time_column
from models.customers import IDENTITY_LENGTH
from models.enums import ChangeKind, ExceptionType, TrackingEventType
from models.orders import COUNTRY_LENGTH, TEXT_LENGTH, Order
from models.shipments import CARRIER_LENGTH

STATUS_LENGTH = 32
ACTOR_LENGTH = 200
DATABASE_LENGTH = 100
IS_ERASED = "is_erased"
"""The key in the details of the change by which an order's personal data was erased."""


class Change(Model):
    """One change in the log. Rows are only ever added.

    `previous` and `status` belong to the subject that the kind names. `details` holds what only
    some kinds have: differences, estimates. `country`, `carrier`, `event_type`, `exception_type`
    and `assignee` have the values of that moment, so that a filter reads no other table.
    """

    position = fields.BigIntField(primary_key=True, generated=False)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="changes", db_index=False, on_delete=fields.OnDelete.RESTRICT
    )
    order_id: UUID
    sequence = fields.IntField()
    kind = enum_column(ChangeKind)
    shipment_id: UUID | None = fields.UUIDField(null=True)
    event_id: UUID | None = fields.UUIDField(null=True)
    exception_id: UUID | None = fields.UUIDField(null=True)
    previous = fields.CharField(max_length=STATUS_LENGTH, null=True)
    status = fields.CharField(max_length=STATUS_LENGTH, null=True)
    details: dict[str, Any] | None = json_column(null=True)
    occurred_at = time_column()
    recorded_at = time_column()
    actor = fields.CharField(max_length=ACTOR_LENGTH)
    reason = fields.CharField(max_length=TEXT_LENGTH, null=True)
    country = fields.CharField(max_length=COUNTRY_LENGTH)
    carrier = fields.CharField(max_length=CARRIER_LENGTH, null=True)
    event_type = optional_enum_column(TrackingEventType)
    exception_type = optional_enum_column(ExceptionType)
    assignee = fields.CharField(max_length=IDENTITY_LENGTH, null=True)

    class Meta:
        table = "change"
        unique_together = (("order", "sequence"),)
        indexes = (Index(fields=["kind", "position"]), Index(fields=["order_id", "position"]))

    @property
    def is_erasure(self) -> bool:
        """Return whether the order's personal data was erased by this change."""
        return self.details is not None and IS_ERASED in self.details


class LogHead(Model):
    """The one row with the position of the newest change.

    Its lock makes the order of commits the order of positions. `epoch` is the position after which
    the present epoch of the log began: 0, until the log is found put back to an earlier state.
    `database` is the identity of the database to which the newest epoch belongs, None until it is
    known.
    """

    id = fields.IntField(primary_key=True, generated=False)
    position = fields.BigIntField()
    epoch = fields.BigIntField(db_default=0)
    database = fields.CharField(max_length=DATABASE_LENGTH, null=True)

    class Meta:
        table = "log_head"


LOG_HEAD_ID = 1
