"""Idempotency keys: the request that each was used for, and the object that it made."""

from uuid import UUID

from tortoise import fields

from database.columns import time_column
from database.plain_model import PlainModel

KEY_LENGTH = 64


class IdempotencyKey(PlainModel):
    """A used key: `key` is the digest of viewer and key, `content` the digest of the request."""

    key = fields.CharField(max_length=KEY_LENGTH, primary_key=True)
    content = fields.CharField(max_length=KEY_LENGTH)
    subject_id: UUID = fields.UUIDField()
    created_at = time_column()

    class Meta:
        table = "idempotency_key"
