"""Pagination: where a page begins and ends in an ordered list in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.plans.reference.context import Context, contract_error, identity
from tests.plans.reference.tables import Row, by_columns, ordered

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
SORTED_LISTS: dict[str, tuple[str, dict[str, str], str]] = {
    "orders": ("Order", ORDER_FIELDS, "PLACED_AT"),
    "shipments": ("Shipment", SHIPMENT_FIELDS, "CREATED_AT"),
    "exceptions": ("OrderException", EXCEPTION_FIELDS, "OPENED_AT"),
}
"""Each list with orderBy has a table, the columns of its fields, and a default field."""
DEFAULT_PAGE, LARGEST_PAGE = 20, 100


@dataclass(frozen=True)
class OrderedRows:
    """All rows of one list, in order.

    `build_index` gives the places of rows and cursors among all rows that any list of the same
    ordering can hold.
    """

    ordering: str
    rows: Sequence[Row]
    build_index: Callable[[], "RowIndex"]


class RowIndex:
    """The places of rows in an ordering."""

    def __init__(self, context: Context, ordering: str, rows: Sequence[Row]) -> None:
        self._context, self._ordering = context, ordering
        self._index = {identity(row): index for index, row in enumerate(rows)}

    def place(self, row: Row) -> int:
        return self._index[identity(row)]

    def place_of_cursor(self, argument: str, cursor: str) -> int:
        row = self._context.cursors.rows.get((self._ordering, cursor))
        if row is None:
            message = "This is not a cursor of a list in this order."
            raise contract_error("INVALID", message, argument)
        return self.place(row)


class PositionIndex(RowIndex):
    """The places of changes: a cursor is a position as text, even of a future change."""

    def __init__(self) -> None:
        pass

    def place(self, row: Row) -> int:
        position: int = row["position"]
        return position

    def place_of_cursor(self, argument: str, cursor: str) -> int:
        if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 16):
            raise contract_error("INVALID", "This is not a cursor of a list of changes.", argument)
        return int(cursor)


@dataclass(frozen=True)
class Connection:
    rows: Sequence[Row]
    ordering: str
    has_next: bool
    has_previous: bool
    count: int


def ordering_name(list_name: str, order_by: dict[str, str] | None) -> str:
    key = order_by or {"field": SORTED_LISTS[list_name][2], "direction": "DESC"}
    return f"{list_name} {key['field']} {key['direction']}"


def in_order(rows: Sequence[Row], ordering: str) -> list[Row]:
    """The rows in the ordering of that name."""
    list_name, name, direction = ordering.split()
    column = SORTED_LISTS[list_name][1][name]

    def value(row: Row) -> Any:
        return SEVERITIES.index(row[column]) if column == "severity" else row[column]

    return ordered(rows, value, is_descending=direction == "DESC")


def sorted_rows(context: Context, ordering: str, rows: Sequence[Row]) -> OrderedRows:
    table = SORTED_LISTS[ordering.split()[0]][0]

    def build_index() -> RowIndex:
        return RowIndex(context, ordering, in_order(context.all_tables.all(table), ordering))

    return OrderedRows(ordering, in_order(rows, ordering), build_index)


def event_rows(context: Context, parent: str, rows: Sequence[Row]) -> OrderedRows:
    ordering = f"{parent} events"

    def build_index() -> RowIndex:
        events = by_columns(context.all_tables.all("TrackingEvent"), *EVENT_ORDER)
        return RowIndex(context, ordering, events)

    return OrderedRows(ordering, by_columns(rows, *EVENT_ORDER), build_index)


def change_rows(rows: Sequence[Row]) -> OrderedRows:
    return OrderedRows("changes", by_columns(rows, "position"), PositionIndex)


def paginate(
    ordered_rows: OrderedRows,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Connection:
    """The page of the rows that these arguments of a connection select."""
    size = _size(first, last)
    ordering, rows = ordered_rows.ordering, list(ordered_rows.rows)
    count = len(rows)
    if after is not None or before is not None:
        index = ordered_rows.build_index()
        start = float("-inf") if after is None else index.place_of_cursor("after", after)
        end = float("inf") if before is None else index.place_of_cursor("before", before)
        rows = [row for row in rows if start < index.place(row) < end]
    has_more = len(rows) > size
    if last is not None:
        kept = rows[len(rows) - size :] if has_more else rows
        return Connection(kept, ordering, before is not None, has_more, count)
    return Connection(rows[:size], ordering, has_more, after is not None, count)


def _size(first: int | None, last: int | None) -> int:
    if first is not None and last is not None:
        raise contract_error("INVALID", "Give first or last, not both.", "first")
    size = last if last is not None else first
    if size is None:
        return DEFAULT_PAGE
    if not 0 <= size <= LARGEST_PAGE:
        name = "first" if last is None else "last"
        raise contract_error("INVALID", f"Must be from 0 to {LARGEST_PAGE}.", name)
    return size
