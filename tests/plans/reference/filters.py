"""Filters: whether a row in memory matches the value of a filter argument."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from models.carriers import comparable_carrier
from models.search import searchable
from models.shipments import comparable_number
from models.tracking_ids import parse_tracking_id
from tests.plans.reference.context import Context, contract_error
from tests.plans.reference.lateness import is_late, is_overdue, is_unresolved
from tests.plans.reference.tables import Row

Filter = Mapping[str, Any]
Predicate = Callable[[Context, Row, Filter], bool]
Predicates = Mapping[str, Predicate]


def matches(predicates: Predicates, context: Context, row: Row, filter_: Filter) -> bool:
    """Whether the row matches all fields of the filter; a field that is null does not count."""

    def inner(nested: Filter) -> bool:
        return matches(predicates, context, row, nested)

    names = [name for name in predicates if filter_.get(name) is not None]
    return (
        all(predicates[name](context, row, filter_) for name in names)
        and all(map(inner, filter_.get("and") or ()))
        and (filter_.get("or") is None or any(map(inner, filter_["or"])))
        and (filter_.get("not") is None or not inner(filter_["not"]))
    )


def check_filter(context: Context, filter_: Filter) -> None:
    """Raise the error for a field that is not allowed, in any branch of the filter."""
    for branch in _branches(filter_):
        if branch.get("customerEmail") is not None and not context.caller.has("PERSONAL_READ"):
            message = "customerEmail needs an API key with ORDERS_READ and PERSONAL_READ."
            raise contract_error("FORBIDDEN", message, "filter", "customerEmail")
        if branch.get("search") is not None and not 1 <= len(branch["search"].strip()) <= 100:
            raise contract_error("INVALID", "Search for 1 to 100 characters.", "filter", "search")


def _branches(filter_: Filter) -> Iterator[Filter]:
    yield filter_
    for inner in (*(filter_.get("and") or ()), *(filter_.get("or") or ())):
        yield from _branches(inner)
    if filter_.get("not") is not None:
        yield from _branches(filter_["not"])


def among(name: str, column: str, fold: Callable[[str], str] = str) -> Predicate:
    """Matches a row whose column has one of the filter's values, each after `fold`."""

    def predicate(context: Context, row: Row, filter_: Filter) -> bool:
        return row[column] in [fold(value) for value in filter_[name]]

    return predicate


def equal(name: str, column: str) -> Predicate:
    def predicate(context: Context, row: Row, filter_: Filter) -> bool:
        return bool(row[column] == filter_[name])

    return predicate


def within(name: str, column: str) -> Predicate:
    """Matches a row whose column is in the filter's range of times, without its end."""

    def predicate(context: Context, row: Row, filter_: Filter) -> bool:
        since, until = filter_[name].get("from"), filter_[name].get("until")
        value: datetime | None = row[column]
        if since is None and until is None:
            return True
        return value is not None and (
            (since is None or since <= value) and (until is None or value < until)
        )

    return predicate


def has(name: str, table: str, column: str, fold: Callable[[str], str] = str) -> Predicate:
    """Matches an order if one of its rows in that table has one of the values."""

    def predicate(context: Context, order: Row, filter_: Filter) -> bool:
        values = [row[column] for row in context.tables.where(table, "order_id", order["id"])]
        return any(fold(value) in values for value in filter_[name])

    return predicate


def _tracking_id(context: Context, order: Row, filter_: Filter) -> bool:
    return order["tracking_id"] in [parse_tracking_id(text) for text in filter_["trackingId"]]


def _customer(context: Context, order: Row) -> Row:
    customer = context.tables.find("Customer", order["customer_id"])
    assert customer is not None
    return customer


def _email(context: Context, order: Row, filter_: Filter) -> bool:
    email = _customer(context, order)["email"]
    return email is not None and searchable(email) == searchable(filter_["customerEmail"])


def _search(context: Context, order: Row, filter_: Filter) -> bool:
    text = filter_["search"].strip()
    number = comparable_number(text)
    texts = [order["reference"]]
    if context.caller.has("PERSONAL_READ"):
        customer = _customer(context, order)
        texts += [customer["name"], customer["email"]]
    shipments = context.tables.where("Shipment", "order_id", order["id"])
    return (
        any(searchable(text) in searchable(value or "") for value in texts)
        or order["tracking_id"] == parse_tracking_id(text)
        or any(number and number in (shipment["number_key"] or "") for shipment in shipments)
    )


def _exceptions(context: Context, order: Row) -> list[Row]:
    return context.tables.where("OrderException", "order_id", order["id"])


def _has_open_exception(context: Context, order: Row, filter_: Filter) -> bool:
    return any(map(is_unresolved, _exceptions(context, order))) is filter_["hasOpenException"]


def _has_shipment(context: Context, order: Row, filter_: Filter) -> bool:
    shipments = context.tables.where("Shipment", "order_id", order["id"])
    return any(row["status"] != "CANCELLED" for row in shipments) is filter_["hasShipment"]


def _has_pieces_to_ship(context: Context, order: Row, filter_: Filter) -> bool:
    items = context.tables.where("OrderItem", "order_id", order["id"])
    left = (
        row["quantity"] - row["cancelled_quantity"] - row["allocated_quantity"] for row in items
    )
    return any(pieces > 0 for pieces in left) is filter_["hasPiecesToShip"]


def _is_assigned(context: Context, row: Row, filter_: Filter) -> bool:
    return (row["assignee"] is not None) is filter_["isAssigned"]


def _exception_type(context: Context, order: Row, filter_: Filter) -> bool:
    """If hasOpenException is true, only unresolved exceptions count."""
    return any(
        row["type"] in filter_["exceptionType"]
        and (is_unresolved(row) or not filter_.get("hasOpenException"))
        for row in _exceptions(context, order)
    )


def _is_late(context: Context, row: Row, filter_: Filter) -> bool:
    return is_late(row, context.now) is filter_["isLate"]


ORDER_PREDICATES: Predicates = {
    "status": among("status", "status"),
    "health": among("health", "health"),
    "deliveryMethod": among("deliveryMethod", "delivery_method"),
    "country": among("country", "destination_country", str.upper),
    "carrier": has("carrier", "Shipment", "carrier", comparable_carrier),
    "trackingId": _tracking_id,
    "reference": among("reference", "reference"),
    "customerEmail": _email,
    "sku": has("sku", "OrderItem", "sku"),
    "placedAt": within("placedAt", "placed_at"),
    "promisedAt": within("promisedAt", "promised_at"),
    "deliveredAt": within("deliveredAt", "delivered_at"),
    "isLate": _is_late,
    "hasOpenException": _has_open_exception,
    "hasShipment": _has_shipment,
    "hasPiecesToShip": _has_pieces_to_ship,
    "exceptionType": _exception_type,
    "search": _search,
}


def _destination(context: Context, shipment: Row, filter_: Filter) -> bool:
    order = context.tables.find("Order", shipment["order_id"])
    return order is not None and ORDER_PREDICATES["country"](context, order, filter_)


SHIPMENT_PREDICATES: Predicates = {
    "status": among("status", "status"),
    "health": among("health", "health"),
    "carrier": among("carrier", "carrier", comparable_carrier),
    "service": among("service", "service"),
    "country": _destination,
    "trackingNumber": among("trackingNumber", "number_key", comparable_number),
    "shippedAt": within("shippedAt", "shipped_at"),
    "deliveredAt": within("deliveredAt", "delivered_at"),
    "isLate": _is_late,
}


def _carrier(context: Context, exception: Row, filter_: Filter) -> bool:
    shipment = context.tables.find("Shipment", exception["shipment_id"])
    return shipment is not None and SHIPMENT_PREDICATES["carrier"](context, shipment, filter_)


def _is_overdue(context: Context, exception: Row, filter_: Filter) -> bool:
    return is_overdue(exception, context.now) is filter_["isOverdue"]


EXCEPTION_PREDICATES: Predicates = {
    "status": among("status", "status"),
    "type": among("type", "type"),
    "severity": among("severity", "severity"),
    "causedBy": among("causedBy", "caused_by"),
    "carrier": _carrier,
    "assignee": equal("assignee", "assignee"),
    "isAssigned": _is_assigned,
    "isOverdue": _is_overdue,
    "actionRequired": equal("actionRequired", "action_required"),
    "dueAt": within("dueAt", "due_at"),
    "openedAt": within("openedAt", "opened_at"),
    "resolvedAt": within("resolvedAt", "resolved_at"),
}


def _only_kinds(test: Predicate, *kinds: str) -> Predicate:
    def predicate(context: Context, change: Row, filter_: Filter) -> bool:
        return change["kind"] in kinds and test(context, change, filter_)

    return predicate


_EVENTS = ("EVENT_RECORDED", "EVENT_RETRACTED")
_EXCEPTIONS = ("EXCEPTION_STATUS", "EXCEPTION_AMENDED")
CHANGE_PREDICATES: Predicates = {
    "kinds": among("kinds", "kind"),
    "orderStatus": _only_kinds(among("orderStatus", "status"), "ORDER_STATUS"),
    "shipmentStatus": _only_kinds(among("shipmentStatus", "status"), "SHIPMENT_STATUS"),
    "eventType": _only_kinds(among("eventType", "event_type"), *_EVENTS),
    "exceptionType": _only_kinds(among("exceptionType", "exception_type"), *_EXCEPTIONS),
    "exceptionStatus": _only_kinds(among("exceptionStatus", "status"), *_EXCEPTIONS),
    "assignee": _only_kinds(among("assignee", "assignee"), *_EXCEPTIONS),
    "carrier": among("carrier", "carrier", comparable_carrier),
    "country": among("country", "country", str.upper),
}
