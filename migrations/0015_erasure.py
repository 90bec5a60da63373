"""When the personal data of an order was erased, and an index by which an erasure finds the events
that were left behind in other orders."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from migrations._columns import optional_moment
from migrations._tables import index


class Migration(migrations.Migration):
    dependencies = [("models", "0014_key_rotation")]

    operations = [
        ops.AddField("Order", "erased_at", optional_moment()),
        index("tracking_event_moved", "tracking_event (moved_to_id) WHERE moved_to_id IS NOT NULL"),
    ]
