"""Orders in CSV: each line is an item, and the lines of an order stand together.

Neighbouring lines belong to one order if they have the same idempotency key or the same reference.
The columns of the order may be empty after its first line.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from commands.importing.csv_rows import CsvRow, CsvRows
from commands.importing.csv_table import CsvColumn, CsvTable, Warn, column_name, table_of, values_of
from commands.importing.entries import Entry, identified
from commands.importing.lines import Lines, UnreadableFile
from errors import DomainError, Invalid, LimitExceeded
from tracking.inputs import AddressDraft, CustomerDraft, ItemDraft, OrderDraft
from tracking.orders.checked_orders import MAXIMUM_ITEMS

TOO_MANY = LimitExceeded(f"An order has at most {MAXIMUM_ITEMS} items.")


def read_csv(lines: Lines, warn: Warn) -> Iterator[Entry]:
    """Yield the orders of a CSV file.

    Raises UnreadableFile if the first line does not name the columns that are needed.
    """
    rows = CsvRows(lines)
    header = next(rows, None)
    if header is None:
        raise UnreadableFile("It is empty: its first line must name the columns.")
    if header.line.problem is not None:
        raise UnreadableFile(f"Its first line: {header.line.problem.message}")
    table = table_of(header.cells, warn)
    rows.width = table.width
    return _entries(rows, table)


def explain_csv(entry: Entry, refusal: DomainError) -> str:
    """Return the reason with its column, and with the item's line if the order has several."""
    place = []
    path = refusal.field
    if path[:1] == ("items",) and len(path) > 1 and len(entry.lines) > 1:
        line = entry.lines[int(path[1])]
        place.append(f"item {int(path[1]) + 1} (line {line.number})")
    if path and (path[0] != "items" or len(path) != 2):
        place.append(column_name(path))
    return f"{', '.join(place)}: {refusal.message}" if place else refusal.message


def _entries(rows: CsvRows, table: CsvTable) -> Iterator[Entry]:
    """Collect the rows of each order; of an order with too many, only the first row is held."""
    kept: list[CsvRow] = []
    is_too_long = False
    for row in rows:
        if kept and not _is_same_order(table, kept[0], row):
            if not is_too_long:
                yield _entry(kept, table)
            kept, is_too_long = [], False
        kept.append(row)
        if is_too_long or len(kept) > MAXIMUM_ITEMS:
            yield Entry([other.line for other in kept[is_too_long:]], TOO_MANY)
            kept, is_too_long = kept[:1], True
    if kept and not is_too_long:
        yield _entry(kept, table)


def _is_same_order(table: CsvTable, first: CsvRow, other: CsvRow) -> bool:
    for column in table.identities:
        place = column.place
        if place < len(first.cells) and place < len(other.cells):
            text = first.cells[place].strip()
            if text and text == other.cells[place].strip():
                return True
    return False


def _entry(rows: Sequence[CsvRow], table: CsvTable) -> Entry:
    lines = [row.line for row in rows]
    try:
        for place, line in enumerate(lines):
            if line.problem is not None:
                raise line.problem.inside("items", str(place))
        return Entry(lines, identified(_order(rows, table)))
    except DomainError as refusal:
        return Entry(lines, refusal)


def _order(rows: Sequence[CsvRow], table: CsvTable) -> OrderDraft:
    first, *others = rows
    for row in others:
        _refuse_differences(table, first, row)
    return OrderDraft(
        customer=CustomerDraft(**_values(table.customer, first, "customer")),
        shipping_address=AddressDraft(**_values(table.address, first, "shippingAddress")),
        items=[
            ItemDraft(**_values(table.item, row, "items", str(place)))
            for place, row in enumerate(rows)
        ],
        **_values(table.order, first),
    )


def _refuse_differences(table: CsvTable, first: CsvRow, other: CsvRow) -> None:
    for part, columns in table.shared.items():
        for column in columns:
            before, now = first.cells[column.place], other.cells[column.place]
            if now != before and now.strip() not in ("", before.strip()):
                numbers = f"{first.line.number} and {other.line.number}"
                raise Invalid(
                    f"Differs between the lines {numbers} of the same order.",
                    (*part, column.field),
                )


def _values(columns: Sequence[CsvColumn], row: CsvRow, *path: str) -> dict[str, Any]:
    try:
        return values_of(columns, row.cells)
    except DomainError as refusal:
        raise refusal.inside(*path) from refusal
