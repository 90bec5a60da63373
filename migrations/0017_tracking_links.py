"""The version of an order's tracking links: those of earlier versions are revoked."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0016_partners")]

    operations = [
        ops.AddField("Order", "link_version", fields.IntField(default=0, db_default=0)),
    ]
