"""Customers: who ordered."""

from tortoise import fields
from tortoise.models import Model

from models.columns import instant, new_id

NAME_LENGTH = 200
EMAIL_LENGTH = 254
PHONE_LENGTH = 40
LOCALE_LENGTH = 35
IDENTITY_LENGTH = 200


class Customer(Model):
    """All of it is personal."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    external_id = fields.CharField(max_length=IDENTITY_LENGTH, null=True, unique=True)
    name = fields.CharField(max_length=NAME_LENGTH)
    email = fields.CharField(max_length=EMAIL_LENGTH, null=True, db_index=True)
    phone = fields.CharField(max_length=PHONE_LENGTH, null=True)
    locale = fields.CharField(max_length=LOCALE_LENGTH)
    created_at = instant()
    updated_at = instant()

    class Meta:
        table = "customer"
