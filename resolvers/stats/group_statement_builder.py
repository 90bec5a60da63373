"""A statement over groups while it is written: its columns, what is joined, and its values."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.sql.conditions import EVERYTHING, Condition
from engine.sql.selection import Reader
from errors import LimitExceeded
from resolvers.stats.aggregate_dialects import Dialect

MAXIMUM_COLUMNS = 200
"""Of what a statement answers: every measure there is, some in several currencies and with many
percentiles. Each is computed for all groups, and percentiles keep the values of all rows."""
Row = Sequence[Any]
"""What the statement answers of a group; of a group without rows, None in every column."""
Read = Callable[[Row], Any]
"""What is made of it."""
Child = Callable[["GroupStatementBuilder"], str]
"""Rows of another table, made one row for each `parent`, so that joining them multiplies nothing:
what a SELECT of them has after its own word."""


class GroupStatementBuilder:
    def __init__(
        self,
        dialect: Dialect,
        table: str,
        whole: Condition,
        children: Mapping[str, Child],
        reader: Reader,
        *,
        values: list[Any] | None = None,
        is_of_few: bool = False,
    ) -> None:
        """`values`: of the statement that this is a part of. `is_of_few`: children are looked for
        parent by parent."""
        self.dialect, self.table, self.reader = dialect, table, reader
        self._children = children
        self._columns: dict[str, int] = {}
        self._joined: dict[str, str] = {}
        self.values: list[Any] = [] if values is None else values
        self._is_of_few = is_of_few
        self._whole = None if whole == EVERYTHING else self.condition(whole)

    def own(self, column: str) -> str:
        return f'"{self.table}"."{column}"'

    def value(self, value: Any) -> str:
        """Its placeholder. What was given before has the same, so that equal texts stay equal."""
        if isinstance(value, datetime | str) and value in self.values:
            return self.dialect.placeholder(self.values.index(value) + 1)
        self.values.append(value)
        return self.dialect.placeholder(len(self.values))

    def condition(self, condition: Condition) -> str:
        first, *others = condition.text.split("?")
        pairs = zip(condition.values, others, strict=True)
        return first + "".join(self.value(value) + other for value, other in pairs)

    def column(self, text: str) -> Read:
        """Raises LimitExceeded."""
        place = self._columns.setdefault(text, len(self._columns))
        if place >= MAXIMUM_COLUMNS:
            raise LimitExceeded("This asks for too much of each group: ask for fewer measures.")
        return lambda row: row[place]

    def sum(self, whole: str, where: str = "") -> Read:
        """Of whole numbers; None where there are none. PostgreSQL answers with a decimal."""
        read = self.column(f"sum({whole}){where}")
        return lambda row: None if (value := read(row)) is None else int(value)

    def child(self, name: str, column: str) -> str:
        """A column of what is joined, NULL where there is none."""
        if name not in self._joined:
            rows = f"SELECT {self._children[name](self)}"
            self._joined[name] = f'LEFT JOIN ({rows}) AS "{name}" ON "{name}".parent = '
        return f'"{name}"."{column}"'

    def of_whole(self, column: str) -> str:
        """A condition of children: their parents are among those that are asked of."""
        if self._whole is None:
            return "TRUE"
        return f'{column} IN (SELECT "id" FROM "{self.table}" WHERE {self._whole})'

    def of_few(self, column: str) -> str:
        """The same where few parents are asked of; of many, all children are read faster."""
        return self.of_whole(column) if self._is_of_few else "TRUE"

    @property
    def width(self) -> int:
        return len(self._columns)

    def select(self) -> str:
        columns = ", ".join(self._columns) or "1"
        joins = "".join(f" {join}{self.own('id')}" for join in self._joined.values())
        where = "" if self._whole is None else f" WHERE {self._whole}"
        return f"SELECT {columns} FROM {self.source()}{joins}{where}"

    def source(self) -> str:
        return f'"{self.table}"'

    def demanded(self, groups: Sequence[str]) -> Sequence[str]:
        """What a group has to be, to be one."""
        return ()
