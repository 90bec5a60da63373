"""Orders, their items and their addresses."""

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
from models.customers import IDENTITY_LENGTH, NAME_LENGTH, PHONE_LENGTH, Customer
from models.enums import DeliveryMethod, EstimateSource, Health, OrderStatus

TEXT_LENGTH = 1000
SKU_LENGTH = 100
LINE_LENGTH = 200
CITY_LENGTH = 100
POSTAL_CODE_LENGTH = 20
COUNTRY_LENGTH = 2
CURRENCY_LENGTH = 3
TRACKING_ID_LENGTH = 32


class Order(PlainModel):
    """An order: the facts that the caller gave, and the columns that are derived from all facts.

    The order is on hold while `hold_reason` is set. Money is in minor units of `currency`.
    `late_after` is the moment that decides `isLate`, `sweep_at` the next one at which the clock
    alone changes something, `passed_at` the last such moment that had passed, `sequence` the number
    of changes so far. `open_exceptions` counts the unresolved ones, for an index. `reference_key`
    serves the search. An order takes no personal data after `erased_at`, when its customer was
    erased. Tracking links of an earlier version than `link_version` are revoked.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    tracking_id = fields.CharField(max_length=TRACKING_ID_LENGTH, unique=True)
    reference = fields.CharField(max_length=IDENTITY_LENGTH, null=True, unique=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="orders", db_index=False, on_delete=fields.OnDelete.RESTRICT
    )
    customer_id: UUID
    destination_city = fields.CharField(max_length=CITY_LENGTH)
    destination_region = fields.CharField(max_length=CITY_LENGTH, null=True)
    destination_country = fields.CharField(max_length=COUNTRY_LENGTH)
    delivery_method = enum_column(DeliveryMethod)
    currency = fields.CharField(max_length=CURRENCY_LENGTH)
    total_minor: int | None = fields.BigIntField(null=True)
    item_count = fields.IntField()
    metadata: list[dict[str, str]] = json_column()
    hold_reason = fields.CharField(max_length=TEXT_LENGTH, null=True)
    cancel_reason = fields.CharField(max_length=TEXT_LENGTH, null=True)
    placed_at = time_column()
    confirmed_at = optional_time_column()
    cancelled_at = optional_time_column()
    promised_at = optional_time_column()
    promise_given_at = time_column()
    updated_at = time_column()
    erased_at = optional_time_column()
    link_version = fields.IntField(default=0, db_default=0)

    status = enum_column(OrderStatus)
    next_statuses: list[str] = json_column()
    health = enum_column(Health)
    shipped_at = optional_time_column()
    delivered_at = optional_time_column()
    last_event_id: UUID | None = fields.UUIDField(null=True)
    estimate_earliest = optional_time_column()
    estimate_latest = optional_time_column()
    estimate_source = optional_enum_column(EstimateSource)
    estimate_reason = fields.CharField(max_length=TEXT_LENGTH, null=True)
    estimate_revised_at = optional_time_column()
    late_after = optional_time_column()
    sweep_at = optional_time_column()
    passed_at = optional_time_column()
    sequence = fields.IntField()
    open_exceptions = fields.IntField(default=0)
    reference_key: str | None = fields.TextField(null=True)

    address: fields.BackwardOneToOneRelation["Address"]

    class Meta:
        table = "orders"
        indexes = (
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
        )


class Address(PlainModel):
    """The shipping address of an order. Every column is personal."""

    order: fields.OneToOneRelation[Order] = fields.OneToOneField(
        "models.Order", related_name="address", primary_key=True
    )
    order_id: UUID
    name = fields.CharField(max_length=NAME_LENGTH, null=True)
    company = fields.CharField(max_length=NAME_LENGTH, null=True)
    line1 = fields.CharField(max_length=LINE_LENGTH)
    line2 = fields.CharField(max_length=LINE_LENGTH, null=True)
    city = fields.CharField(max_length=CITY_LENGTH)
    region = fields.CharField(max_length=CITY_LENGTH, null=True)
    postal_code = fields.CharField(max_length=POSTAL_CODE_LENGTH, null=True)
    country = fields.CharField(max_length=COUNTRY_LENGTH)
    phone = fields.CharField(max_length=PHONE_LENGTH, null=True)
    latitude: float | None = fields.FloatField(null=True)
    longitude: float | None = fields.FloatField(null=True)

    class Meta:
        table = "address"


class OrderItem(PlainModel):
    """A line of an order, with the number of its pieces in each state.

    `placed_at` copies the order's column, so that an index has the orders of a SKU in their order.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="items", db_index=False
    )
    order_id: UUID
    line = fields.IntField()
    sku = fields.CharField(max_length=SKU_LENGTH)
    name = fields.CharField(max_length=LINE_LENGTH)
    quantity = fields.IntField()
    unit_price_minor: int | None = fields.BigIntField(null=True)
    cancelled_quantity = fields.IntField(default=0)
    allocated_quantity = fields.IntField(default=0)
    shipped_quantity = fields.IntField(default=0)
    delivered_quantity = fields.IntField(default=0)
    returned_quantity = fields.IntField(default=0)
    lost_quantity = fields.IntField(default=0)
    placed_at = time_column()

    class Meta:
        table = "order_item"
        unique_together = (("order", "line"),)
        indexes = (Index(fields=["sku", "placed_at", "order_id"]),)

    @property
    def free_quantity(self) -> int:
        """Return how many pieces are neither cancelled nor allocated to a shipment."""
        return self.quantity - self.cancelled_quantity - self.allocated_quantity
