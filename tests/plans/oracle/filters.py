"""Filters: whether a row is meant, asked of rows in memory."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from models.carriers import comparable_carrier
from models.search import searchable
from models.shipments import comparable_number
from models.tracking_ids import parse_tracking_id
from tests.plans.oracle.asking import Asking, refusal
from tests.plans.oracle.lateness import is_late, is_overdue, is_unresolved
from tests.plans.oracle.tables import Row

Given = Mapping[str, Any]
Test = Callable[[Asking, Row, Given], bool]
Tests = Mapping[str, Test]
MOST_SEARCHED = 100


def admits(tests: Tests, asking: Asking, row: Row, given: Given) -> bool:
    """Fields are joined by AND; what is null is not asked."""

    def inner(one: Given) -> bool:
        return admits(tests, asking, row, one)

    asked = [name for name in tests if given.get(name) is not None]
    return (
        all(tests[name](asking, row, given) for name in asked)
        and all(map(inner, given.get("and") or ()))
        and (given.get("or") is None or any(map(inner, given["or"])))
        and (given.get("not") is None or not inner(given["not"]))
    )


def demand_allowed(asking: Asking, given: Given) -> None:
    """Whatever is refused is refused in every branch, whether or not it decides anything."""
    for branch in _branches(given):
        if branch.get("customerEmail") is not None and not asking.asker.has("PERSONAL_READ"):
            message = "customerEmail needs an API key with the scope PERSONAL_READ."
            raise refusal("FORBIDDEN", message, "filter", "customerEmail")
        if branch.get("search") is not None and not 1 <= len(branch["search"].strip()) <= 100:
            raise refusal("INVALID", "Search for 1 to 100 characters.", "filter", "search")


def _branches(given: Given) -> Iterator[Given]:
    yield given
    for inner in (*(given.get("and") or ()), *(given.get("or") or ())):
        yield from _branches(inner)
    if given.get("not") is not None:
        yield from _branches(given["not"])


def among(name: str, column: str, fold: Callable[[str], str] = str) -> Test:
    def test(asking: Asking, row: Row, given: Given) -> bool:
        return row[column] in [fold(one) for one in given[name]]

    return test


def equal(name: str, column: str) -> Test:
    def test(asking: Asking, row: Row, given: Given) -> bool:
        return bool(row[column] == given[name])

    return test


def within(name: str, column: str) -> Test:
    def test(asking: Asking, row: Row, given: Given) -> bool:
        since, until = given[name].get("from"), given[name].get("until")
        value: datetime | None = row[column]
        if since is None and until is None:
            return True
        return value is not None and (
            (since is None or since <= value) and (until is None or value < until)
        )

    return test


def has(name: str, table: str, column: str, fold: Callable[[str], str] = str) -> Test:
    """Whether a row of that table belongs to the order and has one of the values."""

    def test(asking: Asking, order: Row, given: Given) -> bool:
        values = [row[column] for row in asking.tables.where(table, "order_id", order["id"])]
        return any(fold(one) in values for one in given[name])

    return test


def _tracking_id(asking: Asking, order: Row, given: Given) -> bool:
    return order["tracking_id"] in [parse_tracking_id(one) for one in given["trackingId"]]


def _customer(asking: Asking, order: Row) -> Row:
    customer = asking.tables.find("Customer", order["customer_id"])
    assert customer is not None
    return customer


def _email(asking: Asking, order: Row, given: Given) -> bool:
    email = _customer(asking, order)["email"]
    return email is not None and searchable(email) == searchable(given["customerEmail"])


def _search(asking: Asking, order: Row, given: Given) -> bool:
    text = given["search"].strip()
    number = comparable_number(text)
    texts = [order["reference"]]
    if asking.asker.has("PERSONAL_READ"):
        customer = _customer(asking, order)
        texts += [customer["name"], customer["email"]]
    shipments = asking.tables.where("Shipment", "order_id", order["id"])
    return (
        any(searchable(text) in searchable(one or "") for one in texts)
        or order["tracking_id"] == parse_tracking_id(text)
        or any(number and number in (one["number_key"] or "") for one in shipments)
    )


def _exceptions(asking: Asking, order: Row) -> list[Row]:
    return asking.tables.where("OrderException", "order_id", order["id"])


def _has_open_exception(asking: Asking, order: Row, given: Given) -> bool:
    return any(map(is_unresolved, _exceptions(asking, order))) is given["hasOpenException"]


def _exception_type(asking: Asking, order: Row, given: Given) -> bool:
    """With hasOpenException true, of an unresolved one."""
    return any(
        row["type"] in given["exceptionType"]
        and (is_unresolved(row) or not given.get("hasOpenException"))
        for row in _exceptions(asking, order)
    )


def _is_late(asking: Asking, row: Row, given: Given) -> bool:
    return is_late(row, asking.now) is given["isLate"]


ORDER_TESTS: Tests = {
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
    "exceptionType": _exception_type,
    "search": _search,
}


def _destination(asking: Asking, shipment: Row, given: Given) -> bool:
    order = asking.tables.find("Order", shipment["order_id"])
    return order is not None and ORDER_TESTS["country"](asking, order, given)


SHIPMENT_TESTS: Tests = {
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


def _carrier(asking: Asking, exception: Row, given: Given) -> bool:
    shipment = asking.tables.find("Shipment", exception["shipment_id"])
    return shipment is not None and SHIPMENT_TESTS["carrier"](asking, shipment, given)


def _is_overdue(asking: Asking, exception: Row, given: Given) -> bool:
    return is_overdue(exception, asking.now) is given["isOverdue"]


EXCEPTION_TESTS: Tests = {
    "status": among("status", "status"),
    "type": among("type", "type"),
    "severity": among("severity", "severity"),
    "causedBy": among("causedBy", "caused_by"),
    "carrier": _carrier,
    "assignee": equal("assignee", "assignee"),
    "isOverdue": _is_overdue,
    "actionRequired": equal("actionRequired", "action_required"),
    "dueAt": within("dueAt", "due_at"),
    "openedAt": within("openedAt", "opened_at"),
    "resolvedAt": within("resolvedAt", "resolved_at"),
}


def _of_kinds(test: Test, *kinds: str) -> Test:
    def of_kinds(asking: Asking, change: Row, given: Given) -> bool:
        return change["kind"] in kinds and test(asking, change, given)

    return of_kinds


_EVENTS = ("EVENT_RECORDED", "EVENT_RETRACTED")
_EXCEPTIONS = ("EXCEPTION_STATUS", "EXCEPTION_AMENDED")
CHANGE_TESTS: Tests = {
    "kinds": among("kinds", "kind"),
    "orderStatus": _of_kinds(among("orderStatus", "status"), "ORDER_STATUS"),
    "shipmentStatus": _of_kinds(among("shipmentStatus", "status"), "SHIPMENT_STATUS"),
    "eventType": _of_kinds(among("eventType", "event_type"), *_EVENTS),
    "exceptionType": _of_kinds(among("exceptionType", "exception_type"), *_EXCEPTIONS),
    "exceptionStatus": _of_kinds(among("exceptionStatus", "status"), *_EXCEPTIONS),
    "assignee": _of_kinds(among("assignee", "assignee"), *_EXCEPTIONS),
    "carrier": among("carrier", "carrier", comparable_carrier),
    "country": among("country", "country", str.upper),
}
