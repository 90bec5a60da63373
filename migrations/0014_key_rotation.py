"""The secret that an API key had before its rotation, which works for a while."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from migrations._columns import optional_moment, optional_text


class Migration(migrations.Migration):
    dependencies = [("models", "0013_sources")]

    operations = [
        ops.AddField("ApiKey", "previous_hash", optional_text(64, is_unique=True)),
        ops.AddField("ApiKey", "previous_until", optional_moment()),
    ]
