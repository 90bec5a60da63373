"""What is answered of groups: their keys, and what is measured of them."""

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

KEY = "What they have in common. What is not grouped by is null."
IF_GROUPED = "If it is grouped by."
BUCKET = "When the bucket begins, if it is grouped by."
GROUPS = "The groups, in their order."
TRUNCATED = "Whether there are more groups than were asked for."
AS_OF = "When this was so: all that the clock decides, it decided then."


@strawberry.type(description="What the orders of a group have in common.")
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
    currency: Annotated[str, strawberry.argument(description="Its ISO 4217 code.")],
) -> Any: ...


@strawberry.type(description="Orders that have something in common.")
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


@strawberry.type(description="What the shipments of a group have in common.")
class ShipmentStatsKey:
    status: ShipmentStatus | None = strawberry.field(description=IF_GROUPED)
    health: Health | None = strawberry.field(description=IF_GROUPED)
    carrier: str | None = strawberry.field(description=IF_GROUPED)
    service: str | None = strawberry.field(description=IF_GROUPED)
    country: str | None = strawberry.field(description=IF_GROUPED)
    shipped_at: datetime | None = strawberry.field(description=BUCKET)
    delivered_at: datetime | None = strawberry.field(description=BUCKET)


@strawberry.type(description="Shipments that have something in common.")
class ShipmentStatsGroup:
    key: ShipmentStatsKey = strawberry.field(description=KEY)
    count: int = measured(SHIPMENTS, "count")
    transit_time: DurationStats = measured(SHIPMENTS, "transitTime")
    delivery_attempts: float | None = measured(SHIPMENTS, "deliveryAttempts")
    on_time_rate: float | None = measured(SHIPMENTS, "onTimeRate")
    estimate_error: DurationStats = measured(SHIPMENTS, "estimateError")
    exception_rate: float | None = measured(SHIPMENTS, "exceptionRate")


@strawberry.type(description="What the exceptions of a group have in common.")
class ExceptionStatsKey:
    type: ExceptionType | None = strawberry.field(description=IF_GROUPED)
    status: ExceptionStatus | None = strawberry.field(description=IF_GROUPED)
    severity: ExceptionSeverity | None = strawberry.field(description=IF_GROUPED)
    caused_by: Party | None = strawberry.field(description=IF_GROUPED)
    carrier: str | None = strawberry.field(description=IF_GROUPED)
    assignee: str | None = strawberry.field(description=IF_GROUPED)
    opened_at: datetime | None = strawberry.field(description=BUCKET)
    resolved_at: datetime | None = strawberry.field(description=BUCKET)


@strawberry.type(description="Exceptions that have something in common.")
class ExceptionStatsGroup:
    key: ExceptionStatsKey = strawberry.field(description=KEY)
    count: int = measured(EXCEPTIONS, "count")
    open_count: int = measured(EXCEPTIONS, "openCount")
    overdue_count: int = measured(EXCEPTIONS, "overdueCount")
    time_to_acknowledge: DurationStats = measured(EXCEPTIONS, "timeToAcknowledge")
    time_to_resolve: DurationStats = measured(EXCEPTIONS, "timeToResolve")
    reopened_rate: float | None = measured(EXCEPTIONS, "reopenedRate")


@strawberry.type(description="Orders, aggregated.")
class OrderStats:
    groups: list[OrderStatsGroup] = strawberry.field(description=GROUPS)
    truncated: bool = strawberry.field(description=TRUNCATED)
    as_of: datetime = strawberry.field(description=AS_OF)


@strawberry.type(description="Shipments, aggregated.")
class ShipmentStats:
    groups: list[ShipmentStatsGroup] = strawberry.field(description=GROUPS)
    truncated: bool = strawberry.field(description=TRUNCATED)
    as_of: datetime = strawberry.field(description=AS_OF)


@strawberry.type(description="Exceptions, aggregated.")
class ExceptionStats:
    groups: list[ExceptionStatsGroup] = strawberry.field(description=GROUPS)
    truncated: bool = strawberry.field(description=TRUNCATED)
    as_of: datetime = strawberry.field(description=AS_OF)
