"""Steps: the columns that an index begins with, and the values that each is looked for with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from database.connections import is_postgres
from engine.sql.conditions import TEXT, Condition


@dataclass(frozen=True, slots=True)
class Step:
    """A column that an index begins with, or what it makes of one, and the values that it is
    looked for with. `kind` is what PostgreSQL is told that they are."""

    column: str
    values: Sequence[Any]
    kind: str = TEXT
    made: str = "{}"

    def of(self, table: str) -> str:
        return self.made.format(f'"{table}"."{self.column}"')

    @property
    def source(self) -> Condition:
        """Rows that have the values, as `value`."""
        unnested = f'(SELECT unnest(?::{self.kind}[]) AS "value")'
        return Condition(unnested if is_postgres() else "json_each(?)", (list(self.values),))

    @property
    def padded(self) -> Sequence[Any]:
        """The values, and NULL, which no row has, so often that there are 1, 2, 4, 8 ... of them:
        few texts then differ only by how many values there are."""
        count = len(self.values)
        return [*self.values, *[None] * ((1 << (count - 1).bit_length()) - count if count else 0)]


def each_of(column: str, values: Sequence[Any]) -> Step:
    """Of each of these values once."""
    return Step(column, list(dict.fromkeys(str(value) for value in values)))


def each_day_of(column: str, first: date, last: date) -> Step:
    """Of a time, each day of UTC once, on PostgreSQL."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return Step(column, days, "date", "({} AT TIME ZONE 'UTC')::date")
