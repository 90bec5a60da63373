"""Pages of lists: a list in memory, and where a page begins and ends in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.plans.oracle.asking import Asking, identity, refusal
from tests.plans.oracle.tables import Row, by_columns, ordered

ORDER_FIELDS = {
    "PLACED_AT": "placed_at",
    "PROMISED_AT": "promised_at",
    "ESTIMATE": "estimate_latest",
    "DELIVERED_AT": "delivered_at",
    "UPDATED_AT": "updated_at",
    "TOTAL": "total_minor",
}
SHIPMENT_FIELDS = {
    "CREATED_AT": "created_at",
    "SHIPPED_AT": "shipped_at",
    "DELIVERED_AT": "delivered_at",
    "UPDATED_AT": "updated_at",
}
EXCEPTION_FIELDS = {
    "OPENED_AT": "opened_at",
    "DUE_AT": "due_at",
    "SEVERITY": "severity",
    "UPDATED_AT": "updated_at",
}
EVENT_ORDER = ("moment", "rank", "fingerprint")
SEVERITIES = ("LOW", "MEDIUM", "HIGH", "CRITICAL")
SORTED: dict[str, tuple[str, dict[str, str], str]] = {
    "orders": ("Order", ORDER_FIELDS, "PLACED_AT"),
    "shipments": ("Shipment", SHIPMENT_FIELDS, "CREATED_AT"),
    "exceptions": ("OrderException", EXCEPTION_FIELDS, "OPENED_AT"),
}
"""For each list with an orderBy: its table, by which columns, and what it is ordered by if left
out, descending."""
DEFAULT, MOST = 20, 100


@dataclass(frozen=True)
class Whole:
    """All rows of a list, in their order; `places` tells where a row, and a cursor, stands in it,
    among all rows that such a list can hold, whosever they are."""

    order: str
    rows: Sequence[Row]
    places: Callable[[], "Places"]


class Places:
    def __init__(self, asking: Asking, order: str, rows: Sequence[Row]) -> None:
        self._asking, self._order = asking, order
        self._index = {identity(row): index for index, row in enumerate(rows)}

    def of(self, row: Row) -> int:
        return self._index[identity(row)]

    def named(self, argument: str, cursor: str) -> int:
        row = self._asking.cursors.places.get((self._order, cursor))
        if row is None:
            message = "This is no cursor of a list in this order."
            raise refusal("INVALID", message, argument)
        return self.of(row)


class Positions(Places):
    """A change's cursor is its position as text; of one that is yet to come, too."""

    def __init__(self) -> None:
        pass

    def of(self, row: Row) -> int:
        position: int = row["position"]
        return position

    def named(self, argument: str, cursor: str) -> int:
        if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 16):
            raise refusal("INVALID", "This is no cursor of a list of changes.", argument)
        return int(cursor)


@dataclass(frozen=True)
class Connection:
    rows: Sequence[Row]
    order: str
    has_next: bool
    has_previous: bool
    count: int


def order_name(list_: str, order_by: dict[str, str] | None) -> str:
    by = order_by or {"field": SORTED[list_][2], "direction": "DESC"}
    return f"{list_} {by['field']} {by['direction']}"


def in_order(rows: Sequence[Row], order: str) -> list[Row]:
    """The rows of a sorted list."""
    list_, name, direction = order.split()
    column = SORTED[list_][1][name]

    def value(row: Row) -> Any:
        return SEVERITIES.index(row[column]) if column == "severity" else row[column]

    return ordered(rows, value, is_descending=direction == "DESC")


def of_sorted(asking: Asking, order: str, rows: Sequence[Row]) -> Whole:
    table = SORTED[order.split()[0]][0]

    def places() -> Places:
        return Places(asking, order, in_order(asking.tables.all(table), order))

    return Whole(order, in_order(rows, order), places)


def of_events(asking: Asking, parent: str, rows: Sequence[Row]) -> Whole:
    order = f"{parent} events"

    def places() -> Places:
        events = by_columns(asking.tables.all("TrackingEvent"), *EVENT_ORDER)
        return Places(asking, order, events)

    return Whole(order, by_columns(rows, *EVENT_ORDER), places)


def of_changes(rows: Sequence[Row]) -> Whole:
    return Whole("changes", by_columns(rows, "position"), Positions)


def page_of(
    whole: Whole,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Connection:
    size = _size(first, last)
    rows = list(whole.rows)
    if after is not None or before is not None:
        places = whole.places()
        start = float("-inf") if after is None else places.named("after", after)
        end = float("inf") if before is None else places.named("before", before)
        rows = [row for row in rows if start < places.of(row) < end]
    has_more = len(rows) > size
    if last is not None:
        kept = rows[len(rows) - size :] if has_more else rows
        return Connection(kept, whole.order, before is not None, has_more, len(whole.rows))
    return Connection(rows[:size], whole.order, has_more, after is not None, len(whole.rows))


def _size(first: int | None, last: int | None) -> int:
    if first is not None and last is not None:
        raise refusal("INVALID", "Give first or last, not both.", "first")
    size = last if last is not None else first
    if size is None:
        return DEFAULT
    if not 0 <= size <= MOST:
        name = "first" if last is None else "last"
        raise refusal("INVALID", f"Must be from 0 to {MOST}.", name)
    return size
