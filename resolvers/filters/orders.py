"""The filter of orders and its condition."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from access.viewer import Viewer
from engine.sql.conditions import EVERYTHING, Condition, compared, exists
from models.enums import DeliveryMethod, ExceptionType, Health, OrderStatus, ShipmentStatus
from models.exceptions import OrderException
from models.search import searchable
from models.shipments import Shipment
from models.tracking_ids import parse_tracking_id
from resolvers.filters.boolean_filters import demand_all_bounds, joined
from resolvers.filters.columns import Columns, TimeRange, capitals, carriers
from resolvers.filters.exceptions import EXCEPTIONS, is_unresolved
from resolvers.filters.filter_limits import MAXIMUM_SEARCH
from resolvers.filters.filter_rights import demand_right
from resolvers.filters.search import SHORTEST_INDEXED, searched
from resolvers.visibility import bounds

ORDERS, ITEMS, SHIPMENTS = Columns("orders"), Columns("order_item"), Columns("shipment")
OPEN = ORDERS.column("open_exceptions")
NOT_CANCELLED = Condition(f"{SHIPMENTS.column('status')} <> '{ShipmentStatus.CANCELLED}'")
UNALLOCATED = Condition(
    f"{ITEMS.column('quantity')}"
    f" > {ITEMS.column('cancelled_quantity')} + {ITEMS.column('allocated_quantity')}"
)


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
    tracking_id: Annotated[
        Sequence[str] | None,
        "The order has one of these tracking ids.",
    ] = None
    reference: Annotated[
        Sequence[str] | None,
        "The order has one of these order numbers of the shop.",
    ] = None
    customer_email: Annotated[
        str | None,
        "The order's customer has this e-mail address.",
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
    has_shipment: Annotated[
        bool | None,
        "Whether the order has a shipment that is not cancelled.",
    ] = None
    has_pieces_to_ship: Annotated[
        bool | None,
        "Whether the order has pieces that are not cancelled and in no shipment.",
    ] = None
    search: Annotated[
        str | None,
        "The text is a part of the order's reference or of a carrier's tracking number, or a"
        " whole tracking id. With PERSONAL_READ it may also be a part of the customer's name or"
        f" e-mail address. It has 1 to {MAXIMUM_SEARCH} characters; one with fewer than"
        f" {SHORTEST_INDEXED} takes longer, because no index finds it.",
    ] = None
    all_of: Annotated["Sequence[OrderFilter] | None", "All of these filters match too."] = None
    any_of: Annotated[
        "Sequence[OrderFilter] | None",
        "At least one of these filters matches too.",
    ] = None
    none_of: Annotated["OrderFilter | None", "This filter does not match."] = None


def order_condition(filter_: OrderFilter, viewer: Viewer, now: datetime) -> Condition:
    """Return the condition of a filter. Raises Forbidden."""
    demand_all_bounds(filter_)
    if filter_.search is None:
        return row_condition(filter_, viewer, now)
    # The index finds the numbers of all shipments: for a viewer with bounds each order is tested.
    tested = filter_ if viewer.is_partner else replace(filter_, search=None)
    condition = row_condition(tested, viewer, now)
    matches = searched(filter_.search, viewer).of_all()
    among = f'"orders"."id" IN (SELECT "id" FROM ({matches.text}) AS "found")'
    return Condition(among, matches.values) & condition


def row_condition(filter_: OrderFilter, viewer: Viewer, now: datetime) -> Condition:
    """Return a condition that tests each order: `search` is not used to find candidates."""

    def own_condition(branch: OrderFilter) -> Condition:
        return _own(branch) & _of_others(branch, viewer) & ORDERS.lateness(now, branch.is_late)

    return joined(filter_, own_condition)


def _own(filter_: OrderFilter) -> Condition:
    """Return the part of the condition that reads the order's own columns."""
    condition = (
        ORDERS.among("status", filter_.status)
        & ORDERS.among("health", filter_.health)
        & ORDERS.among("delivery_method", filter_.delivery_method)
        & ORDERS.among("destination_country", capitals(filter_.country))
        & ORDERS.among("reference", filter_.reference)
        & ORDERS.within("placed_at", filter_.placed_at)
        & ORDERS.within("promised_at", filter_.promised_at)
        & ORDERS.within("delivered_at", filter_.delivered_at)
    )
    if filter_.tracking_id is not None:
        parsed = [parse_tracking_id(text) for text in filter_.tracking_id]
        condition &= ORDERS.among("tracking_id", [id_ for id_ in parsed if id_ is not None])
    return condition


def _of_others(filter_: OrderFilter, viewer: Viewer) -> Condition:
    """Return the part of the condition that reads shipments, lines, exceptions and the customer."""
    shipments = bounds(Shipment, viewer)
    condition = _exceptions(filter_, viewer)
    if filter_.carrier is not None:
        condition &= _has(
            SHIPMENTS, SHIPMENTS.among("carrier", carriers(filter_.carrier)) & shipments
        )
    if filter_.sku is not None:
        condition &= _has(ITEMS, ITEMS.among("sku", filter_.sku))
    if filter_.has_shipment is not None:
        condition &= _either(_has(SHIPMENTS, NOT_CANCELLED & shipments), filter_.has_shipment)
    if filter_.has_pieces_to_ship is not None:
        condition &= _either(_has(ITEMS, UNALLOCATED), filter_.has_pieces_to_ship)
    if filter_.customer_email is not None:
        customers = by_email(filter_.customer_email, viewer)
        condition &= exists("customer", '"customer"."id" = "orders"."customer_id"', customers)
    if filter_.search is not None:
        condition &= searched(filter_.search, viewer).of_one()
    return condition


def _either(condition: Condition, is_wanted: bool) -> Condition:
    return condition if is_wanted else ~condition


def _has(rows: Columns, condition: Condition) -> Condition:
    return exists(rows.table, f'{rows.column("order_id")} = "orders"."id"', condition)


def _exceptions(filter_: OrderFilter, viewer: Viewer) -> Condition:
    """Return the condition on visible exceptions.

    If `has_open_exception` is true, only unresolved exceptions of the given types count.
    """
    condition, visible = EVERYTHING, bounds(OrderException, viewer)
    if filter_.has_open_exception is not None and visible != EVERYTHING:
        unresolved = _has(EXCEPTIONS, is_unresolved() & visible)
        condition = _either(unresolved, filter_.has_open_exception)
    elif filter_.has_open_exception is not None:
        condition = (
            Condition(f"{OPEN} > 0") if filter_.has_open_exception else Condition(f"{OPEN} = 0")
        )
    if filter_.exception_type is not None:
        of_type = EXCEPTIONS.among("type", filter_.exception_type) & visible
        condition &= _has(
            EXCEPTIONS, of_type & is_unresolved() if filter_.has_open_exception else of_type
        )
    return condition


def by_email(email: str, viewer: Viewer) -> Condition:
    """Return the condition that a customer has this e-mail address. Raises Forbidden."""
    demand_right("OrderFilter", "customerEmail", viewer)
    return compared('"customer"."email_key"', "=", searchable(email))
