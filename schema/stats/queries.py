"""The queries of aggregates and forecasts, which plans read. These functions declare arguments."""

from typing import Annotated, Any

import strawberry

from access.scopes import Scope
from schema.field_declarations import query_field
from schema.filters import ExceptionFilter, OrderFilter, ShipmentFilter
from schema.forecasts import (
    ORDER_FORECAST,
    ForecastBuckets,
    ForecastFilter,
    ForecastUnit,
    OrderForecast,
)
from schema.queries import Wanted
from schema.stats.groups import ExceptionStats, OrderStats, ShipmentStats
from schema.stats.inputs import (
    GROUPED_BY,
    NO_GROUPS_BY_EXCEPTION,
    NO_GROUPS_BY_ORDER,
    NO_GROUPS_BY_SHIPMENT,
    ExceptionGroupBy,
    ExceptionHaving,
    GapFilling,
    GroupCount,
    GroupOrder,
    Having,
    OrderGroupBy,
    OrderHaving,
    ShipmentGroupBy,
    ShipmentHaving,
    ZoneName,
)


@strawberry.type
class StatsQueries:
    @query_field(
        OrderStats,
        "Counts and measures of orders, by group.",
        permission=Scope.ANALYTICS_READ,
    )
    def order_stats(
        filter: Annotated[OrderFilter | None, strawberry.argument(description=Wanted)] = None,
        group_by: Annotated[
            list[OrderGroupBy], strawberry.argument(description=GROUPED_BY)
        ] = NO_GROUPS_BY_ORDER,
        having: Annotated[OrderHaving | None, strawberry.argument(description=Having)] = None,
        order_by: GroupOrder = None,
        first: GroupCount = 100,
        time_zone: ZoneName = "UTC",
        fill_gaps: GapFilling = False,
    ) -> Any: ...

    @query_field(
        ShipmentStats,
        "Counts and measures of shipments, by group.",
        permission=Scope.ANALYTICS_READ,
    )
    def shipment_stats(
        filter: Annotated[ShipmentFilter | None, strawberry.argument(description=Wanted)] = None,
        group_by: Annotated[
            list[ShipmentGroupBy], strawberry.argument(description=GROUPED_BY)
        ] = NO_GROUPS_BY_SHIPMENT,
        having: Annotated[ShipmentHaving | None, strawberry.argument(description=Having)] = None,
        order_by: GroupOrder = None,
        first: GroupCount = 100,
        time_zone: ZoneName = "UTC",
        fill_gaps: GapFilling = False,
    ) -> Any: ...

    @query_field(
        ExceptionStats,
        "Counts and measures of exceptions, by group.",
        permission=Scope.ANALYTICS_READ,
    )
    def exception_stats(
        filter: Annotated[ExceptionFilter | None, strawberry.argument(description=Wanted)] = None,
        group_by: Annotated[
            list[ExceptionGroupBy], strawberry.argument(description=GROUPED_BY)
        ] = NO_GROUPS_BY_EXCEPTION,
        having: Annotated[ExceptionHaving | None, strawberry.argument(description=Having)] = None,
        order_by: GroupOrder = None,
        first: GroupCount = 100,
        time_zone: ZoneName = "UTC",
        fill_gaps: GapFilling = False,
    ) -> Any: ...

    @query_field(OrderForecast, ORDER_FORECAST, permission=Scope.ANALYTICS_READ)
    def order_forecast(
        *,
        filter: ForecastFilter = None,
        unit: ForecastUnit,
        horizon: ForecastBuckets,
        time_zone: ZoneName = "UTC",
    ) -> Any: ...
