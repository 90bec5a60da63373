"""The intake: bodies that other systems have sent us, kept as they came until they are read."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from database.columns import enum_column, json_column, new_id, optional_time_column, time_column
from models.enums.intakes import IntakeState, ReceiverType

DELIVERY_ID_LENGTH = 200
DIGEST_LENGTH = 64
PROBLEM_LENGTH = 1000


class Intake(Model):
    """A received body. `headers` holds those that its reader needs.

    A RECEIVED body is due at `due_at`, unless the lease of a process that reads it runs until
    `lease_until`. `attempts` counts these processes. `problem` says why a body FAILED or was
    IGNORED, or why the last attempt ended.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    receiver_type = enum_column(ReceiverType)
    receiver_id: UUID = fields.UUIDField()
    delivery_id = fields.CharField(max_length=DELIVERY_ID_LENGTH, null=True)
    body_digest = fields.CharField(max_length=DIGEST_LENGTH)
    headers: dict[str, str] = json_column()
    body: bytes = fields.BinaryField()
    received_at = time_column()
    state = enum_column(IntakeState, default=IntakeState.RECEIVED)
    attempts = fields.IntField(default=0)
    due_at = time_column()
    lease_until: datetime | None = optional_time_column()
    problem = fields.CharField(max_length=PROBLEM_LENGTH, null=True)

    class Meta:
        table = "intake"
        unique_together = (("receiver_id", "delivery_id"),)
        indexes = (
            Index(fields=["receiver_id", "state", "received_at"]),
            Index(fields=["receiver_id", "body_digest"]),
            Index(fields=["received_at"]),
        )


WAITS_ANEW: Mapping[str, object] = MappingProxyType(
    {"state": IntakeState.RECEIVED, "attempts": 0, "lease_until": None, "problem": None}
)
"""The values of a body that is to be read as if for the first time, beside its `due_at`."""
