"""A reference implementation of the measures of aggregates, in plain Python over rows."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from tests.plans.reference.context import Context
from tests.plans.reference.filters import (
    EXCEPTION_PREDICATES,
    ORDER_PREDICATES,
    SHIPMENT_PREDICATES,
    Predicates,
    matches,
)
from tests.plans.reference.lateness import is_late, is_overdue, is_unresolved
from tests.plans.reference.tables import Row
from tests.plans.reference.values import SOURCE_PRECEDENCE, money

Rows = Sequence[Row]
Measure = Callable[[Rows, Context], Any]
MILLISECOND = timedelta(milliseconds=1)
HOUR = timedelta(hours=1) // MILLISECOND
FAILED = ("DELIVERY_ATTEMPTED", "REFUSED", "UNDELIVERABLE")


@dataclass(frozen=True)
class Cube:
    """A table that aggregates are computed from, with its filters and measures."""

    table: str
    predicates: Predicates
    columns: Mapping[str, str]
    """The columns of those dimensions whose name is not the name of their column."""
    measures: Mapping[str, Measure]


def share(part: Iterable[object], whole: Iterable[object]) -> float | None:
    count = len(list(whole))
    return float(Fraction(len(list(part)), count)) if count else None


def share_of(predicate: Callable[[Row, Context], bool]) -> Measure:
    return lambda rows, context: share([row for row in rows if predicate(row, context)], rows)


def count_of(predicate: Callable[[Row, Context], bool]) -> Measure:
    return lambda rows, context: sum(predicate(row, context) for row in rows)


def late(row: Row, context: Context) -> bool:
    return is_late(row, context.now)


def on_time(row: Row) -> bool:
    is_known = row["late_after"] is not None and row["delivered_at"] is not None
    return is_known and row["status"] != "CANCELLED" and row["delivered_at"] <= row["late_after"]


def on_time_rate(rows: Rows, context: Context) -> float | None:
    punctual = [row for row in rows if on_time(row)]
    return share(punctual, [*punctual, *(row for row in rows if late(row, context))])


def exceptions_of(column: str) -> Callable[[Row, Context], list[Row]]:
    def find(row: Row, context: Context) -> list[Row]:
        rows = context.tables.where("OrderException", column, row["id"])
        return [exception for exception in rows if exception["status"] != "DISMISSED"]

    return find


def delivery_attempts(rows: Rows, context: Context) -> float | None:
    delivered = [row for row in rows if row["delivered_at"] is not None]
    failed = [
        event
        for row in delivered
        for event in context.tables.where("TrackingEvent", "shipment_id", row["id"])
        if event["type"] in FAILED
        and event["classifier"] == "ACTUAL"
        and event["retracted_at"] is None
    ]
    return 1 + len(failed) / len(delivered) if delivered else None


def first_latest(shipment: Row, context: Context) -> datetime | None:
    """The latest time of the shipment's first estimate."""
    estimates = context.tables.where("Estimate", "shipment_id", shipment["id"])
    standing = [estimate for estimate in estimates if not estimate["is_retracted"]]
    standing.sort(
        key=lambda row: (row["moment"], SOURCE_PRECEDENCE.index(row["source"]), row["tie_break"])
    )
    return standing[0]["latest_at"] if standing else None


def hours(pairs: Iterable[tuple[datetime | None, datetime | None]]) -> "Amounts":
    """Each cut off to whole milliseconds."""
    spans = [end - start for start, end in pairs if start is not None and end is not None]
    return Amounts([Fraction(int(span / MILLISECOND), HOUR) for span in spans], float)


def between(start: str, end: str) -> Measure:
    return lambda rows, context: hours((row[start], row[end]) for row in rows)


def total(rows: Rows, context: Context, currency: str) -> "Amounts":
    minor = [row["total_minor"] for row in rows if row["currency"] == currency]

    def formatted(value: Fraction) -> str:
        rounded = (Decimal(value.numerator) / value.denominator).quantize(Decimal(1), ROUND_HALF_UP)
        amount = money(int(rounded), currency)
        assert amount is not None
        return str(amount["amount"])

    return Amounts([Fraction(value) for value in minor if value is not None], formatted)


@dataclass(frozen=True)
class Amounts:
    """The values of an amount in one group, and how a result is formatted."""

    values: list[Fraction]
    formatted: Callable[[Fraction], Any]

    def member(self, name: str, share: float | None) -> Any:
        if not self.values:
            return None
        match name:
            case "sum":
                return self.formatted(sum(self.values, Fraction()))
            case "average":
                return self.formatted(sum(self.values, Fraction()) / len(self.values))
            case "minimum":
                return self.formatted(min(self.values))
            case "maximum":
                return self.formatted(max(self.values))
        assert share is not None
        place = share * (len(self.values) - 1)
        inner = sorted(self.values)
        below, above = inner[math.floor(place)], inner[math.ceil(place)]
        return self.formatted(below + Fraction(place - math.floor(place)) * (above - below))


ORDERS = Cube(
    "Order",
    ORDER_PREDICATES,
    {"country": "destination_country"},
    {
        "customers": lambda rows, context: len({row["customer_id"] for row in rows}),
        "items": lambda rows, context: sum(row["item_count"] for row in rows),
        "timeToShip": between("placed_at", "shipped_at"),
        "timeToDeliver": between("placed_at", "delivered_at"),
        "lateCount": count_of(late),
        "onTimeRate": on_time_rate,
        "exceptionCount": lambda rows, context: sum(
            len(exceptions_of("order_id")(row, context)) for row in rows
        ),
        "exceptionRate": share_of(
            lambda row, context: bool(exceptions_of("order_id")(row, context))
        ),
        "cancelledRate": share_of(lambda row, context: row["status"] == "CANCELLED"),
    },
)
SHIPMENTS = Cube(
    "Shipment",
    SHIPMENT_PREDICATES,
    {},
    {
        "transitTime": between("shipped_at", "delivered_at"),
        "deliveryAttempts": delivery_attempts,
        "onTimeRate": on_time_rate,
        "estimateError": lambda rows, context: hours(
            (first_latest(row, context), row["delivered_at"]) for row in rows
        ),
        "exceptionRate": share_of(
            lambda row, context: bool(exceptions_of("shipment_id")(row, context))
        ),
    },
)
EXCEPTIONS = Cube(
    "OrderException",
    EXCEPTION_PREDICATES,
    {},
    {
        "openCount": count_of(lambda row, context: is_unresolved(row)),
        "overdueCount": count_of(lambda row, context: is_overdue(row, context.now)),
        "timeToAcknowledge": between("opened_at", "acknowledged_at"),
        "timeToResolve": between("opened_at", "resolved_at"),
        "reopenedRate": share_of(lambda row, context: row["reopened_count"] > 0),
    },
)
CUBES = {"orderStats": ORDERS, "shipmentStats": SHIPMENTS, "exceptionStats": EXCEPTIONS}


def filtered_rows(cube: Cube, filter_: Mapping[str, Any] | None, context: Context) -> list[Row]:
    return [
        row
        for row in context.tables.all(cube.table)
        if matches(cube.predicates, context, row, filter_ or {})
    ]
