"""Orderings of lists: the columns to order by, and the cursors that mark a row's place."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from database.texts import is_storable
from engine.sql.conditions import IDENTITY, TEXT, TIME
from engine.sql.json_dialects import concatenated, literal
from engine.sql.rows import Row
from engine.sql.statement_builder import StatementBuilder
from errors import Invalid

NUMBER = "bigint"
SEPARATOR = "~"
"""Separates a cursor's values; none of them contains it."""
UUID_PATTERN = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NO_OFFSET = timedelta(0)
MAXIMUM_CURSOR_LENGTH = 300
"""Characters of a cursor: the longest that this service issues has about 150."""


@dataclass(frozen=True, slots=True)
class Key:
    """A column that a list is ordered by. NULL comes last in either direction."""

    column: str
    is_descending: bool = False
    is_nullable: bool = False
    kind: str = TEXT

    def parsed(self, value: str) -> Any:
        """Return a cursor's value of this column. Raises ValueError if it is malformed."""
        if not value and self.is_nullable:
            return None
        return _PARSE[self.kind](value)


def _text(value: str) -> str:
    if not is_storable(value):
        raise ValueError("not a value of this column")
    return value


def _number(value: str) -> int:
    number = int(value)
    if number.bit_length() >= 64:
        raise ValueError("not a value of this column")
    return number


def _timestamp(value: str) -> datetime:
    # Cursors are written in UTC.
    parsed = datetime.fromisoformat(value)
    if parsed.utcoffset() != NO_OFFSET:
        raise ValueError("not in UTC")
    return parsed


def _identity(value: str) -> str:
    """Return the id unchanged: the drivers take text, and constructing a UUID is slow."""
    if not UUID_PATTERN.fullmatch(value):
        raise ValueError("not a value of this column")
    return value


_PARSE: dict[str, Callable[[str], Any]] = {
    TEXT: _text,
    NUMBER: _number,
    TIME: _timestamp,
    IDENTITY: _identity,
}


Bound = tuple[str, bool]
"""A cursor's argument ("after" or "before"), and whether its row has a value of the first key."""
Bounds = tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Ordering:
    """The columns of an ordering, the last of them unique. Cursors begin with the unique `tag`."""

    tag: str
    keys: tuple[Key, ...]

    def __hash__(self) -> int:
        """Hash the unique tag alone: every page looks up its statement by the ordering."""
        return hash(self.tag)

    def cursor(self, builder: StatementBuilder, row: Row) -> str:
        """Write the expression of a row's cursor, as text."""
        parts = [literal(self.tag)]
        for key in self.keys:
            parts += [literal(SEPARATOR), _cursor_text(builder, key, row[key.column])]
        return concatenated(parts)

    def values(self, cursor: str, name: str) -> list[Any]:
        """Return a cursor's values. Raises Invalid if it does not belong to this ordering."""
        tag, *values = cursor[:MAXIMUM_CURSOR_LENGTH].split(SEPARATOR)
        try:
            if tag == self.tag:
                return [key.parsed(value) for key, value in zip(self.keys, values, strict=True)]
        except ValueError:
            pass
        raise Invalid("This is not a cursor of a list in this order.", (name,))

    def bounds(self, after: str | None, before: str | None) -> tuple[list[Bound], dict[str, Any]]:
        """Return the given cursors, and their values by parameter name. Raises Invalid."""
        bounds: list[Bound] = []
        values: dict[str, Any] = {}
        for name, cursor in ("after", after), ("before", before):
            if cursor is not None:
                place = self.values(cursor, name)
                bounds.append((name, place[0] is not None))
                values |= {f"{name}{number}": value for number, value in enumerate(place)}
        return bounds, values

    def sql(self, table: str, *, backwards: bool) -> str:
        """Write the ORDER BY list. Where NULL sorts depends on the index: see `parts`."""
        return ", ".join(
            f'{table}."{key.column}" {"ASC" if key.is_descending == backwards else "DESC"}'
            for key in self.keys
        )

    def parts(
        self, table: str, bounds: Bounds, bind: Callable[[str, str], str], *, backwards: bool
    ) -> list[str]:
        """Return the conditions of the list's parts, in the order in which they are read.

        A list has two parts if its first key is nullable, because an index has the rows without a
        value at one end: one part has the rows with a value, the other those without. `bind`
        returns the placeholder of a cursor's value by its name and type.
        """
        if not self.keys[0].is_nullable:
            return [_all(self._beyond(table, name, self.keys, bind) for name, _ in bounds)]
        first = f'{table}."{self.keys[0].column}"'
        parts = []
        # A cursor in one part can exclude the other part as a whole.
        if ("after", False) not in bounds:
            within = [name for name, has_first in bounds if has_first]
            limits = [self._beyond(table, name, self.keys, bind) for name in within]
            parts.append(_all([f"{first} IS NOT NULL", *limits]))
        if ("before", True) not in bounds:
            within = [name for name, has_first in bounds if not has_first]
            limits = [self._beyond(table, name, self.keys[1:], bind) for name in within]
            parts.append(_all([f"{first} IS NULL", *limits]))
        return (parts[::-1] if backwards else parts) or ["FALSE"]

    def _beyond(
        self, table: str, name: str, keys: Sequence[Key], bind: Callable[[str, str], str]
    ) -> str:
        """Compare whole rows: all keys have one direction, so the database can use the index."""
        comparison = "<" if keys[0].is_descending == (name == "after") else ">"
        numbers = range(len(self.keys) - len(keys), len(self.keys))
        columns = ", ".join(f'{table}."{key.column}"' for key in keys)
        values = (
            bind(f"{name}{number}", key.kind) for number, key in zip(numbers, keys, strict=True)
        )
        return f"({columns}) {comparison} ({', '.join(values)})"


def _all(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions) or "TRUE"


def _cursor_text(builder: StatementBuilder, key: Key, value: str) -> str:
    text = builder.dialect.timestamp(value) if key.kind == TIME else f"CAST({value} AS TEXT)"
    return f"COALESCE({text}, '')" if key.is_nullable else f"({text})"


def time_ordering(
    tag: str, column: str, *, descending: bool = True, nullable: bool = False
) -> Ordering:
    """Order by a time, then by id in the same direction."""
    return Ordering(tag, (Key(column, descending, nullable, TIME), by_id(descending)))


def by_id(descending: bool) -> Key:
    return Key("id", descending, kind=IDENTITY)
