"""Staff sessions: persons who have signed in. Only a hash of the cookie's token is stored."""

from tortoise import fields
from tortoise.models import Model

from database.columns import json_column, new_id, optional_time_column, time_column
from models.api_keys import HASH_LENGTH, KEY_NAME_LENGTH

SUBJECT_LENGTH = 2000
"""The longest issuer and the longest subject that are stored: addresses of the net."""


class StaffSession(Model):
    """A session. `owner_id` is the key's id, or the id of the person at the identity provider.

    A session of an API key has the hash of the secret with which it was opened, and lasts no longer
    than that secret; its rights are the key's. One by OpenID Connect has an issuer and a subject,
    and the rights that the provider gave them at sign-in.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    token_hash = fields.CharField(max_length=HASH_LENGTH, unique=True)
    name = fields.CharField(max_length=KEY_NAME_LENGTH)
    owner_id = fields.UUIDField(db_index=True)
    key_hash = fields.CharField(max_length=HASH_LENGTH, null=True)
    issuer = fields.CharField(max_length=SUBJECT_LENGTH, null=True)
    subject = fields.CharField(max_length=SUBJECT_LENGTH, null=True)
    scopes: list[str] = json_column()
    carriers: list[str] | None = json_column(null=True)
    created_at = time_column()
    last_used_at = optional_time_column()
    expires_at = time_column()
    ended_at = optional_time_column()

    class Meta:
        table = "staff_session"
