"""The carriers to which an API key is bounded: its partner sees only their shipments."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from migrations._columns import optional_json


class Migration(migrations.Migration):
    dependencies = [("models", "0015_erasure")]

    operations = [ops.AddField("ApiKey", "carriers", optional_json())]
