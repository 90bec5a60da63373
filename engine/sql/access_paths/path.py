"""A path: the queries that it is made of, and its slots filled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from database.connections import is_postgres
from engine.sql.conditions import Condition, opaque


@dataclass(frozen=True, slots=True)
class Named:
    """A query that others speak of. It is run once, and what it finds is kept, if they say so."""

    name: str
    query: Condition
    is_kept: bool = False

    @property
    def text(self) -> str:
        return f'"{self.name}" AS {"MATERIALIZED " if self.is_kept else ""}({self.query.text})'


@dataclass(frozen=True, slots=True)
class Path:
    query: Condition
    named: tuple[Named, ...] = ()
    is_steady: bool = False
    """Whether it is as good a path whatever the values are, so that it can be planned once."""

    @property
    def text(self) -> str:
        named = ", ".join(one.text for one in self.named)
        text = f"WITH {named} {self.query.text}" if named else self.query.text
        return opaque(text) if self.is_steady else text

    @property
    def values(self) -> tuple[Any, ...]:
        queries = (*(one.query for one in self.named), self.query)
        return tuple(value for query in queries for value in query.values)

    def as_named(self, name: str, table: str) -> tuple[Named, ...]:
        """All of its rows, for other queries."""
        text = self.query.text.replace("{columns}", f'"{table}".*')
        return (*self.named, Named(name, Condition(text, self.query.values)))


def only_if(condition: str, queries: Sequence[Named]) -> Iterator[Named]:
    """PostgreSQL looks at such a condition before it reads rows; SQLite at the limit."""
    for one in queries:
        if is_postgres():
            text = one.query.text.replace("{within}", f"{{within}} AND {condition}")
        else:
            size = f"CASE WHEN {condition} THEN {{size}} ELSE 0 END"
            text = one.query.text.replace("{size}", size)
        yield Named(one.name, Condition(text, one.query.values), one.is_kept)


def in_parts(
    path: str, table: str, columns: str, parts: Sequence[str], order: str, size: str
) -> str:
    """The rows of a path whose slots are filled; `parts`: what is within each part of the list.

    A list has two parts where what it is ordered by may be missing: an index has those without it
    at one end, which need not be the list's. The second gives what the first leaves of the page.
    """
    if len(parts) == 1:
        return _filled(path, columns, parts[0], order, size)
    every = f'"{table}".*'
    first = _filled(path, every, parts[0], order, size)
    second = _filled(path, every, parts[1], order, f'({size} - (SELECT count(*) FROM "first"))')
    all_ = 'SELECT *, 0 AS "part" FROM "first" UNION ALL SELECT *, 1 AS "part" FROM "second"'
    return (
        f'WITH "first" AS MATERIALIZED ({first}), "second" AS ({second})'
        f' SELECT {columns} FROM ({all_}) AS "{table}" ORDER BY "{table}"."part", {order}'
    )


def _filled(path: str, columns: str, within: str, order: str, size: str) -> str:
    path = path.replace("{columns}", columns).replace("{within}", within)
    return path.replace("{order}", order).replace("{size}", size)
