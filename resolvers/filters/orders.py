"""Which orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.expressions import Q, Subquery

from auth import Scope, Viewer
from errors import Forbidden, Invalid
from models.customers import Customer
from models.enums import UNRESOLVED, DeliveryMethod, ExceptionType, Health, OrderStatus
from models.exceptions import OrderException
from models.orders import Order, OrderItem
from models.shipments import Shipment, comparable_number
from models.tracking_ids import parse_tracking_id
from resolvers.filters.bounds import MAXIMUM_SEARCH
from resolvers.filters.branches import combined, demand_all_bounds
from resolvers.filters.columns import TimeRange, among, capitals, carriers, lateness, within


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
