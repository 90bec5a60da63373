"""How each engine spells JSON. Every expression given back is text that is JSON, never NULL where
its argument is not."""

import sqlite3
from collections.abc import Sequence
from typing import Protocol

TALLEST = 50
"""Parts joined in a row. SQLite takes expressions a thousand deep, and a long row of `||` is as
deep as it is long, so longer ones are joined by halves."""


class Dialect(Protocol):
    def placeholder(self, number: int) -> str: ...
    def text(self, value: str) -> str: ...
    def moment(self, value: str) -> str:
        """A time in UTC as RFC 3339 has it, without quotes."""

    def quoted_moment(self, value: str) -> str:
        """The same as JSON."""

    def member(self, value: str, name: str) -> str:
        """Of a JSON object, still JSON; NULL if it is not there."""

    def shown(self, value: str, name: str) -> str:
        """The same as text."""

    def elements(self, value: str, alias: str) -> str:
        """The elements of a JSON array as rows in their order, as `alias`.value."""

    def whole(self, value: str) -> str:
        """All of a JSON column."""

    def joined(self, texts: str) -> str:
        """The aggregate that joins texts by commas, in the order of the rows."""

    def among(self, value: str, placeholder: str, kind: str = "text") -> str:
        """Whether it is one of a list that is given as one value."""

    def typed(self, placeholder: str, kind: str) -> str:
        """A value whose kind the database could not tell."""

    def opaque(self, value: str) -> str:
        """The same value, which the planner does not look at (engine.sql.conditions.opaque)."""

    def identity(self, text: str) -> str:
        """An id as ids are stored."""

    def pairs(self, names: str, ids: str, alias: str) -> str:
        """Two lists that are given as values, side by side: `name`, `id` and `place`."""

    unlimited: str
    """What makes a subquery keep its order though nothing is cut off."""
    deepest: int | None
    """How many queries within each other a statement may have, if little is beside them."""


class Postgres:
    unlimited = ""
    deepest: int | None = None

    def placeholder(self, number: int) -> str:
        return f"${number}"

    def text(self, value: str) -> str:
        return f"to_json({value})::text"

    def moment(self, value: str) -> str:
        # Our sessions are in UTC: it ends in +00:00 and a quote. Nothing else is as fast.
        return f"substr(left(to_json({value})::text, -7), 2) || 'Z'"

    def quoted_moment(self, value: str) -> str:
        return f"left(to_json({value})::text, -7) || 'Z\"'"

    def member(self, value: str, name: str) -> str:
        return f"({value} -> '{name}')"

    def shown(self, value: str, name: str) -> str:
        return f"({value} -> '{name}')::text"

    def elements(self, value: str, alias: str) -> str:
        return f"jsonb_array_elements({value}) AS {alias} (value)"

    def whole(self, value: str) -> str:
        return f"{value}::text"

    def joined(self, texts: str) -> str:
        return f"string_agg({texts}, ',')"

    def among(self, value: str, placeholder: str, kind: str = "text") -> str:
        return f"{value} = ANY({placeholder}::{kind}[])"

    def typed(self, placeholder: str, kind: str) -> str:
        return f"{placeholder}::{kind}"

    def opaque(self, value: str) -> str:
        return f"(SELECT {value})"

    def identity(self, text: str) -> str:
        return f"{text}::uuid"

    def pairs(self, names: str, ids: str, alias: str) -> str:
        both = f"unnest({names}::text[], {ids}::text[]) WITH ORDINALITY"
        return f"{both} AS {alias} (name, id, place)"


class Sqlite:
    unlimited = " LIMIT -1"
    # Before 3.46 its parser remembers a hundred places where it has to go on.
    deepest: int | None = 3 if sqlite3.sqlite_version_info < (3, 46) else 15

    def placeholder(self, number: int) -> str:
        return f"?{number}"

    def text(self, value: str) -> str:
        return f"json_quote({value})"

    def moment(self, value: str) -> str:
        # Stored as "2026-03-01 14:05:00+00:00", or with six digits that are not all zero.
        return (
            f"replace(CASE WHEN length({value}) > 25 THEN rtrim(substr({value}, 1, 26), '0')"
            f" ELSE substr({value}, 1, 19) END, ' ', 'T') || 'Z'"
        )

    def quoted_moment(self, value: str) -> str:
        return quoted(self.moment(value))

    def member(self, value: str, name: str) -> str:
        return f"({value} -> '$.{name}')"

    def shown(self, value: str, name: str) -> str:
        return self.member(value, name)

    def elements(self, value: str, alias: str) -> str:
        return f"json_each({value}) AS {alias}"

    def whole(self, value: str) -> str:
        return value

    def joined(self, texts: str) -> str:
        return f"group_concat({texts}, ',')"

    def among(self, value: str, placeholder: str, kind: str = "text") -> str:
        return f"{value} IN (SELECT value FROM json_each({placeholder}))"

    def typed(self, placeholder: str, kind: str) -> str:
        return placeholder

    def opaque(self, value: str) -> str:
        return value

    def identity(self, text: str) -> str:
        return text

    def pairs(self, names: str, ids: str, alias: str) -> str:
        both = f"json_each({names}) AS n JOIN json_each({ids}) AS i ON i.key = n.key"
        columns = "n.value AS name, i.value AS id, n.key AS place"
        return f"(SELECT {columns} FROM {both}) AS {alias}"


POSTGRES: Dialect = Postgres()
SQLITE: Dialect = Sqlite()


def literal(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def concatenated(parts: Sequence[str]) -> str:
    if len(parts) <= TALLEST:
        return " || ".join(parts)
    middle = len(parts) // 2
    return f"({concatenated(parts[:middle])}) || ({concatenated(parts[middle:])})"


def or_null(json: str) -> str:
    return f"COALESCE({json}, 'null')"


def quoted(word: str) -> str:
    """Of what needs no escaping."""
    return f"'\"' || {word} || '\"'"
