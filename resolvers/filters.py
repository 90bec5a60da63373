"""Filters: which rows of a list are wanted, and the conditions that say so to the database.

Fields of a filter are joined by AND, an empty list matches nothing, and `none_of` is the exact
complement: a row that lacks the value is not among those that match, so it is in the complement.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from tortoise.expressions import F, Q, Subquery
from tortoise.models import Model

from auth import Scope, Viewer
from errors import Forbidden, Invalid, LimitExceeded
from models.customers import Customer
from models.enums import (
    UNRESOLVED,
    DeliveryMethod,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    Health,
    OrderStatus,
    Party,
    ShipmentStatus,
)
from models.exceptions import OrderException
from models.health import LATE_ONLY_BY_DELIVERY, NEVER_LATE
from models.orders import Order, OrderItem
from models.shipments import Shipment, comparable_number
from models.tracking_ids import parse_tracking_id
from resolvers.pages import condition

MAXIMUM_VALUES = 100
"""Values of one field of a filter."""
MAXIMUM_BRANCHES = 50
"""Filters within a filter: above any hand-made question, below what would hurt the planner."""
MAXIMUM_SEARCH = 100
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Branch = TypeVar("Branch", "OrderFilter", "ShipmentFilter", "ExceptionFilter")


@dataclass(kw_only=True)
class TimeRange:
    """from <= t < until."""

    since: datetime | None = None
    until: datetime | None = None

    def conditions(self, column: str) -> Q:
        conditions = Q()
        try:
            if self.since is not None:
                conditions &= condition(f"{column}__gte", self.since.astimezone(UTC))
            if self.until is not None:
                conditions &= condition(f"{column}__lt", self.until.astimezone(UTC))
        except OverflowError as error:
            raise Invalid("Lies outside the years 1 to 9999.", _path(column)) from error
        return conditions


@dataclass(kw_only=True)
class OrderFilter:
    status: list[OrderStatus] | None = None
    health: list[Health] | None = None
    delivery_method: list[DeliveryMethod] | None = None
    country: Sequence[str] | None = None
    carrier: Sequence[str] | None = None
    tracking_id: Sequence[str] | None = None
    reference: Sequence[str] | None = None
    customer_email: str | None = None
    sku: Sequence[str] | None = None
    placed_at: TimeRange | None = None
    promised_at: TimeRange | None = None
    delivered_at: TimeRange | None = None
    is_late: bool | None = None
    has_open_exception: bool | None = None
    exception_type: list[ExceptionType] | None = None
    search: str | None = None
    all_of: "Sequence[OrderFilter] | None" = None
    any_of: "Sequence[OrderFilter] | None" = None
    none_of: "OrderFilter | None" = None


@dataclass(kw_only=True)
class ShipmentFilter:
    status: list[ShipmentStatus] | None = None
    health: list[Health] | None = None
    carrier: Sequence[str] | None = None
    service: Sequence[str] | None = None
    country: Sequence[str] | None = None
    tracking_number: Sequence[str] | None = None
    shipped_at: TimeRange | None = None
    delivered_at: TimeRange | None = None
    is_late: bool | None = None
    all_of: "Sequence[ShipmentFilter] | None" = None
    any_of: "Sequence[ShipmentFilter] | None" = None
    none_of: "ShipmentFilter | None" = None


@dataclass(kw_only=True)
class ExceptionFilter:
    status: list[ExceptionStatus] | None = None
    type: list[ExceptionType] | None = None
    severity: list[ExceptionSeverity] | None = None
    caused_by: list[Party] | None = None
    carrier: Sequence[str] | None = None
    assignee: str | None = None
    is_overdue: bool | None = None
    action_required: bool | None = None
    due_at: TimeRange | None = None
    opened_at: TimeRange | None = None
    resolved_at: TimeRange | None = None
    all_of: "Sequence[ExceptionFilter] | None" = None
    any_of: "Sequence[ExceptionFilter] | None" = None
    none_of: "ExceptionFilter | None" = None


def order_conditions(given: OrderFilter, viewer: Viewer, now: datetime) -> Q:
    """Raises Forbidden for what only PERSONAL_READ may ask."""
    _demand_bounds(given)

    def one(branch: OrderFilter) -> Q:
        return _order_conditions(branch, viewer, now)

    return _combined(Order, given, one)


def shipment_conditions(given: ShipmentFilter, now: datetime) -> Q:
    _demand_bounds(given)

    def one(branch: ShipmentFilter) -> Q:
        return _shipment_conditions(branch, now)

    return _combined(Shipment, given, one)


def exception_conditions(given: ExceptionFilter, now: datetime) -> Q:
    _demand_bounds(given)

    def one(branch: ExceptionFilter) -> Q:
        return _exception_conditions(branch, now)

    return _combined(OrderException, given, one)


def _combined(model: type[Model], given: Branch, one: Any) -> Q:
    conditions: Q = one(given)
    for branch in given.all_of or ():
        conditions &= _combined(model, branch, one)
    if given.any_of is not None:
        conditions &= _any_of([_combined(model, branch, one) for branch in given.any_of])
    if given.none_of is not None:
        matching = model.filter(_combined(model, given.none_of, one))
        conditions &= Q(id__not_in=Subquery(matching.values("id")))
    return conditions


def _any_of(branches: Sequence[Q]) -> Q:
    """A branch without conditions admits every row; Tortoise would leave it out."""
    if not branches:
        return Q(id__in=[])
    return Q(*(Q(id__isnull=False) & branch for branch in branches), join_type=Q.OR)


def _demand_bounds(given: Branch) -> None:
    for count, branch in enumerate(_branches(given), start=1):
        if count > MAXIMUM_BRANCHES:
            raise LimitExceeded(
                f"A filter holds at most {MAXIMUM_BRANCHES} filters in all.", _path()
            )
        for name, value in vars(branch).items():
            demand_bounds(name, value)


def demand_bounds(name: str, value: object) -> None:
    """Raises LimitExceeded or Invalid for what no field of any filter may be."""
    values = value if isinstance(value, list) else [value]
    if len(values) > MAXIMUM_VALUES:
        raise LimitExceeded(
            f"At most {MAXIMUM_VALUES} values of a field can be asked for.", _path(name)
        )
    if any(isinstance(one, str) and not is_storable(one) for one in values):
        raise Invalid("Take out the NUL and unpaired surrogate characters.", _path(name))


def is_storable(text: str) -> bool:
    """PostgreSQL takes no NUL, not even to compare with; no row has one."""
    return _UNSTORABLE.search(text) is None


def _path(name: str = "") -> tuple[str, ...]:
    """Of a field, as callers know it."""
    first, *rest = _NAMES.get(name, name).split("_")
    shown = "".join([first, *(word.capitalize() for word in rest)])
    return ("filter", shown) if shown else ("filter",)


_NAMES = {"all_of": "and", "any_of": "or", "none_of": "not"}


def _branches(given: Branch) -> Iterator[Branch]:
    waiting: list[Branch] = [given]
    while waiting:
        branch = waiting.pop()
        yield branch
        for inner in (branch.all_of, branch.any_of):
            waiting += inner or ()
        if branch.none_of is not None:
            waiting.append(branch.none_of)


def _among(column: str, values: Sequence[object] | None) -> Q:
    return Q() if values is None else condition(f"{column}__in", list(values))


def _within(column: str, range_: TimeRange | None) -> Q:
    return Q() if range_ is None else range_.conditions(column)


def _order_conditions(given: OrderFilter, viewer: Viewer, now: datetime) -> Q:
    conditions = (
        _among("status", given.status)
        & _among("health", given.health)
        & _among("delivery_method", given.delivery_method)
        & _among("destination_country", capitals(given.country))
        & _among("reference", given.reference)
        & _within("placed_at", given.placed_at)
        & _within("promised_at", given.promised_at)
        & _within("delivered_at", given.delivered_at)
    )
    if given.tracking_id is not None:
        parsed = [parse_tracking_id(one) for one in given.tracking_id]
        conditions &= Q(tracking_id__in=[one for one in parsed if one is not None])
    if given.carrier is not None:
        conditions &= _has(Shipment.filter(carrier__in=lower(given.carrier)))
    if given.sku is not None:
        conditions &= _has(OrderItem.filter(sku__in=given.sku))
    if given.customer_email is not None:
        conditions &= _by_email(given.customer_email, viewer)
    if given.is_late is not None:
        conditions &= _lateness(Order, now, is_late=given.is_late)
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


def _lateness(model: type[Model], now: datetime, *, is_late: bool) -> Q:
    """The same as models.health.is_late, said to the database."""
    late = Q(late_after__not_isnull=True, status__not_in=NEVER_LATE) & (
        Q(delivered_at__not_isnull=True, late_after__lt=F("delivered_at"))
        | Q(delivered_at__isnull=True, late_after__lt=now, status__not_in=LATE_ONLY_BY_DELIVERY)
    )
    if is_late:
        return late
    return Q(id__not_in=Subquery(model.filter(late).values("id")))


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


def _shipment_conditions(given: ShipmentFilter, now: datetime) -> Q:
    conditions = (
        _among("status", given.status)
        & _among("health", given.health)
        & _among("carrier", lower(given.carrier))
        & _among("service", given.service)
        & _within("shipped_at", given.shipped_at)
        & _within("delivered_at", given.delivered_at)
    )
    if given.country is not None:
        orders = Order.filter(destination_country__in=capitals(given.country))
        conditions &= Q(order_id__in=Subquery(orders.values("id")))
    if given.tracking_number is not None:
        keys = [comparable_number(one) for one in given.tracking_number]
        conditions &= Q(number_key__in=keys)
    if given.is_late is not None:
        conditions &= _lateness(Shipment, now, is_late=given.is_late)
    return conditions


def _exception_conditions(given: ExceptionFilter, now: datetime) -> Q:
    conditions = (
        _among("status", given.status)
        & _among("type", given.type)
        & _among("severity", given.severity)
        & _among("caused_by", given.caused_by)
        & _within("due_at", given.due_at)
        & _within("opened_at", given.opened_at)
        & _within("resolved_at", given.resolved_at)
    )
    if given.assignee is not None:
        conditions &= Q(assignee=given.assignee)
    if given.action_required is not None:
        conditions &= Q(action_required=given.action_required)
    if given.carrier is not None:
        shipments = Shipment.filter(carrier__in=lower(given.carrier))
        conditions &= Q(shipment_id__in=Subquery(shipments.values("id")))
    if given.is_overdue is not None:
        overdue = Q(due_at__lt=now, status__in=UNRESOLVED)
        matching = Subquery(OrderException.filter(overdue).values("id"))
        conditions &= overdue if given.is_overdue else Q(id__not_in=matching)
    return conditions


def capitals(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else [one.upper() for one in values]


def lower(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else [one.lower() for one in values]
