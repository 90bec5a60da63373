"""The header of a CSV file: what separates its cells, and which columns they are."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from commands.importing.column_map import SHOPS, ColumnMap, comparable, shop_map
from commands.importing.csv_table import (
    REQUIRED,
    Warn,
    refuse_misspelt,
    warn_of_unknown,
)
from commands.importing.lines import Line, Lines, UnreadableFile
from commands.importing.mapped_rows import AMOUNTS, CURRENCY, MappedRows
from commands.importing.values.quotation import quoted

COMMA = ","
SEPARATORS = (COMMA, ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""The line by which a file tells Excel its separator."""


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file, in our names. `rows` translates its rows, None if they are ours."""

    names: Sequence[str]
    rows: MappedRows | None = None
    column_map: ColumnMap | None = None

    @property
    def titles(self) -> Mapping[str, str]:
        """The file's own names of our columns, where they differ."""
        return self.rows.titles if self.rows is not None else {}


def separator_of(lines: Lines, said: str | None) -> str:
    """Return the separator of the file: what was said, what it says itself, or what it uses."""
    line = _first_filled(lines)
    if line is None:
        return said or COMMA
    match = _SEPARATOR_LINE.fullmatch(line.text)
    if match is not None:
        return said or match[1]
    lines.push_back([line])
    return said or max(SEPARATORS, key=lambda mark: _count_cells(line.text, mark))


def _first_filled(lines: Iterator[Line]) -> Line | None:
    return next((line for line in lines if line.text.strip() or line.problem), None)


def _count_cells(text: str, separator: str) -> int:
    try:
        return len(next(csv.reader([text], delimiter=separator), []))
    except csv.Error:
        return 0


def header_of(
    cells: Sequence[str], chosen: ColumnMap | None, currency: str | None, warn: Warn
) -> Header:
    """Return the header of a file, by the chosen map or by the one that it fits.

    `currency` is that of orders which name none, if somebody has said it.

    Raises UnreadableFile if it is that of no order file.
    """
    names = [cell.strip().lower() for cell in cells]
    if chosen is None and not _is_ours(names):
        chosen = _recognised([comparable(cell) for cell in cells])
    if chosen is None:
        _refuse_doubled(names)
        refuse_misspelt(names)
        warn_of_unknown(names, warn)
        return Header(names)
    return _mapped(cells, chosen, currency, warn)


def _is_ours(names: Sequence[str]) -> bool:
    return sum(name in REQUIRED for name in names) * 2 > len(REQUIRED)


def _recognised(header: Sequence[str]) -> ColumnMap | None:
    maps = [shop_map(name) for name in SHOPS]
    for column_map in maps:
        if column_map.fits(header):
            return column_map
    for column_map in maps:
        column_map.refuse_incomplete(header)
    return None


def _refuse_doubled(names: Sequence[str]) -> None:
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        raise UnreadableFile(f"Columns stand twice: {', '.join(doubled)}.")


def _mapped(
    cells: Sequence[str], column_map: ColumnMap, currency: str | None, warn: Warn
) -> Header:
    header = [comparable(cell) for cell in cells]
    column_map.refuse_incomplete(header)
    rows = MappedRows(column_map, header)
    read = {header[place] for place in rows.places}
    _refuse_doubled([name for name in header if name in read])
    missing = [name for name in REQUIRED if name not in rows.names]
    if missing:
        wanted = ", ".join(f"{name} ({_wanted(column_map, name)})" for name in missing)
        raise UnreadableFile(f"Read as {column_map.title}, it lacks columns: {wanted}.")
    has_amounts = any(name in rows.names for name in AMOUNTS)
    if has_amounts and CURRENCY not in rows.names and currency is None:
        raise UnreadableFile(
            f"Read as {column_map.title}, it does not say the currency of its amounts: say"
            " --currency, like --currency EUR."
        )
    warn(_description(cells, column_map, rows))
    return Header(rows.names, rows, column_map)


def _wanted(column_map: ColumnMap, name: str) -> str:
    return " or ".join(column_map.columns.get(name, ())) or "no column is named for it"


def _description(cells: Sequence[str], column_map: ColumnMap, rows: MappedRows) -> str:
    """Say which column is read as which."""
    mapped = ", ".join(f"{name} is {title}" for name, title in rows.titles.items())
    unread = [cell.strip() for place, cell in enumerate(cells) if place not in rows.places]
    left_out = ", ".join(quoted(name)[1:-1] for name in unread if name)
    ending = f" Left out: {left_out}." if left_out else ""
    return f"Read as {column_map.title}: {mapped}.{ending}"
