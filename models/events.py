"""Tracking events: what carriers say happened."""

from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from database.columns import (
    enum_column,
    json_column,
    new_id,
    optional_enum_column,
    optional_time_column,
    time_column,
)
from database.plain_model import PlainModel
from models.customers import IDENTITY_LENGTH, NAME_LENGTH
from models.enums import (
    EventClassifier,
    ExceptionType,
    TimePrecision,
    TimeZoneSource,
    TrackingEventType,
)
from models.orders import TEXT_LENGTH, Order
from models.shipments import CARRIER_LENGTH, NUMBER_LENGTH, Shipment

SOURCE_LENGTH = 64
FINGERPRINT_LENGTH = 64
LOCAL_TIME_LENGTH = 40


class TrackingEvent(PlainModel):
    """News of a shipment. Without one, news kept for a number that none has yet.

    `moment` is the time that the fold goes by: for a date alone, the last microsecond of that
    day there. `number_key` is set if the news came by the carrier's number, not by shipment id,
    `moved_to_id` if it was left behind under a wrong one: it names what it has become elsewhere.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    order: fields.ForeignKeyNullableRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="events", null=True, db_index=False
    )
    order_id: UUID | None
    shipment: fields.ForeignKeyNullableRelation[Shipment] = fields.ForeignKeyField(
        "models.Shipment", related_name="events", null=True, db_index=False
    )
    shipment_id: UUID | None
    carrier = fields.CharField(max_length=CARRIER_LENGTH, null=True)
    number_key = fields.CharField(max_length=NUMBER_LENGTH, null=True)
    type = enum_column(TrackingEventType)
    classifier = enum_column(EventClassifier)
    occurred_at = time_column()
    moment = time_column()
    rank = fields.SmallIntField()
    local_time = fields.CharField(max_length=LOCAL_TIME_LENGTH, null=True)
    time_zone_source = enum_column(TimeZoneSource)
    precision = enum_column(TimePrecision)
    recorded_at = time_column()
    location: dict[str, Any] | None = json_column(null=True)
    description = fields.CharField(max_length=TEXT_LENGTH, null=True)
    signed_by = fields.CharField(max_length=NAME_LENGTH, null=True)
    source = fields.CharField(max_length=SOURCE_LENGTH)
    source_event_id = fields.CharField(max_length=IDENTITY_LENGTH, null=True)
    retracts = fields.CharField(max_length=IDENTITY_LENGTH, null=True)
    carrier_code = fields.CharField(max_length=IDENTITY_LENGTH, null=True)
    exception_type = optional_enum_column(ExceptionType)
    estimate_earliest = optional_time_column()
    estimate_latest = optional_time_column()
    estimate_reason = fields.CharField(max_length=TEXT_LENGTH, null=True)
    retracted_at = optional_time_column()
    moved_to_id: UUID | None = fields.UUIDField(null=True)
    fingerprint = fields.CharField(max_length=FINGERPRINT_LENGTH, unique=True)

    class Meta:
        table = "tracking_event"
        indexes = (
            Index(fields=["order_id", "moment", "rank", "fingerprint"]),
            Index(fields=["shipment_id", "moment", "rank", "fingerprint"]),
            Index(fields=["carrier", "number_key"]),
            Index(fields=["source", "source_event_id"]),
            Index(fields=["source", "retracts"]),
        )
