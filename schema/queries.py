"""The queries. Plans read them: the functions here only declare arguments."""

from typing import Annotated, Any

import strawberry

from access.scopes import Scope
from models.positions import Position
from schema import enums as _registered  # noqa: F401
from schema.field_declarations import query_field
from schema.filters import (
    ChangeFilter,
    ExceptionFilter,
    ExceptionOrder,
    KeptNumberFilter,
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
from schema.types.kept_numbers import KeptNumber
from schema.types.node import Node
from schema.types.orders import Order
from schema.types.shipments import Shipment

OrderedBy = "The order of the list; the newest come first if left out."
Wanted = "Selects what is included; everything if left out."


@strawberry.type(description="The caller, as identified by the API key.")
class Viewer:
    name: str = strawberry.field(description='The name of the API key; "anonymous" without one.')
    scopes: list[Scope] = strawberry.field(description="The scopes of the API key.")


@strawberry.type(description="The queries: all that can be read.")
class Query:
    viewer: Viewer = strawberry.field(description="The caller and its scopes.")
    position: Position = strawberry.field(
        description=(
            "The newest position in the change log, read before everything else in the"
            " request. A subscription after this position misses nothing that the request"
            " did not see."
        )
    )

    @query_field(
        Node | None, "The object with this id; null if it does not exist or you may not see it."
    )
    def node(
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the object.")],
    ) -> Any: ...

    @query_field(
        list[Node | None],
        (
            "The objects with these ids, in the same order, at most 100. Objects that do"
            " not exist or that you may not see are null."
        ),
    )
    def nodes(
        ids: Annotated[
            list[strawberry.ID], strawberry.argument(description="The ids of the objects.")
        ],
    ) -> Any: ...

    @query_field(
        Order | None,
        (
            "The order with this tracking id, in any spelling; null if there is none. The"
            " tracking id alone gives access, without an API key."
        ),
    )
    def order(
        tracking_id: Annotated[
            strawberry.ID, strawberry.argument(description="The tracking id of the order.")
        ],
    ) -> Any: ...

    @query_field(Connection[Order], "Lists orders.", permission=Scope.ORDERS_READ)
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
        ("The newest shipment with this carrier and tracking number; null if there is none."),
        permission=Scope.ORDERS_READ,
    )
    def shipment(
        carrier: Annotated[str, strawberry.argument(description="The carrier's code.")],
        tracking_number: Annotated[
            str,
            strawberry.argument(
                description="The tracking number. Spaces, dashes and case are ignored."
            ),
        ],
    ) -> Any: ...

    @query_field(Connection[Shipment], "Lists shipments.", permission=Scope.ORDERS_READ)
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

    @query_field(Connection[OrderException], "Lists exceptions.", permission=Scope.ORDERS_READ)
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
        Connection[KeptNumber],
        (
            "Lists the tracking numbers with news that no shipment has taken, those with the newest"
            " news first. Needs ORDERS_READ or TRACKING_WRITE."
        ),
        permission=Scope.ORDERS_READ,
        alternative=Scope.TRACKING_WRITE,
    )
    def kept_numbers(
        filter: Annotated[KeptNumberFilter | None, strawberry.argument(description=Wanted)] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any: ...

    @query_field(
        Connection[Change],
        "Lists the change log, oldest first. The cursors are positions as text.",
        permission=Scope.ORDERS_READ,
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
