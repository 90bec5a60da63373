"""The root fields of Query, in Python over rows in memory."""

from collections.abc import Callable, Mapping
from typing import Any

from models.carriers import comparable_carrier
from models.shipments import comparable_number
from models.tracking_ids import parse_tracking_id
from tests.plans.oracle.asking import SCOPES, Asking, refusal
from tests.plans.oracle.fields import Field
from tests.plans.oracle.filters import (
    CHANGE_TESTS,
    EXCEPTION_TESTS,
    ORDER_TESTS,
    SHIPMENT_TESTS,
    Tests,
    admits,
    demand_allowed,
)
from tests.plans.oracle.pages import (
    SORTED,
    Connection,
    of_changes,
    of_sorted,
    order_name,
    page_of,
)
from tests.plans.oracle.tables import Row, ordered
from tests.plans.oracle.values import NODE_NAMES

NODE_RIGHTS = {
    "Order": ("ORDERS_READ",),
    "Customer": ("ORDERS_READ", "PERSONAL_READ"),
    "Shipment": ("ORDERS_READ",),
    "TrackingEvent": ("ORDERS_READ",),
    "OrderException": ("ORDERS_READ",),
}
"""Who may look up what by its id."""
MOST_NODES = 100


def viewer(root: object, asking: Asking) -> dict[str, Any]:
    asker = asking.asker
    return {"name": asker.name, "scopes": [one for one in SCOPES if one in asker.scopes]}


def head(root: object, asking: Asking) -> int:
    position: int = asking.tables.all("LogHead")[0]["position"]
    return position


def node(root: object, asking: Asking, id: str) -> Row | None:
    name, _, digits = id.partition("_")
    table = next((one for one in NODE_RIGHTS if NODE_NAMES[one] == name), None)
    if table is None or not asking.asker.has(*NODE_RIGHTS[table]):
        return None
    rows = asking.tables.all(table)
    found = next((row for row in rows if str(row["id"]) == digits), None)
    is_kept = found is not None and table == "TrackingEvent" and found["order_id"] is None
    return None if is_kept else found


def nodes(root: object, asking: Asking, ids: list[str]) -> list[Row | None]:
    if len(ids) > MOST_NODES:
        message = f"At most {MOST_NODES} ids can be looked up at once."
        raise refusal("LIMIT_EXCEEDED", message, "ids")
    return [node(root, asking, one) for one in ids]


def order(root: object, asking: Asking, trackingId: str) -> Row | None:
    stored = parse_tracking_id(trackingId)
    return next(iter(asking.tables.where("Order", "tracking_id", stored)), None)


def shipment(root: object, asking: Asking, carrier: str, trackingNumber: str) -> Row | None:
    """The newest with this number."""
    rows = asking.tables.where("Shipment", "number_key", comparable_number(trackingNumber))
    found = [row for row in rows if row["carrier"] == comparable_carrier(carrier)]
    newest = ordered(found, lambda row: row["created_at"], is_descending=True)
    return newest[0] if newest else None


def listing(list_: str, tests: Tests) -> Field:
    def field(
        root: object,
        asking: Asking,
        filter: Mapping[str, Any] | None = None,
        orderBy: dict[str, str] | None = None,
        **page: Any,
    ) -> Connection:
        given = filter or {}
        demand_allowed(asking, given)
        rows = [
            row for row in asking.tables.all(SORTED[list_][0]) if admits(tests, asking, row, given)
        ]
        return page_of(of_sorted(asking, order_name(list_, orderBy), rows), **page)

    return field


def changes(
    root: object,
    asking: Asking,
    filter: Mapping[str, Any] | None = None,
    first: int | None = None,
    after: int | None = None,
) -> Connection:
    rows = [
        row
        for row in asking.tables.all("Change")
        if admits(CHANGE_TESTS, asking, row, filter or {})
    ]
    return page_of(of_changes(rows), first, None if after is None else str(after))


def scoped(field: Field) -> Field:
    """For those who may read all orders alone."""

    def demanding(root: object, asking: Asking, **arguments: Any) -> Any:
        if not asking.asker.has("ORDERS_READ"):
            raise refusal("FORBIDDEN", "This needs an API key with the scope ORDERS_READ.")
        return field(root, asking, **arguments)

    return demanding


ROOTS: Mapping[str, Callable[..., Any]] = {
    "node": node,
    "nodes": nodes,
    "viewer": viewer,
    "position": head,
    "order": order,
    "orders": scoped(listing("orders", ORDER_TESTS)),
    "shipment": scoped(shipment),
    "shipments": scoped(listing("shipments", SHIPMENT_TESTS)),
    "exceptions": scoped(listing("exceptions", EXCEPTION_TESTS)),
    "changes": scoped(changes),
}
"""Those that are asked for; aggregates are not among them."""
