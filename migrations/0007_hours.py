"""The hourly sums of aggregates, what each row has contributed to them, and the position up to which
they contain the changes of the log."""

from typing import Any

from tortoise import fields, migrations
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

from database.connections import is_postgres
from migrations._columns import (
    enum_text,
    moment,
    optional_moment,
    optional_text,
    reference,
    sums,
    text,
)
from migrations._tables import table
from models.enums.exceptions import ExceptionSeverity, ExceptionStatus, ExceptionType, Party
from models.enums.orders import DeliveryMethod, Health, OrderStatus
from models.enums.shipments import ShipmentStatus

ORDER_SUMS = (
    *("items", "total_count", "total_sum", "ship_count", "ship_sum"),
    *("deliver_count", "deliver_sum", "exceptions", "troubled", "cancelled"),
)
SHIPMENT_SUMS = (
    *("transit_count", "transit_sum", "attempted", "attempts", "estimate_count", "estimate_sum"),
    "troubled",
)
EXCEPTION_SUMS = (
    *("unresolved", "acknowledge_count", "acknowledge_sum", "resolve_count", "resolve_sum"),
    "reopened",
)
HOURS = ("order_hour", "shipment_hour", "exception_hour")


def hour_columns(*names: str) -> dict[str, Any]:
    return {
        "id": fields.BigIntField(primary_key=True),
        "axis": text(32),
        "dimension": text(32),
        "hour": moment(),
        "dimension_value": text(200),
        **sums("row_count", *names),
    }


async def add_hour_indexes(apps: StateApps, editor: BaseSchemaEditor) -> None:
    """Add an index to find hours by, which covers the most common measure where the database can.
    Another one has the hours without rows, which are few and deleted soon."""
    client: BaseDBAsyncClient = editor.client
    covered = " INCLUDE (row_count)" if is_postgres(client) else ""
    for name in HOURS:
        columns = "(axis, dimension, hour, dimension_value)"
        await client.execute_query(f"CREATE UNIQUE INDEX {name}_once ON {name} {columns}{covered}")
        await client.execute_query(f"CREATE INDEX {name}_empty ON {name} (id) WHERE row_count = 0")


class Migration(migrations.Migration):
    dependencies = [("models", "0006_search")]

    operations = [
        table("OrderHour", "order_hour", "", hour_columns(*ORDER_SUMS)),
        table("ShipmentHour", "shipment_hour", "", hour_columns(*SHIPMENT_SUMS)),
        table("ExceptionHour", "exception_hour", "", hour_columns(*EXCEPTION_SUMS)),
        ops.RunPython(add_hour_indexes),
        table(
            "OrderContribution",
            "order_contribution",
            "The share of an order in the hourly sums. Its times are truncated to the hour.",
            {
                **sums(*ORDER_SUMS),
                "id": reference(is_key=True),
                "status": enum_text(OrderStatus),
                "health": enum_text(Health),
                "delivery_method": enum_text(DeliveryMethod),
                "destination_country": text(2),
                "currency": text(3),
                "placed_at": moment(),
                "promised_at": optional_moment(),
                "delivered_at": optional_moment(),
            },
        ),
        table(
            "ShipmentContribution",
            "shipment_contribution",
            "The share of a shipment in the hourly sums. Its times are truncated to the hour.",
            {
                **sums(*SHIPMENT_SUMS),
                "id": reference(is_key=True),
                "order_id": reference(is_indexed=True),
                "status": enum_text(ShipmentStatus),
                "health": enum_text(Health),
                "carrier": optional_text(40),
                "service": optional_text(100),
                "country": text(2),
                "created_at": moment(),
                "shipped_at": optional_moment(),
                "delivered_at": optional_moment(),
            },
        ),
        table(
            "ExceptionContribution",
            "exception_contribution",
            "The share of an exception in the hourly sums. Its times are truncated to the hour.",
            {
                **sums(*EXCEPTION_SUMS),
                "id": reference(is_key=True),
                "order_id": reference(is_indexed=True),
                "type": enum_text(ExceptionType),
                "status": enum_text(ExceptionStatus),
                "severity": enum_text(ExceptionSeverity),
                "caused_by": enum_text(Party),
                "carrier": optional_text(40),
                "assignee": optional_text(200),
                "opened_at": moment(),
                "resolved_at": optional_moment(),
            },
        ),
        table(
            "RollupCursor",
            "rollup_cursor",
            "One row: the hourly sums contain every change up to its position.",
            {"id": fields.IntField(primary_key=True), "position": fields.BigIntField()},
        ),
        ops.RunSQL("INSERT INTO rollup_cursor (id, position) VALUES (1, 0)"),
    ]
