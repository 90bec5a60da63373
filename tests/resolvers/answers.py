"""What filters ask, answered in Python over rows in memory."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from models.enums import UNRESOLVED
from models.exceptions import OrderException
from models.health import is_late
from models.shipments import Shipment, comparable_number
from resolvers.filters import ExceptionFilter, OrderFilter, ShipmentFilter, TimeRange
from tests.resolvers.shop import Case


def among(value: Any, wanted: Sequence[Any] | None) -> bool:
    return wanted is None or value in wanted


def any_among(values: Sequence[Any], wanted: Sequence[Any] | None) -> bool:
    return wanted is None or any(value in wanted for value in values)


def within(value: datetime | None, range_: TimeRange | None) -> bool:
    if range_ is None or (range_.since is None and range_.until is None):
        return True
    return (
        value is not None
        and (range_.since is None or range_.since <= value)
        and (range_.until is None or value < range_.until)
    )


def same(value: bool, wanted: bool | None) -> bool:
    return wanted is None or value is wanted


def folded(values: Sequence[str] | None, fold: Callable[[str], str]) -> list[str] | None:
    return None if values is None else [fold(one) for one in values]


def admits(asked: Any, one: Callable[[Any], bool]) -> bool:
    return (
        one(asked)
        and all(admits(inner, one) for inner in asked.all_of or ())
        and (asked.any_of is None or any(admits(inner, one) for inner in asked.any_of))
        and (asked.none_of is None or not admits(asked.none_of, one))
    )


def order_admits(case: Case, asked: OrderFilter) -> bool:
    order, now = case.order, datetime.now(UTC)
    unresolved = [one for one in case.exceptions if one.status in UNRESOLVED]
    exceptions = unresolved if asked.has_open_exception else case.exceptions
    late = is_late(order.status, order.late_after, order.delivered_at, now)
    email = asked.customer_email
    return (
        among(order.status, asked.status)
        and among(order.health, asked.health)
        and among(order.delivery_method, asked.delivery_method)
        and among(order.destination_country, folded(asked.country, str.upper))
        and any_among([s.carrier for s in case.shipments], folded(asked.carrier, str.lower))
        and among(order.reference, asked.reference)
        and (email is None or (case.customer.email or "").lower() == email.lower())
        and any_among([one.sku for one in case.items], asked.sku)
        and within(order.placed_at, asked.placed_at)
        and within(order.promised_at, asked.promised_at)
        and within(order.delivered_at, asked.delivered_at)
        and same(late, asked.is_late)
        and same(bool(unresolved), asked.has_open_exception)
        and any_among([one.type for one in exceptions], asked.exception_type)
        and (asked.search is None or is_found(case, asked.search))
    )


def is_found(case: Case, text: str) -> bool:
    wanted, number = text.lower(), comparable_number(text)
    texts = [case.order.reference, case.customer.name, case.customer.email]
    return any(wanted in (one or "").lower() for one in texts) or any(
        number and number in (one.number_key or "") for one in case.shipments
    )


def shipment_admits(case: Case, row: Shipment, asked: ShipmentFilter) -> bool:
    late = is_late(row.status, row.late_after, row.delivered_at, datetime.now(UTC))
    return (
        among(row.status, asked.status)
        and among(row.health, asked.health)
        and among(row.carrier, folded(asked.carrier, str.lower))
        and among(row.service, asked.service)
        and among(case.order.destination_country, folded(asked.country, str.upper))
        and among(row.number_key, folded(asked.tracking_number, comparable_number))
        and within(row.shipped_at, asked.shipped_at)
        and within(row.delivered_at, asked.delivered_at)
        and same(late, asked.is_late)
    )


def exception_admits(case: Case, row: OrderException, asked: ExceptionFilter) -> bool:
    carriers = [one.carrier for one in case.shipments if one.id == row.shipment_id]
    due_at = row.due_at
    overdue = row.is_unresolved and due_at is not None and due_at < datetime.now(UTC)
    return (
        among(row.status, asked.status)
        and among(row.type, asked.type)
        and among(row.severity, asked.severity)
        and among(row.caused_by, asked.caused_by)
        and any_among(carriers, folded(asked.carrier, str.lower))
        and (asked.assignee is None or row.assignee == asked.assignee)
        and same(overdue, asked.is_overdue)
        and same(row.action_required, asked.action_required)
        and within(row.due_at, asked.due_at)
        and within(row.opened_at, asked.opened_at)
        and within(row.resolved_at, asked.resolved_at)
    )
