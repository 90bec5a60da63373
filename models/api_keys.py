"""API keys: they name the caller and its scopes. Only a key's hash is stored."""

from tortoise import fields
from tortoise.models import Model

from database.columns import json_column, new_id, optional_time_column, time_column

KEY_NAME_LENGTH = 100
HASH_LENGTH = 64
HINT_LENGTH = 16


class ApiKey(Model):
    """An API key. `hint` is its end: enough to recognise the key, too little to use it.

    After a rotation, the key that it had before works until `previous_until`. `carriers` are the
    codes of the carriers to which a partner is bounded, None for a key that sees all shipments.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    name = fields.CharField(max_length=KEY_NAME_LENGTH)
    hint = fields.CharField(max_length=HINT_LENGTH)
    key_hash = fields.CharField(max_length=HASH_LENGTH, unique=True)
    previous_hash = fields.CharField(max_length=HASH_LENGTH, unique=True, null=True)
    previous_until = optional_time_column()
    scopes: list[str] = json_column()
    carriers: list[str] | None = json_column(null=True)
    created_at = time_column()
    expires_at = optional_time_column()
    last_used_at = optional_time_column()
    revoked_at = optional_time_column()

    class Meta:
        table = "api_key"
