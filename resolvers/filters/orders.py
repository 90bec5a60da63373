"""The filter of orders and its condition."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from access.scopes import Scope
from access.viewer import Viewer
from engine.sql.conditions import EVERYTHING, Condition, compared, exists
from errors import Forbidden
from models.enums import DeliveryMethod, ExceptionType, Health, OrderStatus
from models.search import searchable
from models.tracking_ids import parse_tracking_id
from resolvers.filters.boolean_filters import demand_all_bounds, joined
from resolvers.filters.columns import Columns, TimeRange, capitals, carriers
from resolvers.filters.exceptions import EXCEPTIONS, is_unresolved
from resolvers.filters.search import searched

ORDERS, ITEMS, SHIPMENTS = Columns("orders"), Columns("order_item"), Columns("shipment")
OPEN = ORDERS.column("open_exceptions")


@dataclass(kw_only=True)
class OrderFilter:
    """Selects orders. All given fields must match; an empty list matches nothing."""

    status: Annotated[list[OrderStatus] | None, "The order has one of these statuses."] = None
    health: Annotated[list[Health] | None, "The order has one of these health values."] = None
    delivery_method: Annotated[
        list[DeliveryMethod] | None,
        "The order has one of these delivery methods.",
    ] = None
    country: Annotated[
        Sequence[str] | None,
        "The order goes to one of these countries (ISO 3166 codes).",
    ] = None
    carrier: Annotated[
        Sequence[str] | None,
        "One of the order's shipments goes with one of these carriers.",
    ] = None
    tracking_id: Annotated[Sequence[str] | None, "The order has one of these tracking ids."] = None
    reference: Annotated[
        Sequence[str] | None,
        "The order has one of these order numbers of the shop.",
    ] = None
    customer_email: Annotated[
        str | None,
        "The order's customer has this e-mail address. It needs PERSONAL_READ.",
    ] = None
    sku: Annotated[
        Sequence[str] | None,
        "The order has a line with one of these article numbers.",
    ] = None
    placed_at: Annotated[TimeRange | None, "The order was placed in this range."] = None
    promised_at: Annotated[
        TimeRange | None,
        "Delivery of the order was promised for a time in this range.",
    ] = None
    delivered_at: Annotated[TimeRange | None, "The order was delivered in this range."] = None
    is_late: Annotated[bool | None, "Whether the order is late."] = None
    has_open_exception: Annotated[
        bool | None,
        "Whether the order has an unresolved exception.",
    ] = None
    exception_type: Annotated[
        list[ExceptionType] | None,
        "The order has, or had, an exception of one of these types. With hasOpenException true,"
        " that exception is unresolved.",
    ] = None
    search: Annotated[
        str | None,
        "The text is a part of the order's reference or of a carrier's tracking number, or a"
        " whole tracking id. With PERSONAL_READ it may also be a part of the customer's name or"
        " e-mail address.",
    ] = None
    all_of: Annotated["Sequence[OrderFilter] | None", "All of these filters match too."] = None
    any_of: Annotated[
        "Sequence[OrderFilter] | None",
        "At least one of these filters matches too.",
    ] = None
    none_of: Annotated["OrderFilter | None", "This filter does not match."] = None


def order_condition(given: OrderFilter, viewer: Viewer, now: datetime) -> Condition:
    """Return the condition of a filter. Raises Forbidden if it needs PERSONAL_READ."""
    demand_all_bounds(given)
    if given.search is None:
        return row_condition(given, viewer, now)
    asked = row_condition(replace(given, search=None), viewer, now)
    found = searched(given.search, viewer).of_all()
    among = f'"orders"."id" IN (SELECT "id" FROM ({found.text}) AS "found")'
    return Condition(among, found.values) & asked


def row_condition(given: OrderFilter, viewer: Viewer, now: datetime) -> Condition:
    """Return a condition that tests each order: `search` is not used to find candidates."""

    def one(branch: OrderFilter) -> Condition:
        return _own(branch) & _of_others(branch, viewer) & ORDERS.lateness(now, branch.is_late)

    return joined(given, one)


def _own(given: OrderFilter) -> Condition:
    """Return the part of the condition that reads the order's own columns."""
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
    """Return the part of the condition that reads shipments, lines, exceptions and the customer."""
    asked = _exceptions(given)
    if given.carrier is not None:
        asked &= _has(SHIPMENTS, SHIPMENTS.among("carrier", carriers(given.carrier)))
    if given.sku is not None:
        asked &= _has(ITEMS, ITEMS.among("sku", given.sku))
    if given.customer_email is not None:
        same = by_email(given.customer_email, viewer)
        asked &= exists("customer", '"customer"."id" = "orders"."customer_id"', same)
    if given.search is not None:
        asked &= searched(given.search, viewer).of_one()
    return asked


def _has(rows: Columns, asked: Condition) -> Condition:
    return exists(rows.table, f'{rows.column("order_id")} = "orders"."id"', asked)


def _exceptions(given: OrderFilter) -> Condition:
    """Return the condition on exceptions.

    If `has_open_exception` is true, only unresolved exceptions of the given types count.
    """
    asked = EVERYTHING
    if given.has_open_exception is not None:
        asked = Condition(f"{OPEN} > 0") if given.has_open_exception else Condition(f"{OPEN} = 0")
    if given.exception_type is not None:
        of_type = EXCEPTIONS.among("type", given.exception_type)
        asked &= _has(
            EXCEPTIONS, of_type & is_unresolved() if given.has_open_exception else of_type
        )
    return asked


def by_email(email: str, viewer: Viewer) -> Condition:
    """Return the condition that a customer has this e-mail address. Raises Forbidden."""
    if not viewer.has(Scope.PERSONAL_READ):
        raise Forbidden(
            f"customerEmail needs an API key with the scope {Scope.PERSONAL_READ}.",
            ("filter", "customerEmail"),
        )
    return compared('"customer"."email_key"', "=", searchable(email))
