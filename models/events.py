"""Tracking events: what carriers report about shipments."""

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
WAITING = "shipment_id IS NULL AND decision_id IS NULL"
"""The condition of events that wait for a shipment, as it stands in the indexes that have them."""
FINGERPRINT_LENGTH = 64
LOCAL_TIME_LENGTH = 40


class TrackingEvent(PlainModel):
    """An event of a shipment, or an unmatched one whose number no shipment has yet.

    `moment` is the time by which the fold sorts: for a date without a time, the last microsecond of
    that local day. `number_key` is set if the event came by tracking number instead of shipment id.
    `moved_to_id` is set on an event that was withdrawn from a shipment with a wrong number: it
    names the copy that waits for the right shipment, or has found it. `decision_id` is set if a
    person assigned the number to the shipment, or if the event was discarded (`NumberDecision`); an
    event without a shipment and without a decision waits. The shipments in one box have an event
    each of the same news, with the same `fingerprint` and another `copy_number`.
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
    decision_id: UUID | None = fields.UUIDField(null=True)
    fingerprint = fields.CharField(max_length=FINGERPRINT_LENGTH)
    copy_number = fields.SmallIntField(default=0)

    class Meta:
        table = "tracking_event"
        unique_together = (("fingerprint", "copy_number"),)
        indexes = (
            Index(fields=["order_id", "moment", "rank", "fingerprint"]),
            Index(fields=["shipment_id", "moment", "rank", "fingerprint"]),
            Index(fields=["carrier", "number_key"]),
            Index(fields=["source", "source_event_id"]),
            Index(fields=["source", "retracts"]),
        )
