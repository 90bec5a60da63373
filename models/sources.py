"""Order sources: shops that send us their orders, and which of our orders those are."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from database.columns import enum_column, json_column, new_id, optional_time_column, time_column
from models.api_keys import KEY_NAME_LENGTH
from models.customers import IDENTITY_LENGTH
from models.enums.sources import SourceKind

ADDRESS_KEY_LENGTH = 32
VERSION_LENGTH = 100
DIGEST_LENGTH = 64


class OrderSource(Model):
    """A shop that sends its orders to `/sources/{address_key}`.

    Both secrets are encrypted. The previous one holds until `previous_until`, so that the shop can
    be given the new one meanwhile.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    name = fields.CharField(max_length=KEY_NAME_LENGTH, unique=True)
    kind = enum_column(SourceKind)
    address_key = fields.CharField(max_length=ADDRESS_KEY_LENGTH, unique=True)
    secret: str = fields.TextField()
    previous_secret: str | None = fields.TextField(null=True)
    previous_until: datetime | None = optional_time_column()
    created_at = time_column()
    revoked_at: datetime | None = optional_time_column()

    class Meta:
        table = "order_source"


class ShopOrder(Model):
    """An order of a source, and the order that it is here, once there is one.

    `version` is the newest version that has come: it sorts as the shop changed the order. `lines`
    has the shop's id of each of our lines, in their order, and `wanted` the pieces of each that the
    shop wanted last. The digests are of the customer and the
    address that the shop said last, so that what was corrected here stays until the shop changes
    it. `was_cancelled` tells whether the shop has ever called the order cancelled.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    source_id: UUID = fields.UUIDField()
    external_id = fields.CharField(max_length=IDENTITY_LENGTH)
    version = fields.CharField(max_length=VERSION_LENGTH)
    order_id: UUID | None = fields.UUIDField(null=True)
    lines: list[str | None] = json_column()
    wanted: dict[str, int] = json_column()
    customer_digest = fields.CharField(max_length=DIGEST_LENGTH, null=True)
    address_digest = fields.CharField(max_length=DIGEST_LENGTH, null=True)
    was_cancelled = fields.BooleanField(default=False)

    class Meta:
        table = "shop_order"
        unique_together = (("source_id", "external_id"),)
        indexes = (Index(fields=["order_id"]),)
