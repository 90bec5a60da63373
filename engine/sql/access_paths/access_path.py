"""The access path: the queries that it is made of, and how its slots are filled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from database.connections import is_postgres
from engine.sql.conditions import Condition, opaque


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A common table expression. A materialized one runs once and its rows are stored."""

    name: str
    query: Condition
    is_materialized: bool = False

    @property
    def text(self) -> str:
        materialized = "MATERIALIZED " if self.is_materialized else ""
        return f'"{self.name}" AS {materialized}({self.query.text})'


@dataclass(frozen=True, slots=True)
class AccessPath:
    """A query with slots, and the common table expressions that it selects from."""

    query: Condition
    named: tuple[NamedQuery, ...] = ()
    is_generic: bool = False
    """Whether one generic plan is good for all values, so that the database can plan it once."""

    @property
    def text(self) -> str:
        named = ", ".join(query.text for query in self.named)
        text = f"WITH {named} {self.query.text}" if named else self.query.text
        return opaque(text) if self.is_generic else text

    @property
    def values(self) -> tuple[Any, ...]:
        queries = (*(named.query for named in self.named), self.query)
        return tuple(value for query in queries for value in query.values)

    def as_named(self, name: str, table: str) -> tuple[NamedQuery, ...]:
        """Return the path as common table expressions, the last of which has all columns of its
        rows."""
        text = self.query.text.replace("{columns}", f'"{table}".*')
        return (*self.named, NamedQuery(name, Condition(text, self.query.values)))


def guarded(condition: str, queries: Sequence[NamedQuery]) -> Iterator[NamedQuery]:
    """Yield the queries such that they read no rows where the condition does not hold.

    PostgreSQL evaluates such a condition before it reads rows; SQLite does so only in the limit.
    """
    for named in queries:
        if is_postgres():
            text = named.query.text.replace("{within}", f"{{within}} AND {condition}")
        else:
            size = f"CASE WHEN {condition} THEN {{size}} ELSE 0 END"
            text = named.query.text.replace("{size}", size)
        yield NamedQuery(named.name, Condition(text, named.query.values), named.is_materialized)


def fill_slots(
    path: str, table: str, columns: str, parts: Sequence[str], order: str, size: str
) -> str:
    """Return the path's text with its slots filled; `parts` has a condition for each part of the
    list.

    A list has two parts where its key may be NULL: an index has the rows without a key at one end,
    which need not be the end of the list. The second part fills what the first leaves of the page.
    """
    if len(parts) == 1:
        return _filled(path, columns, parts[0], order, size)
    every = f'"{table}".*'
    first = _filled(path, every, parts[0], order, size)
    second = _filled(path, every, parts[1], order, f'({size} - (SELECT count(*) FROM "first"))')
    both = 'SELECT *, 0 AS "part" FROM "first" UNION ALL SELECT *, 1 AS "part" FROM "second"'
    return (
        f'WITH "first" AS MATERIALIZED ({first}), "second" AS ({second})'
        f' SELECT {columns} FROM ({both}) AS "{table}" ORDER BY "{table}"."part", {order}'
    )


def _filled(path: str, columns: str, within: str, order: str, size: str) -> str:
    path = path.replace("{columns}", columns).replace("{within}", within)
    return path.replace("{order}", order).replace("{size}", size)
