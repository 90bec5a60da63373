"""What the tables promise beyond their columns: conditions, and one unresolved exception per key.

PostgreSQL adds CHECK constraints to a table. SQLite cannot: there the table is made anew with
them, its rows and indexes carried over. Foreign keys must be off on that connection, or dropping
the old table would delete what refers to it; that is how migrations connect.
"""

from collections.abc import Mapping

from tortoise import migrations
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_generator.state_apps import StateApps

CHECKS = {
    "order_item": {
        "order_item_quantity": "quantity >= 1",
        "order_item_pieces": (
            "cancelled_quantity >= 0 AND allocated_quantity >= 0"
            " AND cancelled_quantity + allocated_quantity <= quantity"
        ),
        "order_item_moved": (
            "shipped_quantity BETWEEN 0 AND allocated_quantity"
            " AND delivered_quantity BETWEEN 0 AND allocated_quantity"
            " AND returned_quantity BETWEEN 0 AND allocated_quantity"
            " AND lost_quantity BETWEEN 0 AND allocated_quantity"
        ),
        "order_item_price": "unit_price_minor IS NULL OR unit_price_minor >= 0",
    },
    "orders": {
        "orders_sequence": "sequence >= 1",
        "orders_total": "total_minor IS NULL OR total_minor >= 0",
        "orders_item_count": "item_count >= 1",
    },
    "shipment_item": {
        "shipment_item_pieces": "quantity >= 1 AND held_quantity BETWEEN 0 AND quantity",
    },
    "tracking_event": {
        "tracking_event_owner": (
            "(order_id IS NULL) = (shipment_id IS NULL)"
            " AND (shipment_id IS NOT NULL OR number_key IS NOT NULL)"
        ),
    },
    "estimate": {"estimate_range": "earliest_at <= latest_at"},
    "order_exception": {
        "order_exception_occurrences": "occurrences >= 1",
        "order_exception_closed": (
            "(resolved_at IS NOT NULL) = (status IN ('RESOLVED', 'DISMISSED'))"
        ),
    },
    "change": {"change_place": "position >= 1 AND sequence >= 1"},
    "log_head": {"log_head_one_row": "id = 1 AND position >= 0"},
}
NO_SHIPMENT = "00000000-0000-0000-0000-000000000000"


async def add_all_checks(apps: StateApps, editor: object) -> None:
    client: BaseDBAsyncClient = editor.client  # type: ignore[attr-defined]
    for table, checks in CHECKS.items():
        await _add_checks(client, table, checks)


async def _add_checks(client: BaseDBAsyncClient, table: str, checks: Mapping[str, str]) -> None:
    """`checks`: condition by name of the constraint."""
    clauses = [f'CONSTRAINT "{name}" CHECK ({condition})' for name, condition in checks.items()]
    if client.capabilities.dialect == "postgres":
        for clause in clauses:
            await client.execute_script(f'ALTER TABLE "{table}" ADD {clause}')
    else:
        await _make_anew(client, table, clauses)


async def _make_anew(client: BaseDBAsyncClient, table: str, clauses: list[str]) -> None:
    rows = await client.execute_query_dict(
        "SELECT type, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", [table]
    )
    statement = next(row["sql"] for row in rows if row["type"] == "table")
    body = statement[statement.index("(") : statement.rindex(")")]
    await client.execute_query(f'CREATE TABLE "new__{table}" {body}, {", ".join(clauses)})')
    await client.execute_query(f'INSERT INTO "new__{table}" SELECT * FROM "{table}"')
    await client.execute_query(f'DROP TABLE "{table}"')
    await client.execute_query(f'ALTER TABLE "new__{table}" RENAME TO "{table}"')
    for row in rows:
        if row["type"] == "index":
            await client.execute_query(row["sql"])


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]

    operations = [
        ops.RunPython(add_all_checks),
        ops.RunSQL(
            "CREATE UNIQUE INDEX order_exception_unresolved ON order_exception"
            f" (order_id, COALESCE(shipment_id, '{NO_SHIPMENT}'), type)"
            " WHERE status NOT IN ('RESOLVED', 'DISMISSED')"
        ),
        ops.RunSQL("INSERT INTO log_head (id, position) VALUES (1, 0)"),
    ]
