"""Rows of a CSV file: a row that is not well formed is refused, and those after it are read."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from commands.importing.lines import Line, Lines
from errors import Invalid

MAXIMUM_LINES = 100
"""Lines of one row: a cell may hold line ends, but a quote that is never closed must not swallow
the whole file."""
UNCLOSED = "A quote is opened and not closed."
END_IN_QUOTES = "unexpected end of data"
TEXT_AFTER_QUOTE = "expected after '\"'"


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row of the file. If its line has a problem, it has the cells that could be read."""

    line: Line
    cells: list[str]

    @property
    def is_blank(self) -> bool:
        """Whether the row has nothing but commas, as spreadsheets leave them."""
        return self.line.problem is None and not any(map(str.strip, self.cells))


class CsvRows(Iterator[CsvRow]):
    """All rows except blank ones. Set `width` as soon as the number of columns is known."""

    def __init__(self, lines: Lines, separator: str = ",") -> None:
        self.width: int | None = None
        self._lines = lines
        self._separator = separator
        self._texts = _LineTexts(lines)
        self._cells = csv.reader(self._texts, delimiter=separator, strict=True)

    def __next__(self) -> CsvRow:
        while (row := self._read()).is_blank:
            pass
        return row

    def _read(self) -> CsvRow:
        taken: list[Line] = []
        self._texts.taken = taken
        try:
            cells = next(self._cells)
        except csv.Error as error:
            return self._only_first(taken, _reason(error))
        row = CsvRow(_joined(taken), cells)
        if self.width is None or len(cells) == self.width or row.is_blank:
            return row
        if len(taken) > 1:
            return self._only_first(taken, UNCLOSED)
        reason = f"Has {len(cells)} columns; the first line has {self.width}."
        return CsvRow(_with_problem(row.line, reason), cells)

    def _only_first(self, taken: list[Line], reason: str) -> CsvRow:
        """Return a row of the first line alone; the other lines may be rows of their own."""
        first, *others = taken
        self._lines.push_back(others)
        return CsvRow(_with_problem(first, reason), _guess_cells(first.text, self._separator))


class _LineTexts(Iterator[str]):
    """The texts that the parser reads. `taken` has the lines that it read since it was emptied."""

    def __init__(self, lines: Lines) -> None:
        self.taken: list[Line] = []
        self._lines = lines

    def __next__(self) -> str:
        if len(self.taken) == MAXIMUM_LINES:
            raise csv.Error(END_IN_QUOTES)
        line = next(self._lines)
        self.taken.append(line)
        return f"{line.text}\n"


def _joined(taken: list[Line]) -> Line:
    if len(taken) == 1:
        return taken[0]
    problem = next((line.problem for line in taken if line.problem is not None), None)
    return Line(taken[0].number, "\n".join(line.text for line in taken), problem)


def _with_problem(line: Line, reason: str) -> Line:
    return Line(line.number, line.text, line.problem or Invalid(reason))


def _reason(error: csv.Error) -> str:
    if str(error) == END_IN_QUOTES:
        return UNCLOSED
    if str(error).endswith(TEXT_AFTER_QUOTE):
        return "Text follows a closing quote: a quote inside a quoted cell is written twice."
    return f"Is not CSV: {error}."


def _guess_cells(text: str, separator: str) -> list[str]:
    """Return the cells of a malformed line, as far as they show which order it belongs to."""
    try:
        return next(csv.reader([text], delimiter=separator), [])
    except csv.Error:
        return []
