"""Customers: the people and companies that place orders."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from database.columns import new_id, time_column

NAME_LENGTH = 200
EMAIL_LENGTH = 254
PHONE_LENGTH = 40
LOCALE_LENGTH = 35
IDENTITY_LENGTH = 200
DEFAULT_LOCALE = "en"
ERASED = "erased"
"""The text in place of a personal value that may not be missing, once it was erased."""


class Customer(Model):
    """A customer. Every column is personal; `name_key` and `email_key` serve the search."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    external_id = fields.CharField(max_length=IDENTITY_LENGTH, null=True, unique=True)
    name = fields.CharField(max_length=NAME_LENGTH)
    email = fields.CharField(max_length=EMAIL_LENGTH, null=True)
    phone = fields.CharField(max_length=PHONE_LENGTH, null=True)
    locale = fields.CharField(max_length=LOCALE_LENGTH)
    created_at = time_column()
    updated_at = time_column()
    name_key = fields.TextField()
    email_key: str | None = fields.TextField(null=True)

    class Meta:
        table = "customer"
        indexes = (Index(fields=["email_key"]),)
