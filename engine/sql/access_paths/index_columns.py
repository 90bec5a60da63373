"""The leading columns of a composite index, and the values that are searched for in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from database.connections import is_postgres
from engine.sql.conditions import TEXT, Condition


@dataclass(frozen=True, slots=True)
class IndexColumn:
    """A leading column of an index, or an indexed expression of one, and the values that are
    searched for. `kind` is the type that PostgreSQL is given for them, and `expression` has a slot
    for the column."""

    column: str
    values: Sequence[Any]
    kind: str = TEXT
    expression: str = "{}"

    def sql(self, table: str) -> str:
        return self.expression.format(f'"{table}"."{self.column}"')

    @property
    def source(self) -> Condition:
        """The values as rows with one column, `value`."""
        unnested = f'(SELECT unnest(?::{self.kind}[]) AS "value")'
        return Condition(unnested if is_postgres() else "json_each(?)", (list(self.values),))

    @property
    def padded(self) -> Sequence[Any]:
        """The values, padded to 1, 2, 4, 8 ... of them with NULL, which equals nothing: this bounds
        the number of statements that differ only by how many values they have."""
        count = len(self.values)
        return [*self.values, *[None] * ((1 << (count - 1).bit_length()) - count if count else 0)]


def index_column(column: str, values: Sequence[Any]) -> IndexColumn:
    """Return the column with each of these values once, as text."""
    return IndexColumn(column, list(dict.fromkeys(str(value) for value in values)))


def day_index_column(column: str, first: date, last: date) -> IndexColumn:
    """Return PostgreSQL's index expression for the UTC day of a time, with each day from `first` to
    `last`."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return IndexColumn(column, days, "date", "({} AT TIME ZONE 'UTC')::date")
