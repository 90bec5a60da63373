"""Which orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from auth import Scope, Viewer
from errors import Forbidden
from models.enums import DeliveryMethod, ExceptionType, Health, OrderStatus
from models.tracking_ids import parse_tracking_id
from resolvers.conditions import EVERYTHING, TEXT, Condition, exists, placeholder
from resolvers.filters.branches import demand_all_bounds, joined
from resolvers.filters.columns import Columns, TimeRange, capitals, carriers
from resolvers.filters.exceptions import EXCEPTIONS, is_unresolved
from resolvers.filters.search import found_by, has_customer

ORDERS, ITEMS, SHIPMENTS = Columns("orders"), Columns("order_item"), Columns("shipment")


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


def order_condition(given: OrderFilter, viewer: Viewer, now: datetime) -> Condition:
    """Raises Forbidden for what only PERSONAL_READ may ask."""
    demand_all_bounds(given)

    def one(branch: OrderFilter) -> Condition:
        return _own(branch) & _of_others(branch, viewer) & ORDERS.lateness(now, branch.is_late)

    return joined(given, one)


def _own(given: OrderFilter) -> Condition:
    """What its own columns tell."""
    asked = (
        ORDERS.among("status", given.status)
        & ORDERS.among("health", given.health)
        & ORDERS.among("delivery_method", given.delivery_method)
        & ORDERS.among("destination_country", capitals(given.country))
        & ORDERS.among("reference", given.reference)
        & ORDERS.within("placed_at", given.placed_at)
        & ORDERS.within("promised_at", given.promised_at)
        & ORDERS.within("delivered_at", given.delivered_at)
    )
    if given.tracking_id is not None:
        parsed = [parse_tracking_id(one) for one in given.tracking_id]
        asked &= ORDERS.among("tracking_id", [one for one in parsed if one is not None])
    return asked


def _of_others(given: OrderFilter, viewer: Viewer) -> Condition:
    """What its parcels, lines, exceptions and its customer tell."""
    asked = _exceptions(given)
    if given.carrier is not None:
        asked &= _has(SHIPMENTS, SHIPMENTS.among("carrier", carriers(given.carrier)))
    if given.sku is not None:
        asked &= _has(ITEMS, ITEMS.among("sku", given.sku))
    if given.customer_email is not None:
        asked &= _by_email(given.customer_email, viewer)
    if given.search is not None:
        asked &= found_by(given.search, viewer)
    return asked


def _has(rows: Columns, asked: Condition) -> Condition:
    return exists(rows.table, f'{rows.column("order_id")} = "orders"."id"', asked)


def _exceptions(given: OrderFilter) -> Condition:
    """Of these types; if `has_open_exception` is asked for too, unresolved ones of these types."""
    asked = EVERYTHING
    of_type = EXCEPTIONS.among("type", given.exception_type)
    if given.has_open_exception:
        asked = _has(EXCEPTIONS, is_unresolved() & of_type)
    elif given.exception_type is not None:
        asked = _has(EXCEPTIONS, of_type)
    if given.has_open_exception is False:
        asked &= ~_has(EXCEPTIONS, is_unresolved())
    return asked


def _by_email(email: str, viewer: Viewer) -> Condition:
    if not viewer.has(Scope.PERSONAL_READ):
        raise Forbidden(
            f"customerEmail needs an API key with the scope {Scope.PERSONAL_READ}.",
            ("filter", "customerEmail"),
        )
    same = Condition(f'upper("customer"."email") = upper({placeholder(TEXT)})', (email,))
    return has_customer(same)
