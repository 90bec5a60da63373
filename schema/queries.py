"""The queries. Plans read them: the functions here only declare arguments."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from access.scopes import Scope
from models.positions import Position
from resolvers.filters.filter_limits import MAXIMUM_BRANCHES, MAXIMUM_DEPTH, MAXIMUM_VALUES
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
from schema.root_fields import MAXIMUM_NODES
from schema.types.api_keys import ApiKey
from schema.types.changes import Change
from schema.types.connections import After, Before, Connection, First, Last
from schema.types.exceptions import OrderException
from schema.types.kept_numbers import KeptNumber
from schema.types.node import Node
from schema.types.orders import Order
from schema.types.sessions import StaffSession
from schema.types.shipments import Shipment

OrderedBy = "The order of the list; the newest come first if left out."
Wanted = (
    f"Selects what is included; everything if left out. A list in it has at most {MAXIMUM_VALUES}"
    f" values. It holds at most {MAXIMUM_BRANCHES} other filters, {MAXIMUM_DEPTH} levels deep."
)
WantedChanges = (
    "Selects the changes that are included; all changes if left out. A list in it has at most"
    f" {MAXIMUM_VALUES} values."
)


@strawberry.type(description="The caller, as identified by the credentials of the request.")
class Viewer:
    name: str = strawberry.field(
        description=(
            "The name of the API key, or of the person or program that the identity provider knows;"
            ' "tracking link" for the holder of one; "anonymous" without credentials.'
        )
    )
    scopes: list[Scope] = strawberry.field(
        description="The scopes; none for the holder of a tracking link or without credentials."
    )
    carriers: list[str] | None = strawberry.field(
        description=(
            "The carriers to whose shipments the caller is bounded; null for a caller who sees"
            " the shipments of all."
        )
    )
    sites: list[str] | None = strawberry.field(
        description="The sites to which the caller is bounded; always null: there are no sites yet."
    )
    expires_at: datetime | None = strawberry.field(
        description="When the caller's credentials stop working; null if they do not."
    )


@strawberry.type
class TrackingQueries:
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
            "The objects with these ids, in the same order. Objects that do not exist or that you"
            " may not see are null."
        ),
    )
    def nodes(
        ids: Annotated[
            list[strawberry.ID],
            strawberry.argument(description=f"The ids of the objects, at most {MAXIMUM_NODES}."),
        ],
    ) -> Any: ...

    @query_field(
        Order | None,
        (
            "The order with this tracking id, in any spelling; null if there is none, or if you"
            " hold the tracking link of another order. The tracking id alone gives access, without"
            " an API key."
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
            " news first."
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
        filter: Annotated[
            ChangeFilter | None, strawberry.argument(description=WantedChanges)
        ] = None,
        first: First = None,
        after: Annotated[
            Position | None,
            strawberry.argument(description="The position after which the page begins."),
        ] = None,
    ) -> Any: ...

    @query_field(
        list[ApiKey],
        "The API keys, the newest first, with those that are revoked or expired.",
        permission=Scope.ADMIN,
    )
    def api_keys() -> Any: ...

    @query_field(
        list[StaffSession],
        "The sessions of staff that have not ended, the newest first.",
        permission=Scope.ADMIN,
    )
    def sessions() -> Any: ...
