"""Orders of CSV rows: each row is an item, and the rows of an order stand together.

Neighbouring rows belong to one order if they have the same idempotency key or the same reference.
The columns of the order may be empty after its first row.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from commands.importing.csv_rows import CsvRow
from commands.importing.csv_table import CsvTable, values_of
from commands.importing.entries import Entry, identify, refused
from commands.importing.history import HistoryDraft
from commands.importing.line_totals import apply_line_totals
from errors import DomainError, Invalid, LimitExceeded
from tracking.inputs import AddressDraft, CustomerDraft, ItemDraft, OrderDraft
from tracking.inputs.limits import MAXIMUM_ITEMS

ARTICLE = ("sku", "name")
"""The attributes that say which article a line has."""
TOO_MANY = LimitExceeded(f"An order has at most {MAXIMUM_ITEMS} items.")


class CsvOrders:
    """Makes orders of rows.

    `loose` are columns that may differ between the lines of an order. `currency` is that of orders
    which name none.
    """

    def __init__(
        self,
        table: CsvTable,
        *,
        loose: frozenset[str] = frozenset(),
        blank_continues: bool = False,
        ships_by_line: bool = False,
        currency: str | None = None,
    ) -> None:
        self._table = table
        self._ships_by_line = ships_by_line
        own = {column.name for column in table.history} if ships_by_line else set()
        self._shared = _shared_columns(table, loose | own)
        self._article_places = [
            column.place for column in table.item if column.attribute in ARTICLE
        ]
        self._blank_continues = blank_continues
        self._defaults = {} if currency is None else {"currency": currency}

    def entries(self, rows: Iterable[CsvRow]) -> Iterator[Entry]:
        """Collect the rows of each order; of one with too many, only the first row is held."""
        kept: list[CsvRow] = []
        is_too_long = False
        for row in rows:
            if kept and not self._is_same_order(kept[0], row):
                if not is_too_long:
                    yield self._entry(kept)
                kept, is_too_long = [], False
            kept.append(row)
            if is_too_long or len(kept) > MAXIMUM_ITEMS:
                yield refused([other.line for other in kept[is_too_long:]], TOO_MANY)
                kept, is_too_long = kept[:1], True
        if kept and not is_too_long:
            yield self._entry(kept)

    def _is_same_order(self, first: CsvRow, other: CsvRow) -> bool:
        is_blank = True
        for column in self._table.identities:
            place = column.place
            if place < len(first.cells) and place < len(other.cells):
                text, now = first.cells[place].strip(), other.cells[place].strip()
                if text and text == now:
                    return True
                is_blank = is_blank and not now
        return is_blank and self._blank_continues

    def _entry(self, rows: Sequence[CsvRow]) -> Entry:
        lines = [row.line for row in rows]
        for place, line in enumerate(lines):
            if line.problem is not None:
                return refused(lines, line.problem.inside("items", str(place)))
        faults: list[DomainError] = []
        items = self._item_rows(rows)
        draft = self._order(rows, items, faults)
        histories = self._histories(items if self._ships_by_line else rows[:1], faults)
        identify(draft, faults)
        item_lines = [row.line for row in items]
        return Entry(lines, draft, histories, faults, item_lines)

    def _item_rows(self, rows: Sequence[CsvRow]) -> Sequence[CsvRow]:
        """Return the rows with an article: a shop may write one for the order itself before."""
        if len(rows) == 1:
            return rows
        places = self._article_places
        with_article = [row for row in rows if any(row.cells[place].strip() for place in places)]
        return with_article or rows

    def _order(
        self, rows: Sequence[CsvRow], items: Sequence[CsvRow], faults: list[DomainError]
    ) -> OrderDraft:
        table, first = self._table, rows[0].cells
        for row in rows[1:]:
            self._note_differences(rows[0], row, faults)
        values: dict[str, Any] = self._defaults | values_of(table.order, first, faults)
        draft = OrderDraft(
            customer=CustomerDraft(**values_of(table.customer, first, faults, "customer")),
            shipping_address=AddressDraft(
                **values_of(table.address, first, faults, "shippingAddress")
            ),
            items=[
                ItemDraft(**values_of(table.item, row.cells, faults, "items", str(place)))
                for place, row in enumerate(items)
            ],
            **values,
        )
        if table.line_total is not None:
            apply_line_totals(draft, table.line_total, [row.cells for row in items], faults)
        return draft

    def _histories(
        self, rows: Sequence[CsvRow], faults: list[DomainError]
    ) -> Sequence[HistoryDraft]:
        """Return the histories that rows tell: rows that tell the same have one together."""
        if not self._table.history:
            return ()
        lines: dict[str, list[int]] = {}
        histories: dict[str, HistoryDraft] = {}
        for number, row in enumerate(rows, start=1):
            history = HistoryDraft(**values_of(self._table.history, row.cells, faults))
            histories.setdefault(repr(history), history)
            lines.setdefault(repr(history), []).append(number)
        if len(histories) > 1:
            for text, history in histories.items():
                history.lines = tuple(lines[text])
        return [history for history in histories.values() if not history.is_empty]

    def _note_differences(self, first: CsvRow, other: CsvRow, faults: list[DomainError]) -> None:
        for path, place in self._shared:
            before, now = first.cells[place], other.cells[place]
            if now != before and now.strip() not in ("", before.strip()):
                numbers = f"{first.line.number} and {other.line.number}"
                reason = f"Differs between the lines {numbers} of the same order."
                faults.append(Invalid(reason, path))


def _shared_columns(
    table: CsvTable, loose: frozenset[str]
) -> Sequence[tuple[tuple[str, ...], int]]:
    """Return the path and the place of all columns that the lines of an order share."""
    parts = (
        ((), (*table.order, *table.history)),
        (("customer",), table.customer),
        (("shippingAddress",), table.address),
    )
    return [
        ((*part, column.field), column.place)
        for part, columns in parts
        for column in columns
        if column.name not in loose
    ]
