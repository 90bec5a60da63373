"""The builder of an aggregate's statement: its columns, joins and values."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.sql.conditions import EVERYTHING, Condition
from engine.sql.selection import Reader
from errors import LimitExceeded
from resolvers.stats.aggregate_dialects import AggregateDialect

MAXIMUM_COLUMNS = 200
"""The most columns of a statement: enough for every measure, some in several currencies and with
many percentiles. Each is computed for all groups, and percentiles keep the values of all rows."""
Row = Sequence[Any]
"""A row of the result, one for each group. A group without rows has None in every column."""
Read = Callable[[Row], Any]
"""Reads a value from a row of the result."""
Child = Callable[["GroupStatementBuilder"], str]
"""Writes the rest of a SELECT of another table's rows, grouped to one row for each `parent`, so
that joining them multiplies no rows."""


class GroupStatementBuilder:
    def __init__(
        self,
        dialect: AggregateDialect,
        table: str,
        condition: Condition,
        children: Mapping[str, Child],
        reader: Reader,
        *,
        values: list[Any] | None = None,
        has_few_parents: bool = False,
    ) -> None:
        """`values` are those of an outer statement, if this is a part of one. If the condition
        admits only few rows, `has_few_parents`, children are looked up parent by parent."""
        self.dialect, self.table, self.reader = dialect, table, reader
        self._children = children
        self._columns: dict[str, int] = {}
        self._joined: dict[str, str] = {}
        self.values: list[Any] = [] if values is None else values
        self._has_few_parents = has_few_parents
        self._where = None if condition == EVERYTHING else self.condition(condition)

    def column(self, column: str) -> str:
        return f'"{self.table}"."{column}"'

    def value(self, value: Any) -> str:
        """Return the placeholder of a value. Equal values share one, so that equal texts match."""
        if isinstance(value, datetime | str) and value in self.values:
            return self.dialect.placeholder(self.values.index(value) + 1)
        self.values.append(value)
        return self.dialect.placeholder(len(self.values))

    def condition(self, condition: Condition) -> str:
        first, *others = condition.text.split("?")
        pairs = zip(condition.values, others, strict=True)
        return first + "".join(self.value(value) + other for value, other in pairs)

    def add_column(self, text: str) -> Read:
        """Add a column and return the function that reads it from a row. Raises LimitExceeded."""
        place = self._columns.setdefault(text, len(self._columns))
        if place >= MAXIMUM_COLUMNS:
            raise LimitExceeded("This asks for too much of each group: ask for fewer measures.")
        return lambda row: row[place]

    def add_sum(self, expression: str, where: str = "") -> Read:
        """Add a sum of whole numbers, None without rows. PostgreSQL returns it as a decimal."""
        read = self.add_column(f"sum({expression}){where}")
        return lambda row: None if (value := read(row)) is None else int(value)

    def child_column(self, name: str, column: str) -> str:
        """Return a column of joined child rows, which is NULL without a child."""
        if name not in self._joined:
            rows = f"SELECT {self._children[name](self)}"
            self._joined[name] = f'LEFT JOIN ({rows}) AS "{name}" ON "{name}".parent = '
        return f'"{name}"."{column}"'

    def among_parents(self, column: str) -> str:
        """Return the condition that the parents of child rows are among the filtered rows."""
        if self._where is None:
            return "TRUE"
        return f'{column} IN (SELECT "id" FROM "{self.table}" WHERE {self._where})'

    def among_few_parents(self, column: str) -> str:
        """Return the same condition if the parents are few; for many, reading all children is
        faster."""
        return self.among_parents(column) if self._has_few_parents else "TRUE"

    @property
    def width(self) -> int:
        return len(self._columns)

    def select(self) -> str:
        columns = ", ".join(self._columns) or "1"
        joins = "".join(f" {join}{self.column('id')}" for join in self._joined.values())
        where = "" if self._where is None else f" WHERE {self._where}"
        return f"SELECT {columns} FROM {self.source()}{joins}{where}"

    def source(self) -> str:
        return f'"{self.table}"'

    def required_conditions(self, groups: Sequence[str]) -> Sequence[str]:
        """Return the conditions of HAVING that every group must meet."""
        return ()
