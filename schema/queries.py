"""The queries: what can be asked. Plans read them."""

from typing import Annotated, Any

import strawberry

from access.scopes import Scope
from models.positions import Position
from schema import enums as _registered  # noqa: F401
from schema.filters import (
    ChangeFilter,
    ExceptionFilter,
    ExceptionOrder,
    OrderFilter,
    OrderOrder,
    ShipmentFilter,
    ShipmentOrder,
)
from schema.forecasts import (
    ORDER_FORECAST,
    ForecastBuckets,
    ForecastFilter,
    ForecastUnit,
    OrderForecast,
)
from schema.permissions import query_field
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
from schema.types.changes import Change
from schema.types.connections import After, Before, Connection, First, Last
from schema.types.exceptions import OrderException
from schema.types.node import Node
from schema.types.orders import Order
from schema.types.shipments import Shipment

OrderedBy = "How they are ordered; the newest first, if left out."
Wanted = "Which of them; all, if left out."


@strawberry.type(description="Whoever asks.")
class Viewer:
    name: str = strawberry.field(description='The name of the API key; "anonymous" without one.')
    scopes: list[Scope] = strawberry.field(description="Its rights.")


@strawberry.type(description="What can be asked.")
class Query:
    viewer: Viewer = strawberry.field(description="Who you are, and what you may do.")
    position: Position = strawberry.field(
        description=(
            "The log's head, read before all else in the request:"
            " follow after it, and nothing is missed."
        )
    )

    @query_field(Node | None, "The thing with this id; null if there is none that you may see.")
    def node(id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]) -> Any: ...

    @query_field(list[Node | None], "The things with these ids, in their order: at most 100.")
    def nodes(
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="Their ids.")],
    ) -> Any: ...

    @query_field(
        Order | None,
        "The order with this tracking id, however it was typed; null if there is none.",
    )
    def order(
        tracking_id: Annotated[strawberry.ID, strawberry.argument(description="Its tracking id.")],
    ) -> Any: ...

    @query_field(Connection[Order], "Orders.", Scope.ORDERS_READ)
    def orders(
        filter: Annotated[OrderFilter | None, strawberry.argument(description=Wanted)] = None,
        order_by: Annotated[OrderOrder | None, strawberry.argument(description=OrderedBy)] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any: ...

    @query_field(
        Shipment | None,
        "The newest shipment with this number; null if there is none.",
        Scope.ORDERS_READ,
    )
    def shipment(
        carrier: Annotated[str, strawberry.argument(description="The carrier's code.")],
        tracking_number: Annotated[
            str, strawberry.argument(description="The carrier's number, however written.")
        ],
    ) -> Any: ...

    @query_field(Connection[Shipment], "Shipments.", Scope.ORDERS_READ)
    def shipments(
        filter: Annotated[ShipmentFilter | None, strawberry.argument(description=Wanted)] = None,
        order_by: Annotated[
            ShipmentOrder | None, strawberry.argument(description=OrderedBy)
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any: ...

    @query_field(Connection[OrderException], "Exceptions.", Scope.ORDERS_READ)
    def exceptions(
        filter: Annotated[ExceptionFilter | None, strawberry.argument(description=Wanted)] = None,
        order_by: Annotated[
            ExceptionOrder | None, strawberry.argument(description=OrderedBy)
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any: ...

    @query_field(
        Connection[Change],
        "The change log, oldest first; cursors are positions as text.",
        Scope.ORDERS_READ,
    )
    def changes(
        filter: Annotated[ChangeFilter | None, strawberry.argument(description=Wanted)] = None,
        first: First = None,
        after: Annotated[
            Position | None,
            strawberry.argument(description="The position after which the page begins."),
        ] = None,
    ) -> Any: ...

    @query_field(
        OrderStats,
        "Orders, counted and measured by what they have in common.",
        Scope.ANALYTICS_READ,
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
        "Shipments, counted and measured by what they have in common.",
        Scope.ANALYTICS_READ,
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
        "Exceptions, counted and measured by what they have in common.",
        Scope.ANALYTICS_READ,
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

    @query_field(OrderForecast, ORDER_FORECAST, Scope.ANALYTICS_READ)
    def order_forecast(
        *,
        filter: ForecastFilter = None,
        unit: ForecastUnit,
        horizon: ForecastBuckets,
        time_zone: ZoneName = "UTC",
    ) -> Any: ...
