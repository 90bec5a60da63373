"""What aggregates need: the few events that say that a delivery failed, found without all others.

Its condition stands word for word in the question (resolvers/stats/shipments.py).
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

FAILED = (
    "type IN ('DELIVERY_ATTEMPTED', 'REFUSED', 'UNDELIVERABLE')"
    " AND retracted_at IS NULL AND classifier = 'ACTUAL'"
)


class Migration(migrations.Migration):
    dependencies = [("models", "0004_search")]

    operations = [
        ops.RunSQL(
            "CREATE INDEX tracking_event_failed_attempt ON tracking_event (shipment_id)"
            f" WHERE {FAILED}"
        )
    ]
