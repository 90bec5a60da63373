"""What the fields of the types are, in Python over rows in memory. A field that is not named here
is the column of its name."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.plans.oracle import values
from tests.plans.oracle.asking import Asking
from tests.plans.oracle.lateness import is_late, is_overdue
from tests.plans.oracle.pages import Connection, of_changes, of_events, of_sorted, page_of
from tests.plans.oracle.tables import Row, by_columns, ordered

Field = Callable[..., Any]
NEXT_STATUSES = {
    "OPEN": ["ACKNOWLEDGED", "IN_PROGRESS", "RESOLVED", "DISMISSED"],
    "ACKNOWLEDGED": ["IN_PROGRESS", "WAITING", "RESOLVED", "DISMISSED"],
    "IN_PROGRESS": ["WAITING", "RESOLVED", "DISMISSED"],
    "WAITING": ["IN_PROGRESS", "RESOLVED", "DISMISSED"],
    "RESOLVED": ["IN_PROGRESS"],
    "DISMISSED": [],
}
"""Of an exception; those of orders and shipments are stored."""


def column(name: str) -> Field:
    return lambda row, asking: row[name]


def one(table: str, name: str, key: str = "id") -> Field:
    """The row that a column names, if it names one."""
    return lambda row, asking: asking.tables.find(table, row[name], key)


def many(table: str, name: str, *order: str) -> Field:
    def field(row: Row, asking: Asking) -> list[Row]:
        return by_columns(asking.tables.where(table, name, row["id"]), *order)

    return field


def next_statuses(find: Callable[[Row], list[str]]) -> Field:
    return lambda row, asking: find(row) if asking.asker.has("ORDERS_READ") else []


def events_of(parent: str) -> Field:
    def field(row: Row, asking: Asking, **page: Any) -> Connection:
        rows = asking.tables.where("TrackingEvent", f"{parent}_id", row["id"])
        return page_of(of_events(asking, parent, rows), **page)

    return field


def shipments(order: Row, asking: Asking) -> list[Row]:
    rows = asking.tables.where("Shipment", "order_id", order["id"])
    return ordered(rows, lambda row: row["created_at"], is_descending=True)


def history(order: Row, asking: Asking, **page: Any) -> Connection:
    return page_of(of_changes(asking.tables.where("Change", "order_id", order["id"])), **page)


def orders_of(customer: Row, asking: Asking, **page: Any) -> Connection:
    rows = asking.tables.where("Order", "customer_id", customer["id"])
    return page_of(of_sorted(asking, "orders PLACED_AT DESC", rows), **page)


def position(order: Row, asking: Asking) -> int:
    changes = asking.tables.where("Change", "order_id", order["id"])
    newest: int = max(row["position"] for row in changes)
    return newest


def differences(change: Row, asking: Asking) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = change["details"]["differences"]
    return said


def edges(connection: Connection, asking: Asking) -> list[dict[str, Any]]:
    return [
        {"node": row, "cursor": asking.cursors.text(connection.order, row)}
        for row in connection.rows
    ]


def page_info(connection: Connection, asking: Asking) -> dict[str, Any]:
    cursors = [asking.cursors.text(connection.order, row) for row in connection.rows]
    return {
        "has_next_page": connection.has_next,
        "has_previous_page": connection.has_previous,
        "start_cursor": cursors[0] if cursors else None,
        "end_cursor": cursors[-1] if cursors else None,
    }


CONNECTION: Mapping[str, Field] = {
    "edges": edges,
    "nodes": lambda connection, asking: connection.rows,
    "pageInfo": page_info,
    "totalCount": lambda connection, asking: connection.count,
}
CHANGE: Mapping[str, Field] = {
    "order": one("Order", "order_id"),
    "shipment": one("Shipment", "shipment_id"),
    "event": one("TrackingEvent", "event_id"),
    "exception": one("OrderException", "exception_id"),
    "health": column("status"),
    "estimate": values.logged_estimate("estimate"),
    "differences": differences,
}
"""Of every kind."""
FIELDS: Mapping[str, Mapping[str, Field]] = {
    "Order": {
        "id": values.node_id,
        "nextStatuses": next_statuses(lambda row: row["next_statuses"]),
        "customer": one("Customer", "customer_id"),
        "shippingAddress": one("Address", "id", "order_id"),
        "destination": values.destination,
        "items": many("OrderItem", "order_id", "line"),
        "total": values.total,
        "estimate": values.current_estimate,
        "isLate": lambda row, asking: is_late(row, asking.now),
        "shipments": shipments,
        "lastEvent": one("TrackingEvent", "last_event_id"),
        "events": events_of("order"),
        "exceptions": values.exceptions_of("order_id"),
        "history": history,
        "position": position,
    },
    "OrderItem": {"id": values.node_id, "unitPrice": values.unit_price},
    "Customer": {"id": values.node_id, "orders": orders_of},
    "Shipment": {
        "id": values.node_id,
        "order": one("Order", "order_id"),
        "trackingUrl": values.tracking_url,
        "nextStatuses": next_statuses(lambda row: row["next_statuses"]),
        "statusEvent": one("TrackingEvent", "status_event_id"),
        "items": many("ShipmentItem", "shipment_id", "id"),
        "estimate": values.current_estimate,
        "estimates": values.estimates,
        "lastEvent": one("TrackingEvent", "last_event_id"),
        "events": events_of("shipment"),
        "exceptions": values.exceptions_of("shipment_id"),
    },
    "ShipmentItem": {"item": one("OrderItem", "item_id")},
    "TrackingEvent": {
        "id": values.node_id,
        "order": one("Order", "order_id"),
        "shipment": one("Shipment", "shipment_id"),
    },
    "OrderException": {
        "id": values.node_id,
        "order": one("Order", "order_id"),
        "shipment": one("Shipment", "shipment_id"),
        "nextStatuses": next_statuses(lambda row: NEXT_STATUSES[row["status"]]),
        "openedBy": one("TrackingEvent", "opened_by_event_id"),
        "isOverdue": lambda row, asking: is_overdue(row, asking.now),
        "notes": many("ExceptionNote", "exception_id", "created_at", "id"),
    },
    "EstimateRevised": {"previous": values.logged_estimate("previous")},
}
