"""The resolvers of the types' fields. A field without a resolver reads the column of its name."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.plans.reference import values
from tests.plans.reference.context import Context
from tests.plans.reference.lateness import is_late, is_overdue
from tests.plans.reference.pagination import (
    Connection,
    change_rows,
    event_rows,
    paginate,
    sorted_rows,
)
from tests.plans.reference.tables import Row, by_columns, ordered

Resolver = Callable[..., Any]
NEXT_STATUSES = {
    "OPEN": ["ACKNOWLEDGED", "IN_PROGRESS", "RESOLVED", "DISMISSED"],
    "ACKNOWLEDGED": ["IN_PROGRESS", "WAITING", "RESOLVED", "DISMISSED"],
    "IN_PROGRESS": ["WAITING", "RESOLVED", "DISMISSED"],
    "WAITING": ["IN_PROGRESS", "RESOLVED", "DISMISSED"],
    "RESOLVED": ["IN_PROGRESS"],
    "DISMISSED": [],
}
"""The next statuses of an exception; those of orders and shipments are stored."""


def column(name: str) -> Resolver:
    return lambda row, context: row[name]


def related_row(table: str, name: str, key: str = "id") -> Resolver:
    """The resolver of the row whose key is in a column, if the column has a value."""
    return lambda row, context: context.tables.find(table, row[name], key)


def related_rows(table: str, name: str, *order: str) -> Resolver:
    def resolve(row: Row, context: Context) -> list[Row]:
        return by_columns(context.tables.where(table, name, row["id"]), *order)

    return resolve


def next_statuses(read: Callable[[Row], list[str]]) -> Resolver:
    return lambda row, context: read(row) if context.caller.has("ORDERS_READ") else []


def events_of(parent: str) -> Resolver:
    def resolve(row: Row, context: Context, **page: Any) -> Connection:
        rows = context.tables.where("TrackingEvent", f"{parent}_id", row["id"])
        return paginate(event_rows(context, parent, rows), **page)

    return resolve


def shipments(order: Row, context: Context) -> list[Row]:
    rows = context.tables.where("Shipment", "order_id", order["id"])
    return ordered(rows, lambda row: row["created_at"], is_descending=True)


def history(order: Row, context: Context, **page: Any) -> Connection:
    return paginate(change_rows(context.tables.where("Change", "order_id", order["id"])), **page)


def orders_of(customer: Row, context: Context, **page: Any) -> Connection:
    rows = context.tables.where("Order", "customer_id", customer["id"])
    return paginate(sorted_rows(context, "orders PLACED_AT DESC", rows), **page)


def position(order: Row, context: Context) -> int:
    changes = context.all_tables.where("Change", "order_id", order["id"])
    newest: int = max(row["position"] for row in changes)
    return newest


def differences(change: Row, context: Context) -> list[dict[str, Any]]:
    if context.caller.carriers is not None and change["kind"] == "ORDER_AMENDED":
        return []
    stored: list[dict[str, Any]] = change["details"]["differences"]
    return stored


def edges(connection: Connection, context: Context) -> list[dict[str, Any]]:
    return [
        {"node": row, "cursor": context.cursors.text(connection.ordering, row)}
        for row in connection.rows
    ]


def page_info(connection: Connection, context: Context) -> dict[str, Any]:
    cursors = [context.cursors.text(connection.ordering, row) for row in connection.rows]
    return {
        "has_next_page": connection.has_next,
        "has_previous_page": connection.has_previous,
        "start_cursor": cursors[0] if cursors else None,
        "end_cursor": cursors[-1] if cursors else None,
    }


CONNECTION_RESOLVERS: Mapping[str, Resolver] = {
    "edges": edges,
    "nodes": lambda connection, context: connection.rows,
    "pageInfo": page_info,
    "totalCount": lambda connection, context: connection.count,
}
CHANGE_RESOLVERS: Mapping[str, Resolver] = {
    "order": related_row("Order", "order_id"),
    "shipment": related_row("Shipment", "shipment_id"),
    "event": related_row("TrackingEvent", "event_id"),
    "exception": related_row("OrderException", "exception_id"),
    "health": column("status"),
    "estimate": values.logged_estimate("estimate"),
    "differences": differences,
}
"""The resolvers that changes of every kind share."""
RESOLVERS: Mapping[str, Mapping[str, Resolver]] = {
    "Order": {
        "id": values.node_id,
        "nextStatuses": next_statuses(lambda row: row["next_statuses"]),
        "customer": related_row("Customer", "customer_id"),
        "shippingAddress": related_row("Address", "id", "order_id"),
        "destination": values.destination,
        "items": related_rows("OrderItem", "order_id", "line"),
        "total": values.total,
        "estimate": values.current_estimate,
        "isLate": lambda row, context: is_late(row, context.now),
        "shipments": shipments,
        "lastEvent": related_row("TrackingEvent", "last_event_id"),
        "events": events_of("order"),
        "exceptions": values.exceptions_of("order_id"),
        "history": history,
        "position": position,
    },
    "OrderItem": {"id": values.node_id, "unitPrice": values.unit_price},
    "Customer": {"id": values.node_id, "orders": orders_of},
    "Shipment": {
        "id": values.node_id,
        "order": related_row("Order", "order_id"),
        "trackingUrl": values.tracking_url,
        "nextStatuses": next_statuses(lambda row: row["next_statuses"]),
        "statusEvent": related_row("TrackingEvent", "status_event_id"),
        "items": related_rows("ShipmentItem", "shipment_id", "id"),
        "estimate": values.current_estimate,
        "estimates": values.estimates,
        "lastEvent": related_row("TrackingEvent", "last_event_id"),
        "events": events_of("shipment"),
        "exceptions": values.exceptions_of("shipment_id"),
    },
    "ShipmentItem": {"item": related_row("OrderItem", "item_id")},
    "TrackingEvent": {
        "id": values.node_id,
        "order": related_row("Order", "order_id"),
        "shipment": related_row("Shipment", "shipment_id"),
    },
    "OrderException": {
        "id": values.node_id,
        "order": related_row("Order", "order_id"),
        "shipment": related_row("Shipment", "shipment_id"),
        "nextStatuses": next_statuses(lambda row: NEXT_STATUSES[row["status"]]),
        "openedBy": related_row("TrackingEvent", "opened_by_event_id"),
        "isOverdue": lambda row, context: is_overdue(row, context.now),
        "notes": related_rows("ExceptionNote", "exception_id", "created_at", "id"),
    },
    "EstimateRevised": {"previous": values.logged_estimate("previous")},
}
