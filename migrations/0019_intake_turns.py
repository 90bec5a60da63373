"""Turns of the receivers of what is sent to us: the due bodies of each are found by an index."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from migrations._tables import index


class Migration(migrations.Migration):
    dependencies = [("models", "0018_sessions")]

    operations = [
        index("intake_turns", "intake (receiver_id, due_at, id) WHERE state = 'RECEIVED'"),
        ops.RunSQL("DROP INDEX intake_due"),
    ]
