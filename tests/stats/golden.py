"""Golden answers: groups and their measures, in plain Python over the rows."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from tests.plans.oracle.asking import Asking
from tests.plans.oracle.filters import (
    EXCEPTION_TESTS,
    ORDER_TESTS,
    SHIPMENT_TESTS,
    Tests,
    admits,
)
from tests.plans.oracle.lateness import is_late, is_overdue, is_unresolved
from tests.plans.oracle.tables import Row
from tests.plans.oracle.values import PREFERRED_LAST, money

Rows = Sequence[Row]
Measure = Callable[[Rows, Asking], Any]
MILLISECOND = timedelta(milliseconds=1)
HOUR = timedelta(hours=1) // MILLISECOND
FAILED = ("DELIVERY_ATTEMPTED", "REFUSED", "UNDELIVERABLE")


@dataclass(frozen=True)
class Noun:
    table: str
    tests: Tests
    columns: Mapping[str, str]
    """What can be grouped by that is not called as its column."""
    measures: Mapping[str, Measure]


def share(part: Iterable[object], whole: Iterable[object]) -> float | None:
    count = len(list(whole))
    return float(Fraction(len(list(part)), count)) if count else None


def share_of(test: Callable[[Row, Asking], bool]) -> Measure:
    return lambda rows, asking: share([row for row in rows if test(row, asking)], rows)


def count_of(test: Callable[[Row, Asking], bool]) -> Measure:
    return lambda rows, asking: sum(test(row, asking) for row in rows)


def late(row: Row, asking: Asking) -> bool:
    return is_late(row, asking.now)


def on_time(row: Row) -> bool:
    known = row["late_after"] is not None and row["delivered_at"] is not None
    return known and row["status"] != "CANCELLED" and row["delivered_at"] <= row["late_after"]


def on_time_rate(rows: Rows, asking: Asking) -> float | None:
    punctual = [row for row in rows if on_time(row)]
    return share(punctual, [*punctual, *(row for row in rows if late(row, asking))])


def troubles(column: str) -> Callable[[Row, Asking], list[Row]]:
    def of(row: Row, asking: Asking) -> list[Row]:
        found = asking.tables.where("OrderException", column, row["id"])
        return [one for one in found if one["status"] != "DISMISSED"]

    return of


def attempts(rows: Rows, asking: Asking) -> float | None:
    delivered = [row for row in rows if row["delivered_at"] is not None]
    failed = [
        event
        for row in delivered
        for event in asking.tables.where("TrackingEvent", "shipment_id", row["id"])
        if event["type"] in FAILED
        and event["classifier"] == "ACTUAL"
        and event["retracted_at"] is None
    ]
    return 1 + len(failed) / len(delivered) if delivered else None


def first_latest(shipment: Row, asking: Asking) -> datetime | None:
    estimates = asking.tables.where("Estimate", "shipment_id", shipment["id"])
    standing = [one for one in estimates if not one["is_retracted"]]
    standing.sort(
        key=lambda one: (one["moment"], PREFERRED_LAST.index(one["source"]), one["tie_break"])
    )
    return standing[0]["latest_at"] if standing else None


def hours(pairs: Iterable[tuple[datetime | None, datetime | None]]) -> "Amounts":
    """Each cut off to whole milliseconds."""
    spans = [end - start for start, end in pairs if start is not None and end is not None]
    return Amounts([Fraction(int(one / MILLISECOND), HOUR) for one in spans], float)


def between(start: str, end: str) -> Measure:
    return lambda rows, asking: hours((row[start], row[end]) for row in rows)


def total(rows: Rows, asking: Asking, currency: str) -> "Amounts":
    minor = [row["total_minor"] for row in rows if row["currency"] == currency]

    def shown(value: Fraction) -> str:
        rounded = (Decimal(value.numerator) / value.denominator).quantize(Decimal(1), ROUND_HALF_UP)
        amount = money(int(rounded), currency)
        assert amount is not None
        return str(amount["amount"])

    return Amounts([Fraction(one) for one in minor if one is not None], shown)


@dataclass(frozen=True)
class Amounts:
    values: list[Fraction]
    shown: Callable[[Fraction], Any]

    def member(self, name: str, share: float | None) -> Any:
        if not self.values:
            return None
        match name:
            case "sum":
                return self.shown(sum(self.values, Fraction()))
            case "average":
                return self.shown(sum(self.values, Fraction()) / len(self.values))
            case "minimum":
                return self.shown(min(self.values))
            case "maximum":
                return self.shown(max(self.values))
        assert share is not None
        place = share * (len(self.values) - 1)
        inner = sorted(self.values)
        below, above = inner[math.floor(place)], inner[math.ceil(place)]
        return self.shown(below + Fraction(place - math.floor(place)) * (above - below))


ORDERS = Noun(
    "Order",
    ORDER_TESTS,
    {"country": "destination_country"},
    {
        "customers": lambda rows, asking: len({row["customer_id"] for row in rows}),
        "items": lambda rows, asking: sum(row["item_count"] for row in rows),
        "timeToShip": between("placed_at", "shipped_at"),
        "timeToDeliver": between("placed_at", "delivered_at"),
        "lateCount": count_of(late),
        "onTimeRate": on_time_rate,
        "exceptionCount": lambda rows, asking: sum(
            len(troubles("order_id")(row, asking)) for row in rows
        ),
        "exceptionRate": share_of(lambda row, asking: bool(troubles("order_id")(row, asking))),
        "cancelledRate": share_of(lambda row, asking: row["status"] == "CANCELLED"),
    },
)
SHIPMENTS = Noun(
    "Shipment",
    SHIPMENT_TESTS,
    {},
    {
        "transitTime": between("shipped_at", "delivered_at"),
        "deliveryAttempts": attempts,
        "onTimeRate": on_time_rate,
        "estimateError": lambda rows, asking: hours(
            (first_latest(row, asking), row["delivered_at"]) for row in rows
        ),
        "exceptionRate": share_of(lambda row, asking: bool(troubles("shipment_id")(row, asking))),
    },
)
EXCEPTIONS = Noun(
    "OrderException",
    EXCEPTION_TESTS,
    {},
    {
        "openCount": count_of(lambda row, asking: is_unresolved(row)),
        "overdueCount": count_of(lambda row, asking: is_overdue(row, asking.now)),
        "timeToAcknowledge": between("opened_at", "acknowledged_at"),
        "timeToResolve": between("opened_at", "resolved_at"),
        "reopenedRate": share_of(lambda row, asking: row["reopened_count"] > 0),
    },
)
NOUNS = {"orderStats": ORDERS, "shipmentStats": SHIPMENTS, "exceptionStats": EXCEPTIONS}


def chosen(noun: Noun, given: Mapping[str, Any] | None, asking: Asking) -> list[Row]:
    return [
        row for row in asking.tables.all(noun.table) if admits(noun.tests, asking, row, given or {})
    ]
