"""Hours: what is kept up for aggregates, so that a long time costs its hours and not its orders.

Every row that can be aggregated stands in the hour of each of its times (`axis`), once by itself
and once for each of its words (`dimension`): an order under its status, again under its country.
The rows of an hour are added up. What has been counted of each row stands beside, to be taken away
when the row changes.
"""

from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from database.columns import enum_column, optional_time_column, time_column
from models.customers import IDENTITY_LENGTH
from models.enums import (
    DeliveryMethod,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    Health,
    OrderStatus,
    Party,
    ShipmentStatus,
)
from models.orders import COUNTRY_LENGTH, CURRENCY_LENGTH
from models.shipments import CARRIER_LENGTH, SERVICE_LENGTH

NAME_LENGTH = 32
NO_WORD = ""
"""Of rows that have none: to a unique index one NULL is not another."""
NO_DIMENSION = "ALL"
"""Rows by themselves, whatever their words."""


def _sum() -> int:
    column: int = fields.BigIntField()
    return column


class HourlyRollup(Model):
    """`hour` is its first moment, and `many` rows are added up in it. Axis, dimension, hour and
    word are there once (migrations: 0007_hours)."""

    id = fields.BigIntField(primary_key=True)
    axis = fields.CharField(max_length=NAME_LENGTH)
    dimension = fields.CharField(max_length=NAME_LENGTH)
    hour = time_column()
    word = fields.CharField(max_length=IDENTITY_LENGTH)
    many = _sum()

    class Meta:
        abstract = True


class OrderSums(Model):
    """Of each amount, how many orders have one, and their sum: of totals in minor units, of
    durations in milliseconds."""

    items = _sum()
    total_many = _sum()
    total_sum = _sum()
    ship_many = _sum()
    ship_sum = _sum()
    deliver_many = _sum()
    deliver_sum = _sum()
    exceptions = _sum()
    troubled = _sum()
    cancelled = _sum()

    class Meta:
        abstract = True


class OrderHour(HourlyRollup, OrderSums):
    class Meta:
        table = "order_hour"


class OrderCounted(OrderSums):
    """An order as it stands in the hours, at the first moments of which its times are."""

    id = fields.UUIDField(primary_key=True)
    status = enum_column(OrderStatus)
    health = enum_column(Health)
    delivery_method = enum_column(DeliveryMethod)
    destination_country = fields.CharField(max_length=COUNTRY_LENGTH)
    currency = fields.CharField(max_length=CURRENCY_LENGTH)
    placed_at = time_column()
    promised_at = optional_time_column()
    delivered_at = optional_time_column()

    class Meta:
        table = "order_counted"


class ShipmentSums(Model):
    """`attempts` are those of `attempted` shipments: the delivered ones."""

    transit_many = _sum()
    transit_sum = _sum()
    attempted = _sum()
    attempts = _sum()
    estimate_many = _sum()
    estimate_sum = _sum()
    troubled = _sum()

    class Meta:
        abstract = True


class ShipmentHour(HourlyRollup, ShipmentSums):
    class Meta:
        table = "shipment_hour"


class ShipmentCounted(ShipmentSums):
    """A shipment as it stands in the hours."""

    id = fields.UUIDField(primary_key=True)
    order_id: UUID = fields.UUIDField(db_index=True)
    status = enum_column(ShipmentStatus)
    health = enum_column(Health)
    carrier = fields.CharField(max_length=CARRIER_LENGTH, null=True)
    service = fields.CharField(max_length=SERVICE_LENGTH, null=True)
    country = fields.CharField(max_length=COUNTRY_LENGTH)
    created_at = time_column()
    shipped_at = optional_time_column()
    delivered_at = optional_time_column()

    class Meta:
        table = "shipment_counted"


class ExceptionSums(Model):
    unresolved = _sum()
    acknowledge_many = _sum()
    acknowledge_sum = _sum()
    resolve_many = _sum()
    resolve_sum = _sum()
    reopened = _sum()

    class Meta:
        abstract = True


class ExceptionHour(HourlyRollup, ExceptionSums):
    class Meta:
        table = "exception_hour"


class ExceptionCounted(ExceptionSums):
    """An exception as it stands in the hours."""

    id = fields.UUIDField(primary_key=True)
    order_id: UUID = fields.UUIDField(db_index=True)
    type = enum_column(ExceptionType)
    status = enum_column(ExceptionStatus)
    severity = enum_column(ExceptionSeverity)
    caused_by = enum_column(Party)
    carrier = fields.CharField(max_length=CARRIER_LENGTH, null=True)
    assignee = fields.CharField(max_length=IDENTITY_LENGTH, null=True)
    opened_at = time_column()
    resolved_at = optional_time_column()

    class Meta:
        table = "exception_counted"


class CountedLog(Model):
    """One row: every change up to its position has been counted."""

    id = fields.IntField(primary_key=True, generated=False)
    position = fields.BigIntField()

    class Meta:
        table = "counted_log"


COUNTED_LOG_ID = 1
