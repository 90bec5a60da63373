"""Orders of lists: by which columns, and the cursors that name a place in them."""

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
"""Between the values of a cursor; none of them contains it."""
IDENTITIES = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NO_OFFSET = timedelta(0)
MAXIMUM_CURSOR_LENGTH = 300
"""Characters: a cursor of ours has at most some hundred and fifty."""


@dataclass(frozen=True, slots=True)
class Key:
    """One column that a list is ordered by. A missing value comes last in either direction."""

    column: str
    is_descending: bool = False
    is_nullable: bool = False
    kind: str = TEXT

    def parsed(self, value: str) -> Any:
        """Raises ValueError for what a cursor cannot hold here."""
        if not value and self.is_nullable:
            return None
        return _PARSE[self.kind](value)


def _text(value: str) -> str:
    if not is_storable(value):
        raise ValueError("no such place")
    return value


def _number(value: str) -> int:
    number = int(value)
    if number.bit_length() >= 64:
        raise ValueError("no such place")
    return number


def _moment(value: str) -> datetime:
    """In UTC, as cursors are written."""
    parsed = datetime.fromisoformat(value)
    if parsed.utcoffset() != NO_OFFSET:
        raise ValueError("not in UTC")
    return parsed


def _identity(value: str) -> str:
    """As it is: the databases' drivers take it so, and a UUID takes long to make."""
    if not IDENTITIES.fullmatch(value):
        raise ValueError("no such place")
    return value


_PARSE: dict[str, Callable[[str], Any]] = {
    TEXT: _text,
    NUMBER: _number,
    TIME: _moment,
    IDENTITY: _identity,
}


Bound = tuple[str, bool]
"""A cursor, "after" or "before", and whether the row that it names has the first key."""
Bounds = tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Ordering:
    """The columns of an order, the last of them unique; `tag` names it in cursors."""

    tag: str
    keys: tuple[Key, ...]

    def __hash__(self) -> int:
        """It is looked for with every page, and no two have the same tag."""
        return hash(self.tag)

    def cursor(self, writing: StatementBuilder, row: Row) -> str:
        """An expression of text."""
        parts = [literal(self.tag)]
        for key in self.keys:
            parts += [literal(SEPARATOR), _shown(writing, key, row[key.column])]
        return concatenated(parts)

    def values(self, cursor: str, name: str) -> list[Any]:
        """Raises Invalid if this is no cursor of a list in this order."""
        tag, *values = cursor[:MAXIMUM_CURSOR_LENGTH].split(SEPARATOR)
        try:
            if tag == self.tag:
                return [key.parsed(value) for key, value in zip(self.keys, values, strict=True)]
        except ValueError:
            pass
        raise Invalid("This is no cursor of a list in this order.", (name,))

    def bounds(self, after: str | None, before: str | None) -> tuple[list[Bound], dict[str, Any]]:
        """What cursors there are, and their values by name. Raises Invalid."""
        bounds: list[Bound] = []
        values: dict[str, Any] = {}
        for name, cursor in ("after", after), ("before", before):
            if cursor is not None:
                place = self.values(cursor, name)
                bounds.append((name, place[0] is not None))
                values |= {f"{name}{number}": value for number, value in enumerate(place)}
        return bounds, values

    def sql(self, table: str, *, backwards: bool) -> str:
        """By an index, which has what is missing at one end: a list is read in `parts`."""
        return ", ".join(
            f'{table}."{key.column}" {"ASC" if key.is_descending == backwards else "DESC"}'
            for key in self.keys
        )

    def parts(
        self, table: str, bounds: Bounds, given: Callable[[str, str], str], *, backwards: bool
    ) -> list[str]:
        """What is within each part of the list, in the order in which the parts are read.

        There are two where the first key may be missing: those that have it, and those without.
        """
        if not self.keys[0].is_nullable:
            return [_all(self._beyond(table, name, self.keys, given) for name, _ in bounds)]
        first = f'{table}."{self.keys[0].column}"'
        parts = []
        # One lies wholly on the other side of a cursor in the other part.
        if ("after", False) not in bounds:
            within = [name for name, has_first in bounds if has_first]
            limits = [self._beyond(table, name, self.keys, given) for name in within]
            parts.append(_all([f"{first} IS NOT NULL", *limits]))
        if ("before", True) not in bounds:
            within = [name for name, has_first in bounds if not has_first]
            limits = [self._beyond(table, name, self.keys[1:], given) for name in within]
            parts.append(_all([f"{first} IS NULL", *limits]))
        return (parts[::-1] if backwards else parts) or ["FALSE"]

    def _beyond(
        self, table: str, name: str, keys: Sequence[Key], given: Callable[[str, str], str]
    ) -> str:
        """All keys run in one direction: the database compares the row of them with an index."""
        comparison = "<" if keys[0].is_descending == (name == "after") else ">"
        numbers = range(len(self.keys) - len(keys), len(self.keys))
        columns = ", ".join(f'{table}."{key.column}"' for key in keys)
        places = (
            given(f"{name}{number}", key.kind) for number, key in zip(numbers, keys, strict=True)
        )
        return f"({columns}) {comparison} ({', '.join(places)})"


def _all(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions) or "TRUE"


def _shown(writing: StatementBuilder, key: Key, value: str) -> str:
    text = writing.dialect.moment(value) if key.kind == TIME else f"CAST({value} AS TEXT)"
    return f"COALESCE({text}, '')" if key.is_nullable else f"({text})"


def timed(tag: str, column: str, *, descending: bool = True, nullable: bool = False) -> Ordering:
    """By a time, then by id in the same direction."""
    return Ordering(tag, (Key(column, descending, nullable, TIME), by_id(descending)))


def by_id(descending: bool) -> Key:
    return Key("id", descending, kind=IDENTITY)
