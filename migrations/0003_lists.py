"""What lists need beyond indexes of whole tables: indexes of the rows that are looked for.

Their conditions stand word for word in the questions (resolvers/filters), or no database sees that
they apply.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

DELIVERED_LATE = "status <> 'CANCELLED' AND late_after < delivered_at"
UNDELIVERED = (
    "delivered_at IS NULL"
    " AND status <> 'CANCELLED' AND status <> 'RETURNED' AND status <> 'RETURNING'"
)
ON_THEIR_WAY = "status NOT IN ('DELIVERED', 'PARTIALLY_RETURNED', 'RETURNED', 'CANCELLED')"
UNFINISHED = "status NOT IN ('DELIVERED', 'RETURNED', 'LOST', 'CANCELLED')"
INDEXES = {
    "orders_open": "orders (placed_at, id) WHERE open_exceptions > 0",
    "orders_open_by_country": (
        "orders (destination_country, placed_at, id) WHERE open_exceptions > 0"
    ),
    "orders_late": f"orders (placed_at, id) WHERE {DELIVERED_LATE}",
    "orders_overdue": f"orders (late_after, placed_at, id) WHERE {UNDELIVERED}",
    "orders_promised": f"orders (promised_at, id) WHERE {ON_THEIR_WAY}",
    "orders_estimated": f"orders (estimate_latest, id) WHERE {ON_THEIR_WAY}",
    "shipment_late": f"shipment (created_at, id) WHERE {DELIVERED_LATE}",
    "shipment_overdue": f"shipment (late_after, created_at, id) WHERE {UNDELIVERED}",
    "shipment_unfinished": f"shipment (shipped_at, id) WHERE {UNFINISHED}",
}


class Migration(migrations.Migration):
    dependencies = [("models", "0002_constraints")]

    operations = [ops.RunSQL(f"CREATE INDEX {name} ON {of}") for name, of in INDEXES.items()]
