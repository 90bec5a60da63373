"""What lists need beyond indexes of whole tables: indexes of the rows that are looked for.

Their conditions stand word for word in the questions (resolvers/filters), or no database sees that
they apply.
"""

from tortoise import migrations
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_generator.state_apps import StateApps

from database.connections import is_postgres

DELIVERED_LATE = "status <> 'CANCELLED' AND late_after < delivered_at"
UNDELIVERED = (
    "delivered_at IS NULL"
    " AND status <> 'CANCELLED' AND status <> 'RETURNED' AND status <> 'RETURNING'"
)
ON_THEIR_WAY = "status NOT IN ('DELIVERED', 'PARTIALLY_RETURNED', 'RETURNED', 'CANCELLED')"
UNFINISHED = "status NOT IN ('DELIVERED', 'RETURNED', 'LOST', 'CANCELLED')"
UNRESOLVED = "status IN ('OPEN', 'ACKNOWLEDGED', 'IN_PROGRESS', 'WAITING')"
INDEXES = {
    "order_exception_overdue": f"order_exception (opened_at, id, due_at) WHERE {UNRESOLVED}",
    "orders_open": "orders (placed_at, id) WHERE open_exceptions > 0",
    "orders_open_by_country": (
        "orders (destination_country, placed_at, id) WHERE open_exceptions > 0"
    ),
    "orders_late": f"orders (placed_at, id) WHERE {DELIVERED_LATE}",
    "orders_overdue": f"orders (placed_at, id, late_after) WHERE {UNDELIVERED}",
    "orders_promised": f"orders (promised_at, id) WHERE {ON_THEIR_WAY}",
    "orders_estimated": f"orders (estimate_latest, id) WHERE {ON_THEIR_WAY}",
    "shipment_late": f"shipment (created_at, id) WHERE {DELIVERED_LATE}",
    "shipment_overdue": f"shipment (created_at, id, late_after) WHERE {UNDELIVERED}",
    "shipment_unfinished": f"shipment (shipped_at, id) WHERE {UNFINISHED}",
}

DAYS = {
    "orders_promised_day": ("orders", "promised_at", "placed_at"),
    "orders_delivered_day": ("orders", "delivered_at", "placed_at"),
    "exception_due_day": ("order_exception", "due_at", "opened_at"),
    "exception_resolved_day": ("order_exception", "resolved_at", "opened_at"),
    "shipment_shipped_day": ("shipment", "shipped_at", "created_at"),
    "shipment_delivered_day": ("shipment", "delivered_at", "created_at"),
}
"""By the days of one time, in the order of another."""


async def add_days(apps: StateApps, editor: object) -> None:
    client: BaseDBAsyncClient = editor.client  # type: ignore[attr-defined]
    day = "(({} AT TIME ZONE 'UTC')::date)" if is_postgres(client) else "substr({}, 1, 10)"
    for name, (table, time, key) in DAYS.items():
        columns = f"{day.format(time)}, {key}, id, {time}"
        await client.execute_query(f"CREATE INDEX {name} ON {table} ({columns})")


class Migration(migrations.Migration):
    dependencies = [("models", "0002_constraints")]

    operations = [
        *(ops.RunSQL(f"CREATE INDEX {name} ON {of}") for name, of in INDEXES.items()),
        ops.RunPython(add_days),
    ]
