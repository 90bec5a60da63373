"""The reader of CSV files: ours, those of shops, and any other whose columns are named."""

import csv
import io
from collections.abc import Iterator

from commands.importing.csv_header import COMMA, Header, header_of, separator_of
from commands.importing.csv_orders import CsvOrders
from commands.importing.csv_rows import CsvRow, CsvRows
from commands.importing.csv_table import Warn, column_name, table_of
from commands.importing.entries import Entry
from commands.importing.fields import Readers
from commands.importing.lines import Lines, UnreadableFile
from commands.importing.reading_options import ReadingOptions
from commands.importing.values.amounts import DecimalMark
from errors import DomainError


class CsvReader:
    """Reads the orders of a CSV file, and writes those that were refused as CSV."""

    def __init__(self, options: ReadingOptions, warn: Warn) -> None:
        self._options = options
        self._warn = warn
        self._header = Header(())

    @property
    def rejects_heading(self) -> str:
        return _csv_row("line", "reason", "original")

    def reject(self, number: int, reason: str, original: str) -> str:
        """Return a line of the rejects."""
        return _csv_row(number, reason, original)

    def read(self, lines: Lines) -> Iterator[Entry]:
        """Yield the orders.

        Raises UnreadableFile if the first line does not name the columns that are needed.
        """
        options = self._options
        separator = separator_of(lines, options.separator)
        rows = CsvRows(lines, separator)
        self._header = header = self._read_header(rows)
        column_map = header.column_map
        is_plain = separator == COMMA and column_map is None
        readers = Readers(
            options.decimal or (DecimalMark.PLAIN if is_plain else DecimalMark.EITHER),
            options.zone,
            column_map.times if column_map is not None else (),
        )
        orders = CsvOrders(
            table_of(header.names, readers),
            loose=header.rows.loose if header.rows is not None else frozenset(),
            blank_continues=column_map is not None and column_map.blank_continues,
            ships_by_line=column_map is not None and column_map.ships_by_line,
            currency=options.currency,
        )
        return orders.entries(rows if column_map is None else self._translated(rows))

    def explain(self, entry: Entry, fault: DomainError) -> str:
        """Return the fault with its column, and with the item's line if the order has several."""
        place = []
        path = fault.field
        if path[:1] == ("items",) and len(path) > 1 and len(entry.lines) > 1:
            line = (entry.item_lines or entry.lines)[int(path[1])]
            place.append(f"item {int(path[1]) + 1} (line {line.number})")
        if path and (path[0] != "items" or len(path) != 2):
            name = column_name(path)
            place.append(self._header.titles.get(name, name))
        return f"{', '.join(place)}: {fault.message}" if place else fault.message

    def _read_header(self, rows: CsvRows) -> Header:
        row = next(rows, None)
        if row is None:
            raise UnreadableFile("It is empty: its first line must name the columns.")
        if row.line.problem is not None:
            raise UnreadableFile(f"Its first line: {row.line.problem.message}")
        options = self._options
        header = header_of(row.cells, options.column_map, options.currency, self._warn)
        rows.width = len(row.cells)
        return header

    def _translated(self, rows: CsvRows) -> Iterator[CsvRow]:
        """Yield the rows in our columns, without remarks."""
        header, width = self._header, rows.width or 0
        for row in rows:
            if header.column_map is not None and header.column_map.is_remark(row.cells):
                continue
            # The cells of a row that is malformed show which order it belongs to.
            cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
            yield CsvRow(row.line, header.rows.translate(cells) if header.rows else cells)


def _csv_row(*cells: object) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
