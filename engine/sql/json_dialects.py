"""SQL dialects for JSON: the expressions that make JSON text on PostgreSQL and on SQLite.

An expression is NULL only if its argument is NULL.
"""

import sqlite3
from collections.abc import Sequence
from typing import Protocol

MAXIMUM_OPERANDS = 50
"""Operands in one chain of `||`. SQLite allows expression trees of depth 1,000, and a chain is as
deep as it is long, so longer chains are split into halves."""


class JsonDialect(Protocol):
    """Writes the expressions that statements need for one database engine."""

    def placeholder(self, number: int) -> str: ...
    def json_string(self, value: str) -> str: ...
    def timestamp(self, value: str) -> str:
        """Return a time's RFC 3339 text in UTC."""

    def json_timestamp(self, value: str) -> str:
        """Return a time's RFC 3339 text in UTC as a JSON string."""

    def member(self, value: str, name: str) -> str:
        """Return a JSON object's member as a JSON value; NULL if there is none."""

    def member_text(self, value: str, name: str) -> str:
        """Return a JSON object's member as JSON text; NULL if there is none."""

    def elements(self, value: str, alias: str) -> str:
        """Return a FROM item with a row `alias`.value for each element of a JSON array."""

    def json_text(self, value: str) -> str:
        """Return the text of a JSON column."""

    def joined_by_commas(self, texts: str) -> str:
        """Return the aggregate that joins texts by commas, in the order of the rows."""

    def among(self, value: str, placeholder: str, kind: str = "text") -> str:
        """Return the condition that a value is in the list that one parameter holds."""

    def cast(self, placeholder: str, kind: str) -> str:
        """Return a placeholder with its type, where PostgreSQL cannot infer it."""

    def opaque(self, value: str) -> str:
        """Return a value that the planner does not look at (see engine.sql.conditions.opaque)."""

    def uuid(self, text: str) -> str:
        """Return a UUID's text as the type in which keys are stored."""

    def paired_rows(self, names: str, ids: str, alias: str) -> str:
        """Return a FROM item with columns `name`, `id`, `place` of two lists of equal length."""

    no_limit: str
    """Ends an ordered subquery without a limit, so that its order is kept."""
    maximum_depth: int | None
    """The deepest nesting of subqueries that the parser takes in a small statement; None if any."""


class PostgresJson:
    """PostgreSQL's dialect."""

    no_limit = ""
    maximum_depth: int | None = None

    def placeholder(self, number: int) -> str:
        return f"${number}"

    def json_string(self, value: str) -> str:
        return f"to_json({value})::text"

    def timestamp(self, value: str) -> str:
        # Sessions are in UTC, so the text ends in +00:00 and a quote. Nothing else is as fast.
        return f"substr(left(to_json({value})::text, -7), 2) || 'Z'"

    def json_timestamp(self, value: str) -> str:
        return f"left(to_json({value})::text, -7) || 'Z\"'"

    def member(self, value: str, name: str) -> str:
        return f"({value} -> '{name}')"

    def member_text(self, value: str, name: str) -> str:
        return f"({value} -> '{name}')::text"

    def elements(self, value: str, alias: str) -> str:
        return f"jsonb_array_elements({value}) AS {alias} (value)"

    def json_text(self, value: str) -> str:
        return f"{value}::text"

    def joined_by_commas(self, texts: str) -> str:
        return f"string_agg({texts}, ',')"

    def among(self, value: str, placeholder: str, kind: str = "text") -> str:
        return f"{value} = ANY({placeholder}::{kind}[])"

    def cast(self, placeholder: str, kind: str) -> str:
        return f"{placeholder}::{kind}"

    def opaque(self, value: str) -> str:
        return f"(SELECT {value})"

    def uuid(self, text: str) -> str:
        return f"{text}::uuid"

    def paired_rows(self, names: str, ids: str, alias: str) -> str:
        both = f"unnest({names}::text[], {ids}::text[]) WITH ORDINALITY"
        return f"{both} AS {alias} (name, id, place)"


class SqliteJson:
    """SQLite's dialect."""

    no_limit = " LIMIT -1"
    # Before 3.46 its parser has a fixed stack of 100 entries.
    maximum_depth: int | None = 3 if sqlite3.sqlite_version_info < (3, 46) else 15

    def placeholder(self, number: int) -> str:
        return f"?{number}"

    def json_string(self, value: str) -> str:
        return f"json_quote({value})"

    def timestamp(self, value: str) -> str:
        # Stored as "2026-03-01 14:05:00+00:00", or with six digits that are not all zero.
        return (
            f"replace(CASE WHEN length({value}) > 25 THEN rtrim(substr({value}, 1, 26), '0')"
            f" ELSE substr({value}, 1, 19) END, ' ', 'T') || 'Z'"
        )

    def json_timestamp(self, value: str) -> str:
        return quoted(self.timestamp(value))

    def member(self, value: str, name: str) -> str:
        return f"({value} -> '$.{name}')"

    def member_text(self, value: str, name: str) -> str:
        return self.member(value, name)

    def elements(self, value: str, alias: str) -> str:
        return f"json_each({value}) AS {alias}"

    def json_text(self, value: str) -> str:
        return value

    def joined_by_commas(self, texts: str) -> str:
        return f"group_concat({texts}, ',')"

    def among(self, value: str, placeholder: str, kind: str = "text") -> str:
        return f"{value} IN (SELECT value FROM json_each({placeholder}))"

    def cast(self, placeholder: str, kind: str) -> str:
        return placeholder

    def opaque(self, value: str) -> str:
        return value

    def uuid(self, text: str) -> str:
        return text

    def paired_rows(self, names: str, ids: str, alias: str) -> str:
        both = f"json_each({names}) AS n JOIN json_each({ids}) AS i ON i.key = n.key"
        columns = "n.value AS name, i.value AS id, n.key AS place"
        return f"(SELECT {columns} FROM {both}) AS {alias}"


POSTGRES: JsonDialect = PostgresJson()
SQLITE: JsonDialect = SqliteJson()


def literal(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def concatenated(parts: Sequence[str]) -> str:
    if len(parts) <= MAXIMUM_OPERANDS:
        return " || ".join(parts)
    middle = len(parts) // 2
    return f"({concatenated(parts[:middle])}) || ({concatenated(parts[middle:])})"


def or_null(json: str) -> str:
    return f"COALESCE({json}, 'null')"


def quoted(text: str) -> str:
    """Return an expression of the JSON string of a text that needs no escaping."""
    return f"'\"' || {text} || '\"'"
