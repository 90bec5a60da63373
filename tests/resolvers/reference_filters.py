"""A reference implementation of the filters, in Python over rows in memory."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from models.enums import UNRESOLVED, ShipmentStatus
from models.exceptions import OrderException
from models.health import is_late
from models.orders import OrderItem
from models.shipments import Shipment, comparable_number
from resolvers.filters import ExceptionFilter, OrderFilter, ShipmentFilter, TimeRange
from tests.resolvers.dataset import OrderRecords


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
    return None if values is None else [fold(value) for value in values]


def tree_matches(filter_: Any, matches: Callable[[Any], bool]) -> bool:
    """Whether the filter matches, with the filters nested in it.

    `matches` decides the filter's own fields.
    """
    return (
        matches(filter_)
        and all(tree_matches(inner, matches) for inner in filter_.all_of or ())
        and (
            filter_.any_of is None or any(tree_matches(inner, matches) for inner in filter_.any_of)
        )
        and (filter_.none_of is None or not tree_matches(filter_.none_of, matches))
    )


def order_matches(records: OrderRecords, filter_: OrderFilter) -> bool:
    order, now = records.order, datetime.now(UTC)
    unresolved = [row for row in records.exceptions if row.status in UNRESOLVED]
    exceptions = unresolved if filter_.has_open_exception else records.exceptions
    late = is_late(order.status, order.late_after, order.delivered_at, now)
    email = filter_.customer_email
    return (
        among(order.status, filter_.status)
        and among(order.health, filter_.health)
        and among(order.delivery_method, filter_.delivery_method)
        and among(order.destination_country, folded(filter_.country, str.upper))
        and any_among(
            [row.carrier for row in records.shipments], folded(filter_.carrier, str.lower)
        )
        and among(order.reference, filter_.reference)
        and (email is None or (records.customer.email or "").lower() == email.lower())
        and any_among([item.sku for item in records.items], filter_.sku)
        and within(order.placed_at, filter_.placed_at)
        and within(order.promised_at, filter_.promised_at)
        and within(order.delivered_at, filter_.delivered_at)
        and same(late, filter_.is_late)
        and same(bool(unresolved), filter_.has_open_exception)
        and any_among([exception.type for exception in exceptions], filter_.exception_type)
        and same(any(map(is_going, records.shipments)), filter_.has_shipment)
        and same(any(map(has_pieces_to_ship, records.items)), filter_.has_pieces_to_ship)
        and (filter_.search is None or search_matches(records, filter_.search))
    )


def is_going(shipment: Shipment) -> bool:
    return shipment.status != ShipmentStatus.CANCELLED


def has_pieces_to_ship(item: OrderItem) -> bool:
    return item.quantity > item.cancelled_quantity + item.allocated_quantity


def search_matches(records: OrderRecords, text: str) -> bool:
    """Whether the text is part of a name, an e-mail, a reference or a tracking number."""
    wanted, number = text.lower(), comparable_number(text)
    texts = [records.order.reference, records.customer.name, records.customer.email]
    return any(wanted in (value or "").lower() for value in texts) or any(
        number and number in (row.number_key or "") for row in records.shipments
    )


def shipment_matches(records: OrderRecords, row: Shipment, filter_: ShipmentFilter) -> bool:
    late = is_late(row.status, row.late_after, row.delivered_at, datetime.now(UTC))
    return (
        among(row.status, filter_.status)
        and among(row.health, filter_.health)
        and among(row.carrier, folded(filter_.carrier, str.lower))
        and among(row.service, filter_.service)
        and among(records.order.destination_country, folded(filter_.country, str.upper))
        and among(row.number_key, folded(filter_.tracking_number, comparable_number))
        and within(row.shipped_at, filter_.shipped_at)
        and within(row.delivered_at, filter_.delivered_at)
        and same(late, filter_.is_late)
    )


def exception_matches(records: OrderRecords, row: OrderException, filter_: ExceptionFilter) -> bool:
    carriers = [
        shipment.carrier for shipment in records.shipments if shipment.id == row.shipment_id
    ]
    due_at = row.due_at
    overdue = row.is_unresolved and due_at is not None and due_at < datetime.now(UTC)
    return (
        among(row.status, filter_.status)
        and among(row.type, filter_.type)
        and among(row.severity, filter_.severity)
        and among(row.caused_by, filter_.caused_by)
        and any_among(carriers, folded(filter_.carrier, str.lower))
        and (filter_.assignee is None or row.assignee == filter_.assignee)
        and same(row.assignee is not None, filter_.is_assigned)
        and same(overdue, filter_.is_overdue)
        and same(row.action_required, filter_.action_required)
        and within(row.due_at, filter_.due_at)
        and within(row.opened_at, filter_.opened_at)
        and within(row.resolved_at, filter_.resolved_at)
    )
