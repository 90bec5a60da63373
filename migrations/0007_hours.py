"""The hours that aggregates are kept in, what has been counted of each row, and how far the log has
been counted."""

from typing import Any

from tortoise import fields, migrations
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

from database.connections import is_postgres
from migrations._columns import moment, optional_moment, optional_text, reference, sums, text, word
from migrations._tables import table
from models.enums.exceptions import ExceptionSeverity, ExceptionStatus, ExceptionType, Party
from models.enums.orders import DeliveryMethod, Health, OrderStatus
from models.enums.shipments import ShipmentStatus

ORDER_SUMS = (
    *("items", "total_many", "total_sum", "ship_many", "ship_sum", "deliver_many", "deliver_sum"),
    *("exceptions", "troubled", "cancelled"),
)
SHIPMENT_SUMS = (
    *("transit_many", "transit_sum", "attempted", "attempts", "estimate_many", "estimate_sum"),
    "troubled",
)
EXCEPTION_SUMS = (
    *("unresolved", "acknowledge_many", "acknowledge_sum", "resolve_many", "resolve_sum"),
    "reopened",
)
HOURS = ("order_hour", "shipment_hour", "exception_hour")


def hour_columns(*names: str) -> dict[str, Any]:
    return {
        "id": fields.BigIntField(primary_key=True),
        "axis": text(32),
        "dimension": text(32),
        "hour": moment(),
        "word": text(200),
        **sums("many", *names),
    }


async def add_hour_indexes(apps: StateApps, editor: BaseSchemaEditor) -> None:
    """One to find hours by; where an index can hold more, what is mostly asked of them. And one of
    those that all rows have left, which are few and taken out soon."""
    client: BaseDBAsyncClient = editor.client
    held = " INCLUDE (many)" if is_postgres(client) else ""
    for name in HOURS:
        columns = "(axis, dimension, hour, word)"
        await client.execute_query(f"CREATE UNIQUE INDEX {name}_once ON {name} {columns}{held}")
        await client.execute_query(f"CREATE INDEX {name}_empty ON {name} (id) WHERE many = 0")


class Migration(migrations.Migration):
    dependencies = [("models", "0006_search")]

    operations = [
        table("OrderHour", "order_hour", "", hour_columns(*ORDER_SUMS)),
        table("ShipmentHour", "shipment_hour", "", hour_columns(*SHIPMENT_SUMS)),
        table("ExceptionHour", "exception_hour", "", hour_columns(*EXCEPTION_SUMS)),
        ops.RunPython(add_hour_indexes),
        table(
            "OrderCounted",
            "order_counted",
            "An order as it stands in the hours, at the first moments of which its times are.",
            {
                **sums(*ORDER_SUMS),
                "id": reference(is_key=True),
                "status": word(OrderStatus),
                "health": word(Health),
                "delivery_method": word(DeliveryMethod),
                "destination_country": text(2),
                "currency": text(3),
                "placed_at": moment(),
                "promised_at": optional_moment(),
                "delivered_at": optional_moment(),
            },
        ),
        table(
            "ShipmentCounted",
            "shipment_counted",
            "A shipment as it stands in the hours.",
            {
                **sums(*SHIPMENT_SUMS),
                "id": reference(is_key=True),
                "order_id": reference(is_indexed=True),
                "status": word(ShipmentStatus),
                "health": word(Health),
                "carrier": optional_text(40),
                "service": optional_text(100),
                "country": text(2),
                "created_at": moment(),
                "shipped_at": optional_moment(),
                "delivered_at": optional_moment(),
            },
        ),
        table(
            "ExceptionCounted",
            "exception_counted",
            "An exception as it stands in the hours.",
            {
                **sums(*EXCEPTION_SUMS),
                "id": reference(is_key=True),
                "order_id": reference(is_indexed=True),
                "type": word(ExceptionType),
                "status": word(ExceptionStatus),
                "severity": word(ExceptionSeverity),
                "caused_by": word(Party),
                "carrier": optional_text(40),
                "assignee": optional_text(200),
                "opened_at": moment(),
                "resolved_at": optional_moment(),
            },
        ),
        table(
            "CountedLog",
            "counted_log",
            "One row: every change up to its position has been counted.",
            {"id": fields.IntField(primary_key=True), "position": fields.BigIntField()},
        ),
        ops.RunSQL("INSERT INTO counted_log (id, position) VALUES (1, 0)"),
    ]
