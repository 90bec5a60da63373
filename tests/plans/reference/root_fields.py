"""The resolvers of the root fields of Query."""

from collections.abc import Callable, Mapping
from typing import Any

from access.policy import NO_PRICES
from models.carriers import comparable_carrier
from models.shipments import comparable_number
from models.tracking_ids import parse_tracking_id
from tests.plans.reference.context import SCOPES, Context, contract_error
from tests.plans.reference.filters import (
    CHANGE_PREDICATES,
    EXCEPTION_PREDICATES,
    ORDER_PREDICATES,
    SHIPMENT_PREDICATES,
    Predicates,
    check_filter,
    matches,
)
from tests.plans.reference.pagination import (
    SORTED_LISTS,
    Connection,
    change_rows,
    ordering_name,
    paginate,
    sorted_rows,
)
from tests.plans.reference.resolvers import Resolver
from tests.plans.reference.tables import Row, ordered
from tests.plans.reference.values import NODE_NAMES

NODE_SCOPES = {
    "Order": ("ORDERS_READ",),
    "OrderItem": ("ORDERS_READ",),
    "Customer": ("ORDERS_READ", "PERSONAL_READ"),
    "Shipment": ("ORDERS_READ",),
    "TrackingEvent": ("ORDERS_READ",),
    "OrderException": ("ORDERS_READ",),
}
"""The scopes that a lookup by id needs, for each type that can be looked up."""
MOST_NODES = 100


def viewer(root: object, context: Context) -> dict[str, Any]:
    caller = context.caller
    return {
        "name": caller.name,
        "scopes": [scope for scope in SCOPES if scope in caller.scopes],
        "carriers": None if caller.carriers is None else sorted(caller.carriers),
        "sites": None,
        "expires_at": None,
    }


def head(root: object, context: Context) -> int:
    position: int = context.tables.all("LogHead")[0]["position"]
    return position


def node(root: object, context: Context, id: str) -> Row | None:
    name, _, digits = id.partition("_")
    table = next((type_ for type_ in NODE_SCOPES if NODE_NAMES[type_] == name), None)
    if table is None or not context.caller.has(*NODE_SCOPES[table]):
        return None
    rows = context.tables.all(table)
    row = next((row for row in rows if str(row["id"]) == digits), None)
    is_unassigned = row is not None and table == "TrackingEvent" and row["order_id"] is None
    return None if is_unassigned else row


def nodes(root: object, context: Context, ids: list[str]) -> list[Row | None]:
    if len(ids) > MOST_NODES:
        message = f"At most {MOST_NODES} ids can be looked up at once."
        raise contract_error("LIMIT_EXCEEDED", message, "ids")
    return [node(root, context, id_) for id_ in ids]


def order(root: object, context: Context, trackingId: str) -> Row | None:
    stored = parse_tracking_id(trackingId)
    return next(iter(context.tables.where("Order", "tracking_id", stored)), None)


def shipment(root: object, context: Context, carrier: str, trackingNumber: str) -> Row | None:
    """The newest shipment with this number."""
    rows = context.tables.where("Shipment", "number_key", comparable_number(trackingNumber))
    same_carrier = [row for row in rows if row["carrier"] == comparable_carrier(carrier)]
    newest = ordered(same_carrier, lambda row: row["created_at"], is_descending=True)
    return newest[0] if newest else None


def sorted_list(list_name: str, predicates: Predicates) -> Resolver:
    def resolve(
        root: object,
        context: Context,
        filter: Mapping[str, Any] | None = None,
        orderBy: dict[str, str] | None = None,
        **page: Any,
    ) -> Connection:
        check_filter(context, filter or {})
        if context.caller.carriers is not None and (orderBy or {}).get("field") == "TOTAL":
            raise contract_error("FORBIDDEN", NO_PRICES, "orderBy", "field")
        rows = [
            row
            for row in context.tables.all(SORTED_LISTS[list_name][0])
            if matches(predicates, context, row, filter or {})
        ]
        return paginate(sorted_rows(context, ordering_name(list_name, orderBy), rows), **page)

    return resolve


def changes(
    root: object,
    context: Context,
    filter: Mapping[str, Any] | None = None,
    first: int | None = None,
    after: int | None = None,
) -> Connection:
    rows = [
        row
        for row in context.tables.all("Change")
        if matches(CHANGE_PREDICATES, context, row, filter or {})
    ]
    return paginate(change_rows(rows), first, None if after is None else str(after))


def readers_only(resolver: Resolver) -> Resolver:
    """The resolver, for callers who may read all orders."""

    def resolve(root: object, context: Context, **arguments: Any) -> Any:
        if not context.caller.has("ORDERS_READ"):
            raise contract_error("FORBIDDEN", "This needs an API key with the scope ORDERS_READ.")
        return resolver(root, context, **arguments)

    return resolve


ROOT_RESOLVERS: Mapping[str, Callable[..., Any]] = {
    "node": node,
    "nodes": nodes,
    "viewer": viewer,
    "position": head,
    "order": order,
    "orders": readers_only(sorted_list("orders", ORDER_PREDICATES)),
    "shipment": readers_only(shipment),
    "shipments": readers_only(sorted_list("shipments", SHIPMENT_PREDICATES)),
    "exceptions": readers_only(sorted_list("exceptions", EXCEPTION_PREDICATES)),
    "changes": readers_only(changes),
}
"""The root fields that queries are generated for; aggregates have a reference of their own."""
