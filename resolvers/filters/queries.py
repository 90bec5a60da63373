"""Filters as Tortoise's Q, for the lists that still read rows by it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from tortoise.expressions import F, Q, Subquery
from tortoise.models import Model

from auth import Scope, Viewer
from errors import Forbidden, Invalid
from models.customers import Customer
from models.enums import UNRESOLVED, OrderStatus, ShipmentStatus
from models.exceptions import OrderException
from models.health import LATE_ONLY_BY_DELIVERY, NEVER_LATE
from models.orders import Order, OrderItem
from models.shipments import Shipment, comparable_number
from models.tracking_ids import parse_tracking_id
from resolvers.filters.bounds import MAXIMUM_SEARCH, filter_path
from resolvers.filters.branches import Branch, demand_all_bounds
from resolvers.filters.columns import TimeRange, capitals, carriers
from resolvers.filters.exceptions import ExceptionFilter
from resolvers.filters.orders import OrderFilter
from resolvers.filters.shipments import ShipmentFilter
from resolvers.ordering import condition


def order_conditions(given: OrderFilter, viewer: Viewer, now: datetime) -> Q:
    """Raises Forbidden for what only PERSONAL_READ may ask."""
    demand_all_bounds(given)

    def one(branch: OrderFilter) -> Q:
        return _order_conditions(branch, viewer, now)

    return combined(Order, given, one)


def _order_conditions(given: OrderFilter, viewer: Viewer, now: datetime) -> Q:
    conditions = (
        among("status", given.status)
        & among("health", given.health)
        & among("delivery_method", given.delivery_method)
        & among("destination_country", capitals(given.country))
        & among("reference", given.reference)
        & within("placed_at", given.placed_at)
        & within("promised_at", given.promised_at)
        & within("delivered_at", given.delivered_at)
    )
    if given.tracking_id is not None:
        parsed = [parse_tracking_id(one) for one in given.tracking_id]
        conditions &= Q(tracking_id__in=[one for one in parsed if one is not None])
    if given.carrier is not None:
        conditions &= _has(Shipment.filter(carrier__in=carriers(given.carrier)))
    if given.sku is not None:
        conditions &= _has(OrderItem.filter(sku__in=given.sku))
    if given.customer_email is not None:
        conditions &= _by_email(given.customer_email, viewer)
    if given.is_late is not None:
        conditions &= lateness(Order, OrderStatus, now, is_late=given.is_late)
    if given.search is not None:
        conditions &= _search(given.search, viewer)
    return conditions & _with_exceptions(given)


def _has(rows: Any) -> Q:
    return Q(id__in=Subquery(rows.values("order_id")))


def _with_exceptions(given: OrderFilter) -> Q:
    """Of these types; if `has_open_exception` is asked for too, unresolved ones of these types."""
    conditions = Q()
    unresolved = OrderException.filter(status__in=UNRESOLVED)
    if given.exception_type is not None:
        rows = unresolved if given.has_open_exception else OrderException.all()
        conditions &= _has(rows.filter(type__in=given.exception_type))
    elif given.has_open_exception:
        conditions &= _has(unresolved)
    if given.has_open_exception is False:
        conditions &= Q(id__not_in=Subquery(unresolved.values("order_id")))
    return conditions


def _by_email(email: str, viewer: Viewer) -> Q:
    if not viewer.has(Scope.PERSONAL_READ):
        raise Forbidden(
            f"customerEmail needs an API key with the scope {Scope.PERSONAL_READ}.",
            ("filter", "customerEmail"),
        )
    return Q(customer_id__in=Subquery(Customer.filter(email__iexact=email).values("id")))


def _search(text: str, viewer: Viewer) -> Q:
    """A part of a reference, tracking number, name or e-mail; or a whole tracking id."""
    wanted = text.strip()
    if not wanted or len(wanted) > MAXIMUM_SEARCH:
        raise Invalid(f"Search for 1 to {MAXIMUM_SEARCH} characters.", ("filter", "search"))
    found = Q(reference__icontains=wanted)
    if (tracking_id := parse_tracking_id(wanted)) is not None:
        found |= Q(tracking_id=tracking_id)
    if number := comparable_number(wanted):
        found |= _has(Shipment.filter(number_key__contains=number))
    if viewer.has(Scope.PERSONAL_READ):
        people = Customer.filter(Q(name__icontains=wanted) | Q(email__icontains=wanted))
        found |= Q(customer_id__in=Subquery(people.values("id")))
    return found


def shipment_conditions(given: ShipmentFilter, now: datetime) -> Q:
    demand_all_bounds(given)

    def one(branch: ShipmentFilter) -> Q:
        return _shipment_conditions(branch, now)

    return combined(Shipment, given, one)


def _shipment_conditions(given: ShipmentFilter, now: datetime) -> Q:
    conditions = (
        among("status", given.status)
        & among("health", given.health)
        & among("carrier", carriers(given.carrier))
        & among("service", given.service)
        & within("shipped_at", given.shipped_at)
        & within("delivered_at", given.delivered_at)
    )
    if given.country is not None:
        orders = Order.filter(destination_country__in=capitals(given.country))
        conditions &= Q(order_id__in=Subquery(orders.values("id")))
    if given.tracking_number is not None:
        keys = [comparable_number(one) for one in given.tracking_number]
        conditions &= Q(number_key__in=keys)
    if given.is_late is not None:
        conditions &= lateness(Shipment, ShipmentStatus, now, is_late=given.is_late)
    return conditions


def exception_conditions(given: ExceptionFilter, now: datetime) -> Q:
    demand_all_bounds(given)

    def one(branch: ExceptionFilter) -> Q:
        return _exception_conditions(branch, now)

    return combined(OrderException, given, one)


def _exception_conditions(given: ExceptionFilter, now: datetime) -> Q:
    conditions = (
        among("status", given.status)
        & among("type", given.type)
        & among("severity", given.severity)
        & among("caused_by", given.caused_by)
        & within("due_at", given.due_at)
        & within("opened_at", given.opened_at)
        & within("resolved_at", given.resolved_at)
    )
    if given.assignee is not None:
        conditions &= Q(assignee=given.assignee)
    if given.action_required is not None:
        conditions &= Q(action_required=given.action_required)
    if given.carrier is not None:
        shipments = Shipment.filter(carrier__in=carriers(given.carrier))
        conditions &= Q(shipment_id__in=Subquery(shipments.values("id")))
    if given.is_overdue is not None:
        overdue = Q(due_at__lt=now, status__in=UNRESOLVED)
        matching = Subquery(OrderException.filter(overdue).values("id"))
        conditions &= overdue if given.is_overdue else Q(id__not_in=matching)
    return conditions


def combined(model: type[Model], given: Branch, one: Any) -> Q:
    conditions: Q = one(given)
    for branch in given.all_of or ():
        conditions &= combined(model, branch, one)
    if given.any_of is not None:
        conditions &= _any_of([combined(model, branch, one) for branch in given.any_of])
    if given.none_of is not None:
        matching = model.filter(combined(model, given.none_of, one))
        conditions &= Q(id__not_in=Subquery(matching.values("id")))
    return conditions


def _any_of(branches: Sequence[Q]) -> Q:
    """A branch without conditions admits every row; Tortoise would leave it out."""
    if not branches:
        return Q(id__in=[])
    return Q(*(Q(id__isnull=False) & branch for branch in branches), join_type=Q.OR)


def _range(range_: TimeRange, column: str) -> Q:
    conditions = Q()
    try:
        if range_.since is not None:
            conditions &= condition(f"{column}__gte", range_.since.astimezone(UTC))
        if range_.until is not None:
            conditions &= condition(f"{column}__lt", range_.until.astimezone(UTC))
    except OverflowError as error:
        raise Invalid("Lies outside the years 1 to 9999.", filter_path(column)) from error
    return conditions


def among(column: str, values: Sequence[object] | None) -> Q:
    return Q() if values is None else condition(f"{column}__in", list(values))


def within(column: str, range_: TimeRange | None) -> Q:
    return Q() if range_ is None else _range(range_, column)


def lateness(model: type[Model], statuses: type[StrEnum], now: datetime, *, is_late: bool) -> Q:
    """The same as models.health.is_late, said to the database."""
    never = [one for one in statuses if one in NEVER_LATE]
    only_by_delivery = [one for one in statuses if one in LATE_ONLY_BY_DELIVERY]
    late = Q(late_after__not_isnull=True, status__not_in=never) & (
        Q(delivered_at__not_isnull=True, late_after__lt=F("delivered_at"))
        | Q(delivered_at__isnull=True, late_after__lt=now, status__not_in=only_by_delivery)
    )
    if is_late:
        return late
    return Q(id__not_in=Subquery(model.filter(late).values("id")))
