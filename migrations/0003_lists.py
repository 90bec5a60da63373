"""What lists need beyond indexes of whole tables: indexes of the few rows that are looked for.

Their conditions stand word for word in the questions (resolvers/filters), or no database sees that
they apply.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

MAYBE_LATE = "status <> 'CANCELLED' AND (delivered_at IS NULL OR late_after < delivered_at)"


class Migration(migrations.Migration):
    dependencies = [("models", "0002_constraints")]

    operations = [
        ops.RunSQL("CREATE INDEX orders_open ON orders (placed_at, id) WHERE open_exceptions > 0"),
        ops.RunSQL(
            "CREATE INDEX orders_open_by_country ON orders (destination_country, placed_at, id)"
            " WHERE open_exceptions > 0"
        ),
        ops.RunSQL(f"CREATE INDEX orders_late ON orders (placed_at, id) WHERE {MAYBE_LATE}"),
        ops.RunSQL(f"CREATE INDEX shipment_late ON shipment (created_at, id) WHERE {MAYBE_LATE}"),
    ]
