"""Results of aggregates: groups with their keys and their measures."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

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
from resolvers.stats.exceptions import EXCEPTIONS
from resolvers.stats.orders import ORDERS
from resolvers.stats.shipments import SHIPMENTS
from schema.stats.measures import DecimalStats, DurationStats, measured

KEY = (
    "The values that the objects of the group have in common. Fields that the"
    " query does not group by are null."
)
IF_GROUPED = "The group's value, if the query groups by this field."
BUCKET = "The start of the group's time bucket, if the query groups by this time."
GROUPS = "The groups in the requested order."
TRUNCATED = "Whether there are more groups than were requested."
AS_OF = (
    "The time of evaluation. Everything that depends on the current time, such as"
    " lateness, was evaluated as of this moment."
)


@strawberry.type(description="The values that the orders of a group have in common.")
class OrderStatsKey:
    status: OrderStatus | None = strawberry.field(description=IF_GROUPED)
    health: Health | None = strawberry.field(description=IF_GROUPED)
    delivery_method: DeliveryMethod | None = strawberry.field(description=IF_GROUPED)
    country: str | None = strawberry.field(description=IF_GROUPED)
    currency: str | None = strawberry.field(description=IF_GROUPED)
    placed_at: datetime | None = strawberry.field(description=BUCKET)
    promised_at: datetime | None = strawberry.field(description=BUCKET)
    shipped_at: datetime | None = strawberry.field(description=BUCKET)
    delivered_at: datetime | None = strawberry.field(description=BUCKET)


def _total(
    currency: Annotated[
        str,
        strawberry.argument(
            description="The ISO 4217 code of the currency. Other orders are left out."
        ),
    ],
) -> Any: ...


@strawberry.type(description="A group of orders with common values, and its measures.")
class OrderStatsGroup:
    key: OrderStatsKey = strawberry.field(description=KEY)
    count: int = measured(ORDERS, "count")
    customers: int = measured(ORDERS, "customers")
    items: int = measured(ORDERS, "items")
    total = strawberry.field(
        resolver=_total,
        description=ORDERS.measures["total"].definition,
        graphql_type=DecimalStats,
    )
    time_to_ship: DurationStats = measured(ORDERS, "timeToShip")
    time_to_deliver: DurationStats = measured(ORDERS, "timeToDeliver")
    late_count: int = measured(ORDERS, "lateCount")
    on_time_rate: float | None = measured(ORDERS, "onTimeRate")
    exception_count: int = measured(ORDERS, "exceptionCount")
    exception_rate: float | None = measured(ORDERS, "exceptionRate")
    cancelled_rate: float | None = measured(ORDERS, "cancelledRate")


@strawberry.type(description="The values that the shipments of a group have in common.")
class ShipmentStatsKey:
    status: ShipmentStatus | None = strawberry.field(description=IF_GROUPED)
    health: Health | None = strawberry.field(description=IF_GROUPED)
    carrier: str | None = strawberry.field(description=IF_GROUPED)
    service: str | None = strawberry.field(description=IF_GROUPED)
    country: str | None = strawberry.field(description=IF_GROUPED)
    shipped_at: datetime | None = strawberry.field(description=BUCKET)
    delivered_at: datetime | None = strawberry.field(description=BUCKET)


@strawberry.type(description="A group of shipments with common values, and its measures.")
class ShipmentStatsGroup:
    key: ShipmentStatsKey = strawberry.field(description=KEY)
    count: int = measured(SHIPMENTS, "count")
    transit_time: DurationStats = measured(SHIPMENTS, "transitTime")
    delivery_attempts: float | None = measured(SHIPMENTS, "deliveryAttempts")
    on_time_rate: float | None = measured(SHIPMENTS, "onTimeRate")
    estimate_error: DurationStats = measured(SHIPMENTS, "estimateError")
    exception_rate: float | None = measured(SHIPMENTS, "exceptionRate")


@strawberry.type(description="The values that the exceptions of a group have in common.")
class ExceptionStatsKey:
    type: ExceptionType | None = strawberry.field(description=IF_GROUPED)
    status: ExceptionStatus | None = strawberry.field(description=IF_GROUPED)
    severity: ExceptionSeverity | None = strawberry.field(description=IF_GROUPED)
    caused_by: Party | None = strawberry.field(description=IF_GROUPED)
    carrier: str | None = strawberry.field(description=IF_GROUPED)
    assignee: str | None = strawberry.field(description=IF_GROUPED)
    opened_at: datetime | None = strawberry.field(description=BUCKET)
    resolved_at: datetime | None = strawberry.field(description=BUCKET)


@strawberry.type(description="A group of exceptions with common values, and its measures.")
class ExceptionStatsGroup:
    key: ExceptionStatsKey = strawberry.field(description=KEY)
    count: int = measured(EXCEPTIONS, "count")
    open_count: int = measured(EXCEPTIONS, "openCount")
    overdue_count: int = measured(EXCEPTIONS, "overdueCount")
    time_to_acknowledge: DurationStats = measured(EXCEPTIONS, "timeToAcknowledge")
    time_to_resolve: DurationStats = measured(EXCEPTIONS, "timeToResolve")
    reopened_rate: float | None = measured(EXCEPTIONS, "reopenedRate")


@strawberry.type(description="Aggregates of orders.")
class OrderStats:
    groups: list[OrderStatsGroup] = strawberry.field(description=GROUPS)
    truncated: bool = strawberry.field(description=TRUNCATED)
    as_of: datetime = strawberry.field(description=AS_OF)


@strawberry.type(description="Aggregates of shipments.")
class ShipmentStats:
    groups: list[ShipmentStatsGroup] = strawberry.field(description=GROUPS)
    truncated: bool = strawberry.field(description=TRUNCATED)
    as_of: datetime = strawberry.field(description=AS_OF)


@strawberry.type(description="Aggregates of exceptions.")
class ExceptionStats:
    groups: list[ExceptionStatsGroup] = strawberry.field(description=GROUPS)
    truncated: bool = strawberry.field(description=TRUNCATED)
    as_of: datetime = strawberry.field(description=AS_OF)
