"""Conditions: what a WHERE says, as text with a `?` for each value, and the values beside it.

The text depends on what is asked, never on the values or on how many a list has, so that a
statement is made and prepared once. Columns are written with their table: "orders"."status".
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
"""A value in the text of a condition, as PostgreSQL's has it."""
TEXT, TIME, IDENTITY, BOOLEAN = "text", "timestamptz", "uuid", "boolean"
"""What PostgreSQL is told that a value is; SQLite compares what `stored` makes of it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Which rows are meant. Its text can be joined by AND as it stands."""

    text: str
    values: tuple[Any, ...] = ()

    def __and__(self, other: "Condition") -> "Condition":
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
        """All rows that are not meant: those too of which the database cannot tell, for a NULL."""
        if self in (EVERYTHING, NOTHING):
            return NOTHING if self == EVERYTHING else EVERYTHING
        return Condition(f"({self.text}) IS NOT TRUE", self.values)


EVERYTHING = Condition("TRUE")
NOTHING = Condition("FALSE")


def compared(column: str, operator: str, value: Any, kind: str = TEXT) -> Condition:
    return Condition(f"{column} {operator} {placeholder(kind)}", (value,))


def among(column: str, values: Iterable[Any], kind: str = TEXT) -> Condition:
    """One value of the statement, however many the list has."""
    if is_postgres():
        return Condition(f"{column} = ANY(?::{kind}[])", (list(values),))
    return Condition(f"{column} IN (SELECT value FROM json_each(?))", (list(values),))


def placeholder(kind: str) -> str:
    return f"?::{kind}" if is_postgres() else "?"


def opaque(text: str) -> str:
    """The same text, whose values PostgreSQL's planner cannot look at: each is a query of its own.

    A plan for given values then costs what the generic plan costs, and planning besides, so that
    PostgreSQL keeps the generic plan after its five trials. Looked at, values of which it expects
    few rows make the generic plan seem dear, and it would plan anew for every execution.
    """
    # The outer type keeps ANY from taking the query for one of rows to compare with.
    return TYPED_VALUE.sub(r"(SELECT ?::\1)::\1", text)


def literals(words: Iterable[str]) -> str:
    """Words of ours, none of which needs quoting, as a list in the text itself."""
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"


def exists(table: str, joined: str, rows: Condition) -> Condition:
    """There is a row of the other table that belongs to this one and is meant."""
    text = f'EXISTS (SELECT 1 FROM "{table}" WHERE {joined} AND {rows.text})'
    return Condition(text, rows.values)


def stored(value: Any) -> Any:
    """A value as SQLite holds it, so that it compares: times in UTC, as texts of one form."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list | tuple | set | frozenset):
        return to_json([stored(one) for one in value])
    return value
