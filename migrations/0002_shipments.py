"""Shipments with the pieces in them, their events, and the estimates from events and people."""

from tortoise import fields, migrations

from migrations._columns import (
    belongs_to,
    enum_text,
    identity,
    json,
    moment,
    optional_enum_text,
    optional_json,
    optional_moment,
    optional_reference,
    optional_text,
    text,
)
from migrations._tables import day_index, index, table
from models.enums.events import EventClassifier, TimePrecision, TimeZoneSource, TrackingEventType
from models.enums.exceptions import ExceptionType
from models.enums.orders import Health, OrderStatus
from models.enums.shipments import EstimateSource, ShipmentStatus

DELIVERED_LATE = "status <> 'CANCELLED' AND late_after < delivered_at"
UNDELIVERED = (
    "delivered_at IS NULL"
    " AND status <> 'CANCELLED' AND status <> 'RETURNED' AND status <> 'RETURNING'"
)
UNFINISHED = "status NOT IN ('DELIVERED', 'RETURNED', 'LOST', 'CANCELLED')"
FAILED_ATTEMPT = (
    "type IN ('DELIVERY_ATTEMPTED', 'REFUSED', 'UNDELIVERABLE')"
    " AND retracted_at IS NULL AND classifier = 'ACTUAL'"
)


class Migration(migrations.Migration):
    dependencies = [("models", "0001_orders")]

    operations = [
        table(
            "Shipment",
            "shipment",
            "A parcel: what commands made of it, and what the fold has made of its events.",
            {
                "id": identity(),
                "order": belongs_to("Order", "shipments", is_indexed=True),
                "carrier": optional_text(40),
                "service": optional_text(100),
                "tracking_number": optional_text(64),
                "number_key": optional_text(64),
                "origin": optional_json(),
                "created_at": moment(),
                "packed_at": optional_moment(),
                "dispatched_at": optional_moment(),
                "withdrawn_at": optional_moment(),
                "cancel_reason": optional_text(1000),
                "updated_at": moment(),
                "status": enum_text(ShipmentStatus),
                "next_statuses": json(),
                "status_event_id": optional_reference(),
                "last_event_id": optional_reference(),
                "health": enum_text(Health),
                "shipped_at": optional_moment(),
                "delivered_at": optional_moment(),
                "finished_at": optional_moment(),
                "signed_by": optional_text(200),
                "estimate_earliest": optional_moment(),
                "estimate_latest": optional_moment(),
                "estimate_source": optional_enum_text(EstimateSource),
                "estimate_reason": optional_text(1000),
                "estimate_revised_at": optional_moment(),
                "late_after": optional_moment(),
                "placed_at": moment(),
                "order_status": enum_text(OrderStatus),
                "country": text(2),
            },
            indexes=[
                "carrier number_key",
                "number_key",
                "created_at id",
                "updated_at id",
                "status created_at id",
                "health created_at id",
                "service created_at id",
                "carrier status created_at id",
                "country status created_at id",
                "shipped_at id created_at",
                "delivered_at id created_at",
                "carrier order_status placed_at order_id",
            ],
        ),
        table(
            "ShipmentItem",
            "shipment_item",
            "Pieces of one line in one parcel.",
            {
                "id": identity(),
                "shipment": belongs_to("Shipment", "items"),
                "item": belongs_to("OrderItem", "parcels", is_indexed=True),
                "quantity": fields.IntField(),
                "held_quantity": fields.IntField(),
            },
            unique=["shipment item"],
            checks={
                "shipment_item_pieces": "quantity >= 1 AND held_quantity BETWEEN 0 AND quantity",
            },
        ),
        table(
            "TrackingNumber",
            "tracking_number",
            "A number that somebody spoke of: the row that commands and events lock before they use it.",
            {
                "key": text(105, is_key=True),
            },
        ),
        table(
            "TrackingEvent",
            "tracking_event",
            "An event of a shipment. Without a shipment, it is stored for a number that none has yet.",
            {
                "id": identity(),
                "order": belongs_to("Order", "events", is_optional=True),
                "shipment": belongs_to("Shipment", "events", is_optional=True),
                "carrier": optional_text(40),
                "number_key": optional_text(64),
                "type": enum_text(TrackingEventType),
                "classifier": enum_text(EventClassifier),
                "occurred_at": moment(),
                "moment": moment(),
                "rank": fields.SmallIntField(),
                "local_time": optional_text(40),
                "time_zone_source": enum_text(TimeZoneSource),
                "precision": enum_text(TimePrecision),
                "recorded_at": moment(),
                "location": optional_json(),
                "description": optional_text(1000),
                "signed_by": optional_text(200),
                "source": text(64),
                "source_event_id": optional_text(200),
                "retracts": optional_text(200),
                "carrier_code": optional_text(200),
                "exception_type": optional_enum_text(ExceptionType),
                "estimate_earliest": optional_moment(),
                "estimate_latest": optional_moment(),
                "estimate_reason": optional_text(1000),
                "retracted_at": optional_moment(),
                "moved_to_id": optional_reference(),
                "fingerprint": text(64, is_unique=True),
            },
            indexes=[
                "order_id moment rank fingerprint",
                "shipment_id moment rank fingerprint",
                "carrier number_key",
                "source source_event_id",
                "source retracts",
            ],
            checks={
                "tracking_event_owner": "(order_id IS NULL) = (shipment_id IS NULL) AND (shipment_id IS NOT NULL OR number_key IS NOT NULL)",
            },
        ),
        table(
            "Estimate",
            "estimate",
            "A revision. `moment` orders them, `event_id` names the event that brought it, if any.",
            {
                "id": identity(),
                "shipment": belongs_to("Shipment", "estimates"),
                "event_id": optional_reference(is_indexed=True),
                "source": enum_text(EstimateSource),
                "earliest_at": moment(),
                "latest_at": moment(),
                "reason": optional_text(1000),
                "moment": moment(),
                "revised_at": moment(),
                "tie_break": text(64),
                "is_retracted": fields.BooleanField(default=False),
            },
            indexes=[
                "shipment_id moment tie_break",
            ],
            checks={
                "estimate_range": "earliest_at <= latest_at",
            },
        ),
        index("shipment_late", f"shipment (created_at, id) WHERE {DELIVERED_LATE}"),
        index("shipment_overdue", f"shipment (created_at, id, late_after) WHERE {UNDELIVERED}"),
        index("shipment_unfinished", f"shipment (shipped_at, id) WHERE {UNFINISHED}"),
        day_index("shipment_shipped_day", "shipment", "shipped_at", "created_at"),
        day_index("shipment_delivered_day", "shipment", "delivered_at", "created_at"),
        index(
            "tracking_event_failed_attempt",
            f"tracking_event (shipment_id) WHERE {FAILED_ATTEMPT}",
        ),
    ]
