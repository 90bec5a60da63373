"""The subscriptions: changes, replayed from a position and then live, and live query results."""

from typing import Annotated, Any

import strawberry

from access.scopes import Scope
from access.viewer import Viewer
from errors import Invalid, NotFound
from models.positions import Position
from resolvers.changes import EVERY_CHANGE, ChangeSelection
from resolvers.orders import find_order_ids
from schema.context import Info
from schema.field_declarations import subscription_field
from schema.filters import ChangeFilter, OrderFilter
from schema.stats.groups import OrderStats
from schema.stats.inputs import (
    GROUPED_BY,
    NO_GROUPS_BY_ORDER,
    GroupCount,
    GroupOrder,
    Having,
    OrderGroupBy,
    OrderHaving,
    ZoneName,
)
from schema.types.changes import Change
from subscriptions.sources import ChangeSource, QuerySource

MAXIMUM_ORDERS = 100
"""The most orders of one subscription, which is also the most rows of a page."""
SHORTEST_INTERVAL = 0.25
LONGEST_INTERVAL = 3600.0
"""The bounds, in seconds, of the interval between two results of a live query: nobody reads
numbers faster, and a client that looks once an hour can send the query itself."""

AfterPosition = Annotated[
    Position | None,
    strawberry.argument(
        description=(
            "The position of the last change that the client received. All later changes"
            " are sent first, followed by live ones. If left out, only changes from now on"
            " are sent. A position beyond the newest change is an error."
        )
    ),
]


Every = Annotated[
    float,
    strawberry.argument(
        description=(
            "The least number of seconds between two messages,"
            f" {SHORTEST_INTERVAL} to {LONGEST_INTERVAL:.0f}."
        )
    ),
]


@strawberry.type(
    description=(
        "The subscriptions: all that can be followed. One whose scope the caller lacks is refused"
        " with the code FORBIDDEN."
    )
)
class Subscription:
    @subscription_field(
        Change,
        (
            "Sends every change of the given orders after the position `after`: each"
            " exactly once, in order and without gaps, followed by live changes. The"
            " tracking ids alone give access, without an API key."
        ),
    )
    async def order_changed(
        self,
        info: Info,
        tracking_ids: Annotated[
            list[strawberry.ID],
            strawberry.argument(
                description=(
                    f"The tracking ids of the orders, 1 to {MAXIMUM_ORDERS}. If one of them is"
                    " unknown, the subscription is refused."
                )
            ),
        ],
        after: AfterPosition = None,
    ) -> Any:
        return ChangeSource(await _selection_of(tracking_ids, info.context.viewer), after)

    @subscription_field(
        Change,
        (
            "Sends every change of all orders after the position `after`: each exactly"
            " once, in order and without gaps, followed by live changes."
        ),
        permission=Scope.ORDERS_READ,
    )
    async def changes(
        self,
        info: Info,
        filter: Annotated[
            ChangeFilter | None,
            strawberry.argument(
                description="Selects the changes to send; all changes if left out."
            ),
        ] = None,
        after: AfterPosition = None,
    ) -> Any:
        selection = EVERY_CHANGE if filter is None else filter.selection()
        return ChangeSource(selection, after)

    @subscription_field(
        OrderStats,
        (
            "Sends the result of the query orderStats at once, and again whenever it"
            " changes in anything but asOf. Each message is the latest result;"
            " intermediate results are skipped."
        ),
        permission=Scope.ANALYTICS_READ,
    )
    async def order_stats(
        self,
        info: Info,
        filter: Annotated[
            OrderFilter | None,
            strawberry.argument(
                description="Selects the orders to include; all orders if left out."
            ),
        ] = None,
        group_by: Annotated[
            list[OrderGroupBy], strawberry.argument(description=GROUPED_BY)
        ] = NO_GROUPS_BY_ORDER,
        having: Annotated[OrderHaving | None, strawberry.argument(description=Having)] = None,
        order_by: GroupOrder = None,
        first: GroupCount = 100,
        time_zone: ZoneName = "UTC",
        every: Every = 1,
    ) -> Any:
        if not SHORTEST_INTERVAL <= every <= LONGEST_INTERVAL:
            raise Invalid(
                f"Must be from {SHORTEST_INTERVAL} to {LONGEST_INTERVAL:.0f} seconds.", ("every",)
            )
        return QuerySource(every)


async def _selection_of(tracking_ids: list[strawberry.ID], viewer: Viewer) -> ChangeSelection:
    if not 1 <= len(tracking_ids) <= MAXIMUM_ORDERS:
        raise Invalid(f"Give 1 to {MAXIMUM_ORDERS} tracking ids.", ("trackingIds",))
    order_ids = await find_order_ids(tracking_ids, viewer)
    if None in order_ids:
        raise NotFound("No order has one of these tracking ids.", ("trackingIds",))
    return ChangeSelection(order_ids=frozenset(id_ for id_ in order_ids if id_ is not None))
