"""API keys: they name the caller and its scopes. Only a key's hash is stored."""

from tortoise import fields
from tortoise.models import Model

from database.columns import json_column, new_id, optional_time_column, time_column

KEY_NAME_LENGTH = 100
HASH_LENGTH = 64
HINT_LENGTH = 16


class ApiKey(Model):
    """An API key. `hint` is its beginning: enough to recognise the key, too little to use it."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    name = fields.CharField(max_length=KEY_NAME_LENGTH)
    hint = fields.CharField(max_length=HINT_LENGTH)
    key_hash = fields.CharField(max_length=HASH_LENGTH, unique=True)
    scopes: list[str] = json_column()
    created_at = time_column()
    expires_at = optional_time_column()
    last_used_at = optional_time_column()
    revoked_at = optional_time_column()

    class Meta:
        table = "api_key"
