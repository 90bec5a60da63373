from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from database.columns import new_id, to_json
from models.enums.changes import ChangeKind
from models.enums.events import EventClassifier, TimePrecision, TimeZoneSource, TrackingEventType
from models.enums.exceptions import (
    ExceptionResolution,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    Party,
)
from models.enums.orders import DeliveryMethod, Health, OrderStatus
from models.enums.shipments import EstimateSource, ShipmentStatus


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("name", fields.CharField(max_length=100)),
                ("hint", fields.CharField(max_length=16)),
                ("key_hash", fields.CharField(unique=True, max_length=64)),
                ("scopes", fields.JSONField(encoder=to_json, decoder=loads)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "last_used_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "api_key",
                "app": "models",
                "pk_attr": "id",
                "table_description": "`hint` is how the key begins: enough to recognise it, too little to use it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Customer",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("external_id", fields.CharField(null=True, unique=True, max_length=200)),
                ("name", fields.CharField(max_length=200)),
                ("email", fields.CharField(null=True, max_length=254)),
                ("phone", fields.CharField(null=True, max_length=40)),
                ("locale", fields.CharField(max_length=35)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("name_key", fields.TextField(unique=False)),
                ("email_key", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "customer",
                "app": "models",
                "indexes": [Index(fields=["email_key"])],
                "pk_attr": "id",
                "table_description": "All of it is personal. `name_key` and `email_key` are how they are looked for.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "key",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64),
                ),
                ("content", fields.CharField(max_length=64)),
                ("subject_id", fields.UUIDField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "idempotency_key",
                "app": "models",
                "pk_attr": "key",
                "table_description": "`key` is a digest of the viewer and the key given, `content` one of what was asked.",
            },
            bases=["PlainModel"],
        ),
        ops.CreateModel(
            name="LogHead",
            fields=[
                ("id", fields.IntField(primary_key=True, unique=True, db_index=True)),
                ("position", fields.BigIntField()),
            ],
            options={
                "table": "log_head",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One row: the position of the newest change. Its lock makes commits and positions agree.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("tracking_id", fields.CharField(unique=True, max_length=32)),
                ("reference", fields.CharField(null=True, unique=True, max_length=200)),
                (
                    "customer",
                    fields.ForeignKeyField(
                        "models.Customer",
                        source_field="customer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="orders",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("destination_city", fields.CharField(max_length=100)),
                ("destination_region", fields.CharField(null=True, max_length=100)),
                ("destination_country", fields.CharField(max_length=2)),
                (
                    "delivery_method",
                    fields.CharEnumField(
                        description="DeliveryMethod", enum_type=DeliveryMethod, max_length=32
                    ),
                ),
                ("currency", fields.CharField(max_length=3)),
                ("total_minor", fields.BigIntField(null=True)),
                ("item_count", fields.IntField()),
                ("metadata", fields.JSONField(encoder=to_json, decoder=loads)),
                ("hold_reason", fields.CharField(null=True, max_length=1000)),
                ("cancel_reason", fields.CharField(null=True, max_length=1000)),
                ("placed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "confirmed_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "cancelled_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "promised_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("promise_given_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "status",
                    fields.CharEnumField(
                        description="OrderStatus", enum_type=OrderStatus, max_length=32
                    ),
                ),
                ("next_statuses", fields.JSONField(encoder=to_json, decoder=loads)),
                (
                    "health",
                    fields.CharEnumField(description="Health", enum_type=Health, max_length=32),
                ),
                ("shipped_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "delivered_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("last_event_id", fields.UUIDField(null=True)),
                (
                    "estimate_earliest",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "estimate_latest",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "estimate_source",
                    fields.CharEnumField(
                        null=True,
                        description="EstimateSource",
                        enum_type=EstimateSource,
                        max_length=32,
                    ),
                ),
                ("estimate_reason", fields.CharField(null=True, max_length=1000)),
                (
                    "estimate_revised_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("late_after", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("sweep_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("sequence", fields.IntField()),
                ("open_exceptions", fields.IntField(default=0)),
                ("reference_key", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "orders",
                "app": "models",
                "indexes": [
                    Index(fields=["placed_at", "id"]),
                    Index(fields=["updated_at", "id"]),
                    Index(fields=["status", "placed_at", "id"]),
                    Index(fields=["health", "placed_at", "id"]),
                    Index(fields=["delivery_method", "placed_at", "id"]),
                    Index(fields=["destination_country", "status", "health", "placed_at", "id"]),
                    Index(fields=["customer_id", "placed_at", "id"]),
                    Index(fields=["promised_at", "id", "placed_at"]),
                    Index(fields=["delivered_at", "id", "placed_at"]),
                    Index(fields=["estimate_latest", "id"]),
                    Index(fields=["total_minor", "id"]),
                    Index(fields=["sweep_at"]),
                ],
                "pk_attr": "id",
                "table_description": "What was asked for, and what the fold has made of it.",
            },
            bases=["PlainModel"],
        ),
        ops.CreateModel(
            name="Address",
            fields=[
                (
                    "order",
                    fields.OneToOneField(
                        "models.Order",
                        source_field="order_id",
                        primary_key=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="address",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(null=True, max_length=200)),
                ("company", fields.CharField(null=True, max_length=200)),
                ("line1", fields.CharField(max_length=200)),
                ("line2", fields.CharField(null=True, max_length=200)),
                ("city", fields.CharField(max_length=100)),
                ("region", fields.CharField(null=True, max_length=100)),
                ("postal_code", fields.CharField(null=True, max_length=20)),
                ("country", fields.CharField(max_length=2)),
                ("phone", fields.CharField(null=True, max_length=40)),
                ("latitude", fields.FloatField(null=True)),
                ("longitude", fields.FloatField(null=True)),
            ],
            options={
                "table": "address",
                "app": "models",
                "pk_attr": "order_id",
                "table_description": "Where an order goes, to the door. All of it is personal.",
            },
            bases=["PlainModel"],
        ),
        ops.CreateModel(
            name="Change",
            fields=[
                ("position", fields.BigIntField(primary_key=True, unique=True, db_index=True)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="changes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("sequence", fields.IntField()),
                (
                    "kind",
                    fields.CharEnumField(
                        description="ChangeKind", enum_type=ChangeKind, max_length=32
                    ),
                ),
                ("shipment_id", fields.UUIDField(null=True)),
                ("event_id", fields.UUIDField(null=True)),
                ("exception_id", fields.UUIDField(null=True)),
                ("previous", fields.CharField(null=True, max_length=32)),
                ("status", fields.CharField(null=True, max_length=32)),
                ("details", fields.JSONField(null=True, encoder=to_json, decoder=loads)),
                ("occurred_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("actor", fields.CharField(max_length=200)),
                ("reason", fields.CharField(null=True, max_length=1000)),
                ("country", fields.CharField(max_length=2)),
                ("carrier", fields.CharField(null=True, max_length=40)),
                (
                    "event_type",
                    fields.CharEnumField(
                        null=True,
                        description="TrackingEventType",
                        enum_type=TrackingEventType,
                        max_length=32,
                    ),
                ),
                (
                    "exception_type",
                    fields.CharEnumField(
                        null=True,
                        description="ExceptionType",
                        enum_type=ExceptionType,
                        max_length=32,
                    ),
                ),
                ("assignee", fields.CharField(null=True, max_length=200)),
            ],
            options={
                "table": "change",
                "app": "models",
                "unique_together": (("order", "sequence"),),
                "indexes": [
                    Index(fields=["kind", "position"]),
                    Index(fields=["order_id", "position"]),
                ],
                "pk_attr": "position",
                "table_description": "One thing that changed. Rows are only ever added.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OrderItem",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="items",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("line", fields.IntField()),
                ("sku", fields.CharField(max_length=100)),
                ("name", fields.CharField(max_length=200)),
                ("quantity", fields.IntField()),
                ("unit_price_minor", fields.BigIntField(null=True)),
                ("cancelled_quantity", fields.IntField(default=0)),
                ("allocated_quantity", fields.IntField(default=0)),
                ("shipped_quantity", fields.IntField(default=0)),
                ("delivered_quantity", fields.IntField(default=0)),
                ("returned_quantity", fields.IntField(default=0)),
                ("lost_quantity", fields.IntField(default=0)),
                ("placed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "order_item",
                "app": "models",
                "unique_together": (("order", "line"),),
                "indexes": [Index(fields=["sku", "placed_at", "order_id"])],
                "pk_attr": "id",
                "table_description": "A line of an order, and what became of its pieces.",
            },
            bases=["PlainModel"],
        ),
        ops.CreateModel(
            name="Shipment",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="shipments",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("carrier", fields.CharField(null=True, max_length=40)),
                ("service", fields.CharField(null=True, max_length=100)),
                ("tracking_number", fields.CharField(null=True, max_length=64)),
                ("number_key", fields.CharField(null=True, max_length=64)),
                ("origin", fields.JSONField(null=True, encoder=to_json, decoder=loads)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("packed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "dispatched_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "withdrawn_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("cancel_reason", fields.CharField(null=True, max_length=1000)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "status",
                    fields.CharEnumField(
                        description="ShipmentStatus", enum_type=ShipmentStatus, max_length=32
                    ),
                ),
                ("next_statuses", fields.JSONField(encoder=to_json, decoder=loads)),
                ("status_event_id", fields.UUIDField(null=True)),
                ("last_event_id", fields.UUIDField(null=True)),
                (
                    "health",
                    fields.CharEnumField(description="Health", enum_type=Health, max_length=32),
                ),
                ("shipped_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "delivered_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "finished_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("signed_by", fields.CharField(null=True, max_length=200)),
                (
                    "estimate_earliest",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "estimate_latest",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "estimate_source",
                    fields.CharEnumField(
                        null=True,
                        description="EstimateSource",
                        enum_type=EstimateSource,
                        max_length=32,
                    ),
                ),
                ("estimate_reason", fields.CharField(null=True, max_length=1000)),
                (
                    "estimate_revised_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("late_after", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("placed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "order_status",
                    fields.CharEnumField(
                        description="OrderStatus", enum_type=OrderStatus, max_length=32
                    ),
                ),
                ("country", fields.CharField(max_length=2)),
            ],
            options={
                "table": "shipment",
                "app": "models",
                "indexes": [
                    Index(fields=["carrier", "number_key"]),
                    Index(fields=["number_key"]),
                    Index(fields=["created_at", "id"]),
                    Index(fields=["updated_at", "id"]),
                    Index(fields=["status", "created_at", "id"]),
                    Index(fields=["health", "created_at", "id"]),
                    Index(fields=["service", "created_at", "id"]),
                    Index(fields=["carrier", "status", "created_at", "id"]),
                    Index(fields=["country", "status", "created_at", "id"]),
                    Index(fields=["shipped_at", "id", "created_at"]),
                    Index(fields=["delivered_at", "id", "created_at"]),
                    Index(fields=["carrier", "order_status", "placed_at", "order_id"]),
                ],
                "pk_attr": "id",
                "table_description": "A parcel: what commands made of it, and what the fold has made of its events.",
            },
            bases=["PlainModel"],
        ),
        ops.CreateModel(
            name="Estimate",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "shipment",
                    fields.ForeignKeyField(
                        "models.Shipment",
                        source_field="shipment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="estimates",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("event_id", fields.UUIDField(null=True, db_index=True)),
                (
                    "source",
                    fields.CharEnumField(
                        description="EstimateSource", enum_type=EstimateSource, max_length=32
                    ),
                ),
                ("earliest_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("latest_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(null=True, max_length=1000)),
                ("moment", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("revised_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("tie_break", fields.CharField(max_length=64)),
                ("is_retracted", fields.BooleanField(default=False)),
            ],
            options={
                "table": "estimate",
                "app": "models",
                "indexes": [Index(fields=["shipment_id", "moment", "tie_break"])],
                "pk_attr": "id",
                "table_description": "One revision. `moment` orders them, `event_id` names the news that brought it, if any.",
            },
            bases=["PlainModel"],
        ),
        ops.CreateModel(
            name="OrderException",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="exceptions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "shipment",
                    fields.ForeignKeyField(
                        "models.Shipment",
                        source_field="shipment_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="exceptions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "type",
                    fields.CharEnumField(
                        description="ExceptionType", enum_type=ExceptionType, max_length=32
                    ),
                ),
                (
                    "severity",
                    fields.CharEnumField(
                        description="ExceptionSeverity", enum_type=ExceptionSeverity, max_length=32
                    ),
                ),
                ("severity_rank", fields.SmallIntField()),
                (
                    "caused_by",
                    fields.CharEnumField(description="Party", enum_type=Party, max_length=32),
                ),
                (
                    "status",
                    fields.CharEnumField(
                        description="ExceptionStatus", enum_type=ExceptionStatus, max_length=32
                    ),
                ),
                ("action_required", fields.BooleanField()),
                ("summary", fields.CharField(null=True, max_length=1000)),
                ("occurrences", fields.IntField(default=1)),
                ("counted_key", fields.CharField(null=True, max_length=100)),
                ("opened_by_event_id", fields.UUIDField(null=True)),
                ("was_opened_by_person", fields.BooleanField(default=False)),
                ("was_closed_by_person", fields.BooleanField(default=False)),
                ("is_personal", fields.BooleanField(default=False)),
                ("assignee", fields.CharField(null=True, max_length=200)),
                (
                    "waiting_on",
                    fields.CharEnumField(
                        null=True, description="Party", enum_type=Party, max_length=32
                    ),
                ),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("due_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("is_due_at_given", fields.BooleanField(default=False)),
                ("was_overdue", fields.BooleanField(default=False)),
                (
                    "acknowledged_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "resolved_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "resolution",
                    fields.CharEnumField(
                        null=True,
                        description="ExceptionResolution",
                        enum_type=ExceptionResolution,
                        max_length=32,
                    ),
                ),
                ("reopened_count", fields.IntField(default=0)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("placed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("carrier", fields.CharField(null=True, max_length=40)),
            ],
            options={
                "table": "order_exception",
                "app": "models",
                "indexes": [
                    Index(fields=["opened_at", "id"]),
                    Index(fields=["updated_at", "id"]),
                    Index(fields=["status", "opened_at", "id"]),
                    Index(fields=["type", "status", "opened_at", "id"]),
                    Index(fields=["severity", "status", "opened_at", "id"]),
                    Index(fields=["caused_by", "status", "opened_at", "id"]),
                    Index(fields=["assignee", "status", "opened_at", "id"]),
                    Index(fields=["carrier", "status", "opened_at", "id"]),
                    Index(fields=["due_at", "id", "opened_at"]),
                    Index(fields=["status", "due_at", "id"]),
                    Index(fields=["severity_rank", "id"]),
                    Index(fields=["status", "severity_rank", "id"]),
                    Index(fields=["resolved_at", "id", "opened_at"]),
                    Index(fields=["type", "status", "placed_at", "order_id"]),
                ],
                "pk_attr": "id",
                "table_description": "A record beside the status. Its key is order, shipment and type.",
            },
            bases=["PlainModel"],
        ),
        ops.CreateModel(
            name="ExceptionNote",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "exception",
                    fields.ForeignKeyField(
                        "models.OrderException",
                        source_field="exception_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="notes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("author", fields.CharField(max_length=200)),
                ("body", fields.CharField(max_length=4000)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "exception_note",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What somebody wrote down while working it off.",
            },
            bases=["PlainModel"],
        ),
        ops.CreateModel(
            name="ShipmentItem",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "shipment",
                    fields.ForeignKeyField(
                        "models.Shipment",
                        source_field="shipment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="items",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "item",
                    fields.ForeignKeyField(
                        "models.OrderItem",
                        source_field="item_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="parcels",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("quantity", fields.IntField()),
                ("held_quantity", fields.IntField()),
            ],
            options={
                "table": "shipment_item",
                "app": "models",
                "unique_together": (("shipment", "item"),),
                "pk_attr": "id",
                "table_description": "Pieces of one line in one parcel.",
            },
            bases=["PlainModel"],
        ),
        ops.CreateModel(
            name="TrackingEvent",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "order",
                    fields.ForeignKeyField(
                        "models.Order",
                        source_field="order_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "shipment",
                    fields.ForeignKeyField(
                        "models.Shipment",
                        source_field="shipment_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("carrier", fields.CharField(null=True, max_length=40)),
                ("number_key", fields.CharField(null=True, max_length=64)),
                (
                    "type",
                    fields.CharEnumField(
                        description="TrackingEventType", enum_type=TrackingEventType, max_length=32
                    ),
                ),
                (
                    "classifier",
                    fields.CharEnumField(
                        description="EventClassifier", enum_type=EventClassifier, max_length=32
                    ),
                ),
                ("occurred_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("moment", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("rank", fields.SmallIntField()),
                ("local_time", fields.CharField(null=True, max_length=40)),
                (
                    "time_zone_source",
                    fields.CharEnumField(
                        description="TimeZoneSource", enum_type=TimeZoneSource, max_length=32
                    ),
                ),
                (
                    "precision",
                    fields.CharEnumField(
                        description="TimePrecision", enum_type=TimePrecision, max_length=32
                    ),
                ),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("location", fields.JSONField(null=True, encoder=to_json, decoder=loads)),
                ("description", fields.CharField(null=True, max_length=1000)),
                ("signed_by", fields.CharField(null=True, max_length=200)),
                ("source", fields.CharField(max_length=64)),
                ("source_event_id", fields.CharField(null=True, max_length=200)),
                ("retracts", fields.CharField(null=True, max_length=200)),
                ("carrier_code", fields.CharField(null=True, max_length=200)),
                (
                    "exception_type",
                    fields.CharEnumField(
                        null=True,
                        description="ExceptionType",
                        enum_type=ExceptionType,
                        max_length=32,
                    ),
                ),
                (
                    "estimate_earliest",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "estimate_latest",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("estimate_reason", fields.CharField(null=True, max_length=1000)),
                (
                    "retracted_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("moved_to_id", fields.UUIDField(null=True)),
                ("fingerprint", fields.CharField(unique=True, max_length=64)),
            ],
            options={
                "table": "tracking_event",
                "app": "models",
                "indexes": [
                    Index(fields=["order_id", "moment", "rank", "fingerprint"]),
                    Index(fields=["shipment_id", "moment", "rank", "fingerprint"]),
                    Index(fields=["carrier", "number_key"]),
                    Index(fields=["source", "source_event_id"]),
                    Index(fields=["source", "retracts"]),
                ],
                "pk_attr": "id",
                "table_description": "News of a shipment. Without one, news kept for a number that none has yet.",
            },
            bases=["PlainModel"],
        ),
        ops.CreateModel(
            name="TrackingNumber",
            fields=[
                (
                    "key",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=105),
                ),
            ],
            options={
                "table": "tracking_number",
                "app": "models",
                "pk_attr": "key",
                "table_description": "A number that somebody spoke of: the row that commands and events lock before they use it.",
            },
            bases=["PlainModel"],
        ),
    ]
