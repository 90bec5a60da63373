"""SQL conditions: the text of a WHERE clause with a `?` for each value, and those values.

The text depends on which conditions are combined, never on a value or on the length of a list, so
that a statement is written and prepared once. Columns are qualified: "table"."column".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from database.columns import to_json
from database.connections import is_postgres

TYPED_VALUE = re.compile(r"\?::(\w+(?:\[\])?)")
"""The placeholder of a value with its type, as conditions for PostgreSQL have it."""
TEXT, TIME, IDENTITY, BOOLEAN = "text", "timestamptz", "uuid", "boolean"
"""The types that PostgreSQL casts values to. SQLite compares what `stored` returns for a value."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A predicate on rows. Its text can be joined to others by AND without parentheses."""

    text: str
    values: tuple[Any, ...] = ()

    def __and__(self, other: "Condition") -> "Condition":
        # Mostly one of them is this very object, and comparing values takes longer.
        if other is EVERYTHING:
            return self
        if self is EVERYTHING:
            return other
        if NOTHING in (self, other):
            return NOTHING
        if self == EVERYTHING or other == EVERYTHING:
            return other if self == EVERYTHING else self
        return Condition(f"{self.text} AND {other.text}", self.values + other.values)

    def __or__(self, other: "Condition") -> "Condition":
        if EVERYTHING in (self, other):
            return EVERYTHING
        if self == NOTHING or other == NOTHING:
            return other if self == NOTHING else self
        return Condition(f"({self.text} OR {other.text})", self.values + other.values)

    def __invert__(self) -> "Condition":
        """Match all other rows, also those for which the condition is NULL."""
        if self in (EVERYTHING, NOTHING):
            return NOTHING if self == EVERYTHING else EVERYTHING
        return Condition(f"({self.text}) IS NOT TRUE", self.values)


EVERYTHING = Condition("TRUE")
NOTHING = Condition("FALSE")


def compared(column: str, operator: str, value: Any, kind: str = TEXT) -> Condition:
    return Condition(f"{column} {operator} {placeholder(kind)}", (value,))


def among(column: str, values: Iterable[Any], kind: str = TEXT) -> Condition:
    """The column is one of `values`, which are bound as one parameter whatever their number."""
    if is_postgres():
        return Condition(f"{column} = ANY(?::{kind}[])", (list(values),))
    return Condition(f"{column} IN (SELECT value FROM json_each(?))", (list(values),))


def placeholder(kind: str) -> str:
    return f"?::{kind}" if is_postgres() else "?"


def opaque(text: str) -> str:
    """Return the text with each value in a subquery, so that PostgreSQL's planner cannot see it.

    A plan for the given values then costs as much as the generic plan, and planning in addition, so
    PostgreSQL keeps the generic plan after its five trials. If it saw values for which it expects
    few rows, the generic plan would seem expensive and it would plan every execution anew.
    """
    # The outer cast keeps ANY from treating the subquery as a set of rows to compare with.
    return TYPED_VALUE.sub(r"(SELECT ?::\1)::\1", text)


def literals(words: Iterable[str]) -> str:
    """Return the words as an SQL list in the text itself; none of them may need escaping."""
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"


def exists(table: str, joined: str, rows: Condition) -> Condition:
    """The other table has a row that satisfies both the join condition and `rows`."""
    text = f'EXISTS (SELECT 1 FROM "{table}" WHERE {joined} AND {rows.text})'
    return Condition(text, rows.values)


def stored(value: Any) -> Any:
    """Return a value as SQLite stores it, so that it compares; times become UTC text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list | tuple | set | frozenset):
        return to_json([stored(item) for item in value])
    return value
