"""Orders of lists: by which columns, and the cursors that name a place in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from errors import Invalid
from models.texts import is_storable
from resolvers.conditions import (
    IDENTITY,
    NOTHING,
    TEXT,
    TIME,
    Condition,
    compared,
    placeholder,
)
from resolvers.plans.dialects import concatenated, literal
from resolvers.plans.writing import Row, Writing

NUMBER = "bigint"
SEPARATOR = "~"
"""Between the values of a cursor; none of them contains it."""
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
    parsed = datetime.fromisoformat(value)
    if parsed.tzinfo is None:
        raise ValueError("no zone")
    return parsed.astimezone(UTC)


_PARSE: dict[str, Callable[[str], Any]] = {
    TEXT: _text,
    NUMBER: _number,
    TIME: _moment,
    IDENTITY: UUID,
}


@dataclass(frozen=True, slots=True)
class Ordering:
    """The columns of an order, the last of them unique; `tag` names it in cursors."""

    tag: str
    keys: tuple[Key, ...]

    def cursor(self, writing: Writing, row: Row) -> str:
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
        except (ValueError, OverflowError):
            pass
        raise Invalid("This is no cursor of a list in this order.", (name,))

    def sql(self, table: str, *, backwards: bool) -> str:
        return ", ".join(_direction(key, table, backwards=backwards) for key in self.keys)

    def beyond(self, table: str, values: Sequence[Any], *, backwards: bool) -> Condition:
        """Rows that come after these values; before them, if backwards."""
        if not any(key.is_nullable for key in self.keys):
            return self._beyond_at_once(table, values, backwards=backwards)
        beyond, equal = NOTHING, None
        for key, value in zip(self.keys, values, strict=True):
            column = f'{table}."{key.column}"'
            step = _beyond(key, column, value, backwards=backwards)
            beyond |= step if equal is None else equal & step
            same = (
                Condition(f"{column} IS NULL")
                if value is None
                else compared(column, "=", value, key.kind)
            )
            equal = same if equal is None else equal & same
        return beyond

    def _beyond_at_once(self, table: str, values: Sequence[Any], *, backwards: bool) -> Condition:
        """All keys run in one direction: the database compares the row of them with an index."""
        (is_descending,) = {key.is_descending for key in self.keys}
        comparison = ">" if is_descending == backwards else "<"
        columns = ", ".join(f'{table}."{key.column}"' for key in self.keys)
        placeholders = ", ".join(placeholder(key.kind) for key in self.keys)
        return Condition(f"({columns}) {comparison} ({placeholders})", tuple(values))


def _shown(writing: Writing, key: Key, value: str) -> str:
    text = writing.dialect.moment(value) if key.kind == TIME else f"CAST({value} AS TEXT)"
    return f"COALESCE({text}, '')" if key.is_nullable else f"({text})"


def _direction(key: Key, table: str, *, backwards: bool) -> str:
    direction = "ASC" if key.is_descending == backwards else "DESC"
    missing = ("NULLS FIRST" if backwards else "NULLS LAST") if key.is_nullable else ""
    return f'{table}."{key.column}" {direction} {missing}'.rstrip()


def _beyond(key: Key, column: str, value: Any, *, backwards: bool) -> Condition:
    if value is None:
        return Condition(f"{column} IS NOT NULL") if backwards else NOTHING
    comparison = ">" if key.is_descending == backwards else "<"
    step = compared(column, comparison, value, key.kind)
    if key.is_nullable and not backwards:
        step |= Condition(f"{column} IS NULL")
    return step


def timed(tag: str, column: str, *, descending: bool = True, nullable: bool = False) -> Ordering:
    """By a time, then by id in the same direction."""
    return Ordering(tag, (Key(column, descending, nullable, TIME), by_id(descending)))


def by_id(descending: bool) -> Key:
    return Key("id", descending, kind=IDENTITY)
