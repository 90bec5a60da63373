"""Hourly rollups: sums per hour, so that an aggregate over a long time reads hours and not rows.

Every row of a cube is added to the hour of each of its times (`axis`), once by itself and once for
the value of each of its dimensions: an order under its status, and again under its country. A table
of contributions has what each row has added, which is subtracted when the row changes.
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
NO_VALUE = ""
"""The value of rows whose dimension is NULL: a unique index takes no two NULLs for equal."""
NO_DIMENSION = "ALL"
"""The dimension of the sums of all rows, whatever the values of their dimensions."""


def _sum() -> int:
    column: int = fields.BigIntField()
    return column


class HourlyRollup(Model):
    """The sums of `row_count` rows of one hour, which starts at `hour`. Axis, dimension, hour and
    value are unique together (migrations: 0007_hours)."""

    id = fields.BigIntField(primary_key=True)
    axis = fields.CharField(max_length=NAME_LENGTH)
    dimension = fields.CharField(max_length=NAME_LENGTH)
    hour = time_column()
    dimension_value = fields.CharField(max_length=IDENTITY_LENGTH)
    row_count = _sum()

    class Meta:
        abstract = True


class OrderSums(Model):
    """Each amount has the number of orders that have it, and its sum: totals in minor units,
    durations in milliseconds."""

    items = _sum()
    total_count = _sum()
    total_sum = _sum()
    ship_count = _sum()
    ship_sum = _sum()
    deliver_count = _sum()
    deliver_sum = _sum()
    exceptions = _sum()
    troubled = _sum()
    cancelled = _sum()

    class Meta:
        abstract = True


class OrderHour(HourlyRollup, OrderSums):
    class Meta:
        table = "order_hour"


class OrderContribution(OrderSums):
    """The share of an order in the hourly sums. Its times are truncated to the hour."""

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
        table = "order_contribution"


class ShipmentSums(Model):
    """`attempts` are the delivery attempts of the `attempted` shipments, which are delivered."""

    transit_count = _sum()
    transit_sum = _sum()
    attempted = _sum()
    attempts = _sum()
    estimate_count = _sum()
    estimate_sum = _sum()
    troubled = _sum()

    class Meta:
        abstract = True


class ShipmentHour(HourlyRollup, ShipmentSums):
    class Meta:
        table = "shipment_hour"


class ShipmentContribution(ShipmentSums):
    """The share of a shipment in the hourly sums. Its times are truncated to the hour."""

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
        table = "shipment_contribution"


class ExceptionSums(Model):
    unresolved = _sum()
    acknowledge_count = _sum()
    acknowledge_sum = _sum()
    resolve_count = _sum()
    resolve_sum = _sum()
    reopened = _sum()

    class Meta:
        abstract = True


class ExceptionHour(HourlyRollup, ExceptionSums):
    class Meta:
        table = "exception_hour"


class ExceptionContribution(ExceptionSums):
    """The share of an exception in the hourly sums. Its times are truncated to the hour."""

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
        table = "exception_contribution"


class RollupCursor(Model):
    """One row: the hourly sums contain every change up to its position."""

    id = fields.IntField(primary_key=True, generated=False)
    position = fields.BigIntField()

    class Meta:
        table = "rollup_cursor"


ROLLUP_CURSOR_ID = 1
