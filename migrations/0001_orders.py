"""Customers, and orders with their items: what was asked for, and what became of it."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete

from migrations._columns import (
    belongs_to,
    enum_text,
    identity,
    is_part_of,
    json,
    long_text,
    moment,
    optional_enum_text,
    optional_long_text,
    optional_moment,
    optional_reference,
    optional_text,
    text,
)
from migrations._tables import day_index, index, table
from models.enums.orders import DeliveryMethod, Health, OrderStatus
from models.enums.shipments import EstimateSource

DELIVERED_LATE = "status <> 'CANCELLED' AND late_after < delivered_at"
UNDELIVERED = (
    "delivered_at IS NULL"
    " AND status <> 'CANCELLED' AND status <> 'RETURNED' AND status <> 'RETURNING'"
)
ON_THEIR_WAY = "status NOT IN ('DELIVERED', 'PARTIALLY_RETURNED', 'RETURNED', 'CANCELLED')"


class Migration(migrations.Migration):
    initial = True

    operations = [
        table(
            "Customer",
            "customer",
            "All of it is personal. `name_key` and `email_key` are how they are looked for.",
            {
                "id": identity(),
                "external_id": optional_text(200, is_unique=True),
                "name": text(200),
                "email": optional_text(254),
                "phone": optional_text(40),
                "locale": text(35),
                "created_at": moment(),
                "updated_at": moment(),
                "name_key": long_text(),
                "email_key": optional_long_text(),
            },
            indexes=[
                "email_key",
            ],
        ),
        table(
            "Order",
            "orders",
            "What was asked for, and what the fold has made of it.",
            {
                "id": identity(),
                "tracking_id": text(32, is_unique=True),
                "reference": optional_text(200, is_unique=True),
                "customer": belongs_to("Customer", "orders", on_delete=OnDelete.RESTRICT),
                "destination_city": text(100),
                "destination_region": optional_text(100),
                "destination_country": text(2),
                "delivery_method": enum_text(DeliveryMethod),
                "currency": text(3),
                "total_minor": fields.BigIntField(null=True),
                "item_count": fields.IntField(),
                "metadata": json(),
                "hold_reason": optional_text(1000),
                "cancel_reason": optional_text(1000),
                "placed_at": moment(),
                "confirmed_at": optional_moment(),
                "cancelled_at": optional_moment(),
                "promised_at": optional_moment(),
                "promise_given_at": moment(),
                "updated_at": moment(),
                "status": enum_text(OrderStatus),
                "next_statuses": json(),
                "health": enum_text(Health),
                "shipped_at": optional_moment(),
                "delivered_at": optional_moment(),
                "last_event_id": optional_reference(),
                "estimate_earliest": optional_moment(),
                "estimate_latest": optional_moment(),
                "estimate_source": optional_enum_text(EstimateSource),
                "estimate_reason": optional_text(1000),
                "estimate_revised_at": optional_moment(),
                "late_after": optional_moment(),
                "sweep_at": optional_moment(),
                "sequence": fields.IntField(),
                "open_exceptions": fields.IntField(default=0),
                "reference_key": optional_long_text(),
            },
            indexes=[
                "placed_at id",
                "updated_at id",
                "status placed_at id",
                "health placed_at id",
                "delivery_method placed_at id",
                "destination_country status health placed_at id",
                "customer_id placed_at id",
                "promised_at id placed_at",
                "delivered_at id placed_at",
                "estimate_latest id",
                "total_minor id",
                "sweep_at",
            ],
            checks={
                "orders_sequence": "sequence >= 1",
                "orders_total": "total_minor IS NULL OR total_minor >= 0",
                "orders_item_count": "item_count >= 1",
            },
        ),
        table(
            "Address",
            "address",
            "Where an order goes, to the door. All of it is personal.",
            {
                "order": is_part_of("Order", "address"),
                "name": optional_text(200),
                "company": optional_text(200),
                "line1": text(200),
                "line2": optional_text(200),
                "city": text(100),
                "region": optional_text(100),
                "postal_code": optional_text(20),
                "country": text(2),
                "phone": optional_text(40),
                "latitude": fields.FloatField(null=True),
                "longitude": fields.FloatField(null=True),
            },
        ),
        table(
            "OrderItem",
            "order_item",
            "A line of an order, and what became of its pieces.",
            {
                "id": identity(),
                "order": belongs_to("Order", "items"),
                "line": fields.IntField(),
                "sku": text(100),
                "name": text(200),
                "quantity": fields.IntField(),
                "unit_price_minor": fields.BigIntField(null=True),
                "cancelled_quantity": fields.IntField(default=0),
                "allocated_quantity": fields.IntField(default=0),
                "shipped_quantity": fields.IntField(default=0),
                "delivered_quantity": fields.IntField(default=0),
                "returned_quantity": fields.IntField(default=0),
                "lost_quantity": fields.IntField(default=0),
                "placed_at": moment(),
            },
            indexes=[
                "sku placed_at order_id",
            ],
            unique=["order line"],
            checks={
                "order_item_quantity": "quantity >= 1",
                "order_item_pieces": "cancelled_quantity >= 0 AND allocated_quantity >= 0 AND cancelled_quantity + allocated_quantity <= quantity",
                "order_item_moved": "shipped_quantity BETWEEN 0 AND allocated_quantity AND delivered_quantity BETWEEN 0 AND allocated_quantity AND returned_quantity BETWEEN 0 AND allocated_quantity AND lost_quantity BETWEEN 0 AND allocated_quantity",
                "order_item_price": "unit_price_minor IS NULL OR unit_price_minor >= 0",
            },
        ),
        index(
            "orders_open",
            "orders (placed_at, id) WHERE open_exceptions > 0",
        ),
        index(
            "orders_open_by_country",
            "orders (destination_country, placed_at, id) WHERE open_exceptions > 0",
        ),
        index(
            "order_item_to_ship",
            "order_item (order_id) WHERE quantity > cancelled_quantity + allocated_quantity",
        ),
        index("orders_late", f"orders (placed_at, id) WHERE {DELIVERED_LATE}"),
        index("orders_overdue", f"orders (placed_at, id, late_after) WHERE {UNDELIVERED}"),
        index("orders_promised", f"orders (promised_at, id) WHERE {ON_THEIR_WAY}"),
        index("orders_estimated", f"orders (estimate_latest, id) WHERE {ON_THEIR_WAY}"),
        day_index("orders_promised_day", "orders", "promised_at", "placed_at"),
        day_index("orders_delivered_day", "orders", "delivered_at", "placed_at"),
    ]
