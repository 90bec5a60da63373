"""Idempotency keys: what was asked under them, and what came of it."""

from uuid import UUID

from tortoise import fields

from database.columns import time_column
from database.plain_model import PlainModel

KEY_LENGTH = 64


class IdempotencyKey(PlainModel):
    """`key` is a digest of the viewer and the key given, `content` one of what was asked."""

    key = fields.CharField(max_length=KEY_LENGTH, primary_key=True)
    content = fields.CharField(max_length=KEY_LENGTH)
    subject_id: UUID = fields.UUIDField()
    created_at = time_column()

    class Meta:
        table = "idempotency_key"
