"""The subscriptions: changes as they happen, replayed first where asked."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

from auth import Scope
from errors import Invalid, NotFound
from resolvers.changes import EVERY_CHANGE, ChangeSelection
from resolvers.orders import find_order_ids
from schema.context import Info
from schema.filters import ChangeFilter
from schema.scalars import Position
from schema.types.changes import Change

MAXIMUM_ORDERS = 100
"""Orders of one subscription: a page of a list."""

AfterPosition = Annotated[
    Position | None,
    strawberry.argument(
        description=(
            "The position of the last change received: all later ones come first, then live."
            " Without it, from now on. Beyond the log's head: an error."
        )
    ),
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscription asks for. Its changes are worded once for all who ask alike."""

    selection: ChangeSelection
    after: int | None

    def __aiter__(self) -> AsyncIterator[Any]:
        """What graphql-core knows the source of a subscription by; it is never iterated here."""
        raise NotImplementedError


@strawberry.type(description="What can be followed.")
class Subscription:
    @strawberry.subscription(
        description=(
            "Every change of these orders after `after`, once, in order, none missing; then live."
            " Open to whoever holds the tracking ids."
        ),
        graphql_type=Change,
    )
    async def order_changed(
        self,
        info: Info,
        tracking_ids: Annotated[
            list[strawberry.ID],
            strawberry.argument(description="1 to 100 of them; one unknown refuses all."),
        ],
        after: AfterPosition = None,
    ) -> Any:
        return Wanted(await _selection_of(tracking_ids), after)

    @strawberry.subscription(
        description="The same promise over all orders.",
        graphql_type=Change,
        metadata={"scope": Scope.ORDERS_READ},
    )
    async def changes(
        self,
        info: Info,
        filter: Annotated[
            ChangeFilter | None, strawberry.argument(description="Which; all, if left out.")
        ] = None,
        after: AfterPosition = None,
    ) -> Any:
        info.context.viewer.demand(Scope.ORDERS_READ)
        selection = EVERY_CHANGE if filter is None else filter.selection()
        return Wanted(selection, after)


async def _selection_of(tracking_ids: list[strawberry.ID]) -> ChangeSelection:
    if not 1 <= len(tracking_ids) <= MAXIMUM_ORDERS:
        raise Invalid(f"Give 1 to {MAXIMUM_ORDERS} tracking ids.", ("trackingIds",))
    found = await find_order_ids(tracking_ids)
    if None in found:
        raise NotFound("No order has one of these tracking ids.", ("trackingIds",))
    return ChangeSelection(order_ids=frozenset(one for one in found if one is not None))
