"""The events that wait for a number of any carrier."""

from tortoise import migrations

from migrations._tables import index


class Migration(migrations.Migration):
    dependencies = [("models", "0010_epochs")]

    operations = [
        index(
            "tracking_event_kept_number", "tracking_event (number_key) WHERE shipment_id IS NULL"
        ),
    ]
