"""Orderings of lists. The newest rows come first unless the caller chooses another ordering."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from access.policy import NO_PRICES
from access.viewer import Viewer
from engine.sql.ordering import NUMBER, Key, Ordering, by_id, time_ordering
from errors import Forbidden


class OrderSort(StrEnum):
    PLACED_AT = "PLACED_AT"
    PROMISED_AT = "PROMISED_AT"
    ESTIMATE = "ESTIMATE"
    DELIVERED_AT = "DELIVERED_AT"
    UPDATED_AT = "UPDATED_AT"
    TOTAL = "TOTAL"


class ShipmentSort(StrEnum):
    CREATED_AT = "CREATED_AT"
    SHIPPED_AT = "SHIPPED_AT"
    DELIVERED_AT = "DELIVERED_AT"
    UPDATED_AT = "UPDATED_AT"


class ExceptionSort(StrEnum):
    OPENED_AT = "OPENED_AT"
    DUE_AT = "DUE_AT"
    SEVERITY = "SEVERITY"
    UPDATED_AT = "UPDATED_AT"


Columns = Mapping[StrEnum, tuple[str, bool]]
"""The column of each ordering by a time, and whether the time may be missing."""

ORDERS: Columns = {
    OrderSort.PLACED_AT: ("placed_at", False),
    OrderSort.PROMISED_AT: ("promised_at", True),
    OrderSort.ESTIMATE: ("estimate_latest", True),
    OrderSort.DELIVERED_AT: ("delivered_at", True),
    OrderSort.UPDATED_AT: ("updated_at", False),
}
SHIPMENTS: Columns = {
    ShipmentSort.CREATED_AT: ("created_at", False),
    ShipmentSort.SHIPPED_AT: ("shipped_at", True),
    ShipmentSort.DELIVERED_AT: ("delivered_at", True),
    ShipmentSort.UPDATED_AT: ("updated_at", False),
}
EXCEPTIONS: Columns = {
    ExceptionSort.OPENED_AT: ("opened_at", False),
    ExceptionSort.DUE_AT: ("due_at", True),
    ExceptionSort.UPDATED_AT: ("updated_at", False),
}


def demand_sortable(sort: StrEnum, viewer: Viewer) -> None:
    """Raises Forbidden for a partner that orders by a price."""
    if sort is OrderSort.TOTAL and viewer.is_partner:
        raise Forbidden(NO_PRICES, ("orderBy", "field"))


@cache
def order_ordering(sort: OrderSort = OrderSort.PLACED_AT, *, descending: bool = True) -> Ordering:
    if sort is OrderSort.TOTAL:
        keys = (Key("total_minor", descending, True, NUMBER), by_id(descending))
        return Ordering(_tag(sort, descending), keys)
    return _timed(ORDERS, sort, descending)


@cache
def shipment_ordering(
    sort: ShipmentSort = ShipmentSort.CREATED_AT, *, descending: bool = True
) -> Ordering:
    return _timed(SHIPMENTS, sort, descending)


@cache
def exception_ordering(
    sort: ExceptionSort = ExceptionSort.OPENED_AT, *, descending: bool = True
) -> Ordering:
    if sort is ExceptionSort.SEVERITY:
        keys = (Key("severity_rank", descending, kind=NUMBER), by_id(descending))
        return Ordering(_tag(sort, descending), keys)
    return _timed(EXCEPTIONS, sort, descending)


def _timed(columns: Columns, sort: StrEnum, descending: bool) -> Ordering:
    column, is_nullable = columns[sort]
    return time_ordering(
        _tag(sort, descending), column, descending=descending, nullable=is_nullable
    )


def _tag(sort: StrEnum, descending: bool) -> str:
    return f"{sort}{'-' if descending else '+'}"
