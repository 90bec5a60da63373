"""Shipments, their contents, and the tracking numbers of carriers."""

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
from models.customers import NAME_LENGTH
from models.enums import EstimateSource, Health, OrderStatus, ShipmentStatus
from models.orders import COUNTRY_LENGTH, TEXT_LENGTH, Order, OrderItem

CARRIER_LENGTH = 40
SERVICE_LENGTH = 100
NUMBER_LENGTH = 64


class Shipment(PlainModel):
    """A shipment: the facts that commands set, and the columns that the fold derives from events.

    `tracking_number` is what the caller gave, `number_key` its form for comparison. `packed_at`,
    `is_shared` says that the parcel has shipments of other orders with the same number in it.
    `dispatched_at` and `withdrawn_at` (cancelled by a command) give the status before any event.
    `placed_at`, `order_status` and `country` copy the order's columns, so that indexes have the
    orders of a carrier and the shipments to a country in their order.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="shipments", db_index=True
    )
    order_id: UUID
    carrier = fields.CharField(max_length=CARRIER_LENGTH, null=True)
    service = fields.CharField(max_length=SERVICE_LENGTH, null=True)
    tracking_number = fields.CharField(max_length=NUMBER_LENGTH, null=True)
    number_key = fields.CharField(max_length=NUMBER_LENGTH, null=True)
    is_shared = fields.BooleanField(default=False)
    origin: dict[str, Any] | None = json_column(null=True)
    created_at = time_column()
    packed_at = optional_time_column()
    dispatched_at = optional_time_column()
    withdrawn_at = optional_time_column()
    cancel_reason = fields.CharField(max_length=TEXT_LENGTH, null=True)
    updated_at = time_column()

    status = enum_column(ShipmentStatus)
    next_statuses: list[str] = json_column()
    status_event_id: UUID | None = fields.UUIDField(null=True)
    last_event_id: UUID | None = fields.UUIDField(null=True)
    health = enum_column(Health)
    shipped_at = optional_time_column()
    delivered_at = optional_time_column()
    finished_at = optional_time_column()
    signed_by = fields.CharField(max_length=NAME_LENGTH, null=True)
    estimate_earliest = optional_time_column()
    estimate_latest = optional_time_column()
    estimate_source = optional_enum_column(EstimateSource)
    estimate_reason = fields.CharField(max_length=TEXT_LENGTH, null=True)
    estimate_revised_at = optional_time_column()
    late_after = optional_time_column()
    placed_at = time_column()
    order_status = enum_column(OrderStatus)
    country = fields.CharField(max_length=COUNTRY_LENGTH)

    class Meta:
        table = "shipment"
        indexes = (
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
        )

    @property
    def floor(self) -> ShipmentStatus:
        """Return the status that commands gave it; it holds until an event moves the shipment."""
        if self.withdrawn_at is not None:
            return ShipmentStatus.CANCELLED
        if self.dispatched_at is not None:
            return ShipmentStatus.PRE_TRANSIT
        return ShipmentStatus.PENDING if self.packed_at is None else ShipmentStatus.PACKED

    @property
    def has_moved(self) -> bool:
        return self.shipped_at is not None


class ShipmentItem(PlainModel):
    """The pieces of one item in one shipment.

    `quantity` pieces were put into it, and `held_quantity` of them are allocated to it: none while
    it is CANCELLED, and fewer than `quantity` if other shipments took them before it moved again.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    shipment: fields.ForeignKeyRelation[Shipment] = fields.ForeignKeyField(
        "models.Shipment", related_name="items", db_index=False
    )
    shipment_id: UUID
    item: fields.ForeignKeyRelation[OrderItem] = fields.ForeignKeyField(
        "models.OrderItem", related_name="parcels", db_index=True
    )
    item_id: UUID
    quantity = fields.IntField()
    held_quantity = fields.IntField()

    class Meta:
        table = "shipment_item"
        unique_together = (("shipment", "item"),)


class TrackingNumber(PlainModel):
    """A number of a family of carriers, which a command or an event has named: both lock this row
    before they use the number."""

    key = fields.CharField(max_length=CARRIER_LENGTH + 1 + NUMBER_LENGTH, primary_key=True)

    class Meta:
        table = "tracking_number"


def comparable_number(tracking_number: str) -> str:
    """Return the number as it is compared: in capitals, without spaces and dashes."""
    return "".join(tracking_number.split()).replace("-", "").upper()
