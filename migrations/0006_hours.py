"""The hours that aggregates are kept in, and how far the log has been counted."""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_generator.state_apps import StateApps

from database.connections import is_postgres
from models.enums.exceptions import ExceptionSeverity, ExceptionStatus, ExceptionType, Party
from models.enums.orders import DeliveryMethod, Health, OrderStatus
from models.enums.shipments import ShipmentStatus

TABLES = ("order_hour", "shipment_hour", "exception_hour")


async def add_indexes(apps: StateApps, editor: object) -> None:
    """One to find hours by; where an index can hold more, what is mostly asked of them. And one of
    those that all rows have left, which are few and taken out soon."""
    client: BaseDBAsyncClient = editor.client  # type: ignore[attr-defined]
    held = " INCLUDE (many)" if is_postgres(client) else ""
    for table in TABLES:
        columns = "(axis, dimension, hour, word)"
        await client.execute_query(f"CREATE UNIQUE INDEX {table}_once ON {table} {columns}{held}")
        await client.execute_query(f"CREATE INDEX {table}_empty ON {table} (id) WHERE many = 0")


class Migration(migrations.Migration):
    dependencies = [("models", "0005_stats")]

    operations = [
        ops.CreateModel(
            name="CountedLog",
            fields=[
                ("id", fields.IntField(primary_key=True, unique=True, db_index=True)),
                ("position", fields.BigIntField()),
            ],
            options={
                "table": "counted_log",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One row: every change up to its position has been counted.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ExceptionCounted",
            fields=[
                ("unresolved", fields.BigIntField()),
                ("acknowledge_many", fields.BigIntField()),
                ("acknowledge_millions", fields.BigIntField()),
                ("acknowledge_rest", fields.BigIntField()),
                ("resolve_many", fields.BigIntField()),
                ("resolve_millions", fields.BigIntField()),
                ("resolve_rest", fields.BigIntField()),
                ("reopened", fields.BigIntField()),
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("order_id", fields.UUIDField(db_index=True)),
                (
                    "type",
                    fields.CharEnumField(
                        description="ExceptionType", enum_type=ExceptionType, max_length=32
                    ),
                ),
                (
                    "status",
                    fields.CharEnumField(
                        description="ExceptionStatus", enum_type=ExceptionStatus, max_length=32
                    ),
                ),
                (
                    "severity",
                    fields.CharEnumField(
                        description="ExceptionSeverity", enum_type=ExceptionSeverity, max_length=32
                    ),
                ),
                (
                    "caused_by",
                    fields.CharEnumField(description="Party", enum_type=Party, max_length=32),
                ),
                ("carrier", fields.CharField(null=True, max_length=40)),
                ("assignee", fields.CharField(null=True, max_length=200)),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "resolved_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "exception_counted",
                "app": "models",
                "pk_attr": "id",
                "table_description": "An exception as it stands in the hours.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ExceptionHour",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("axis", fields.CharField(max_length=32)),
                ("dimension", fields.CharField(max_length=32)),
                ("hour", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("word", fields.CharField(max_length=200)),
                ("many", fields.BigIntField()),
                ("unresolved", fields.BigIntField()),
                ("acknowledge_many", fields.BigIntField()),
                ("acknowledge_millions", fields.BigIntField()),
                ("acknowledge_rest", fields.BigIntField()),
                ("resolve_many", fields.BigIntField()),
                ("resolve_millions", fields.BigIntField()),
                ("resolve_rest", fields.BigIntField()),
                ("reopened", fields.BigIntField()),
            ],
            options={
                "table": "exception_hour",
                "app": "models",
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OrderCounted",
            fields=[
                ("items", fields.BigIntField()),
                ("total_many", fields.BigIntField()),
                ("total_millions", fields.BigIntField()),
                ("total_rest", fields.BigIntField()),
                ("ship_many", fields.BigIntField()),
                ("ship_millions", fields.BigIntField()),
                ("ship_rest", fields.BigIntField()),
                ("deliver_many", fields.BigIntField()),
                ("deliver_millions", fields.BigIntField()),
                ("deliver_rest", fields.BigIntField()),
                ("exceptions", fields.BigIntField()),
                ("troubled", fields.BigIntField()),
                ("cancelled", fields.BigIntField()),
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                (
                    "status",
                    fields.CharEnumField(
                        description="OrderStatus", enum_type=OrderStatus, max_length=32
                    ),
                ),
                (
                    "health",
                    fields.CharEnumField(description="Health", enum_type=Health, max_length=32),
                ),
                (
                    "delivery_method",
                    fields.CharEnumField(
                        description="DeliveryMethod", enum_type=DeliveryMethod, max_length=32
                    ),
                ),
                ("destination_country", fields.CharField(max_length=2)),
                ("currency", fields.CharField(max_length=3)),
                ("placed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "promised_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "delivered_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "order_counted",
                "app": "models",
                "pk_attr": "id",
                "table_description": "An order as it stands in the hours, at the first moments of which its times are.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OrderHour",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("axis", fields.CharField(max_length=32)),
                ("dimension", fields.CharField(max_length=32)),
                ("hour", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("word", fields.CharField(max_length=200)),
                ("many", fields.BigIntField()),
                ("items", fields.BigIntField()),
                ("total_many", fields.BigIntField()),
                ("total_millions", fields.BigIntField()),
                ("total_rest", fields.BigIntField()),
                ("ship_many", fields.BigIntField()),
                ("ship_millions", fields.BigIntField()),
                ("ship_rest", fields.BigIntField()),
                ("deliver_many", fields.BigIntField()),
                ("deliver_millions", fields.BigIntField()),
                ("deliver_rest", fields.BigIntField()),
                ("exceptions", fields.BigIntField()),
                ("troubled", fields.BigIntField()),
                ("cancelled", fields.BigIntField()),
            ],
            options={
                "table": "order_hour",
                "app": "models",
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ShipmentCounted",
            fields=[
                ("transit_many", fields.BigIntField()),
                ("transit_millions", fields.BigIntField()),
                ("transit_rest", fields.BigIntField()),
                ("attempted", fields.BigIntField()),
                ("attempts", fields.BigIntField()),
                ("estimate_many", fields.BigIntField()),
                ("estimate_millions", fields.BigIntField()),
                ("estimate_rest", fields.BigIntField()),
                ("troubled", fields.BigIntField()),
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("order_id", fields.UUIDField(db_index=True)),
                (
                    "status",
                    fields.CharEnumField(
                        description="ShipmentStatus", enum_type=ShipmentStatus, max_length=32
                    ),
                ),
                (
                    "health",
                    fields.CharEnumField(description="Health", enum_type=Health, max_length=32),
                ),
                ("carrier", fields.CharField(null=True, max_length=40)),
                ("service", fields.CharField(null=True, max_length=100)),
                ("country", fields.CharField(max_length=2)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("shipped_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "delivered_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "shipment_counted",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A shipment as it stands in the hours.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ShipmentHour",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("axis", fields.CharField(max_length=32)),
                ("dimension", fields.CharField(max_length=32)),
                ("hour", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("word", fields.CharField(max_length=200)),
                ("many", fields.BigIntField()),
                ("transit_many", fields.BigIntField()),
                ("transit_millions", fields.BigIntField()),
                ("transit_rest", fields.BigIntField()),
                ("attempted", fields.BigIntField()),
                ("attempts", fields.BigIntField()),
                ("estimate_many", fields.BigIntField()),
                ("estimate_millions", fields.BigIntField()),
                ("estimate_rest", fields.BigIntField()),
                ("troubled", fields.BigIntField()),
            ],
            options={
                "table": "shipment_hour",
                "app": "models",
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.RunPython(add_indexes),
        ops.RunSQL("INSERT INTO counted_log (id, position) VALUES (1, 0)"),
    ]
