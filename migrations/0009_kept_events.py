"""Events that wait for a shipment, by source; and the moments of estimates of a date alone."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from migrations._tables import index


class Migration(migrations.Migration):
    dependencies = [("models", "0008_passed_moments")]

    operations = [
        index("tracking_event_kept", "tracking_event (source) WHERE shipment_id IS NULL"),
        ops.RunSQL("UPDATE estimate SET moment = revised_at WHERE moment <> revised_at"),
    ]
