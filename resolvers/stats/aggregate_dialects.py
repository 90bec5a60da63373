"""How each engine aggregates. What it answers is made plain and exact here, the same of both."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from database.connections import is_postgres
from database.time_buckets import TimeUnit

MICROSECONDS = 1_000_000
DAY = 86_400 * MICROSECONDS


@dataclass(frozen=True, slots=True)
class Answered:
    """Columns of an answer, and what is made of their values; of no rows they are all None."""

    columns: tuple[str, ...]
    made: Callable[..., Any]


class Dialect(Protocol):
    """A whole is a column of whole numbers; a span is the time from one column to another."""

    def placeholder(self, number: int) -> str: ...
    def once(self, name: str, ids: str) -> str:
        """What begins a statement that asks for these once, and for `is_in` often."""

    def is_in(self, column: str, name: str, ids: str) -> str:
        """Asked id by id: they are few."""

    def bucket(self, column: str, unit: TimeUnit, zone: str) -> str:
        """By which moments of one bucket are told from those of others, and ordered."""

    def bucket_moment(self, bucket: str) -> str:
        """One of its moments, in seconds since 1970."""

    def text_order(self, column: str) -> str:
        """By the code points, whatever the database's language."""

    def sum(self, whole: str, where: str) -> Answered: ...
    def percentile(self, whole: str, share: str, where: str) -> Answered: ...
    def span(self, start: str, end: str) -> str: ...
    def span_whole(self, span: str) -> str:
        """A whole number of microseconds."""

    def hour(self, column: str) -> str:
        """The first moment of the hour that it lies in."""

    def span_sum(self, span: str) -> Answered:
        """In microseconds, as the others are."""

    def span_end(self, aggregate: str, span: str) -> Answered:
        """The shortest by `min`, the longest by `max`."""

    def span_percentile(self, span: str, share: str) -> Answered: ...


class Postgres:
    def placeholder(self, number: int) -> str:
        return f"${number}"

    def once(self, name: str, ids: str) -> str:
        return f"WITH {name} AS MATERIALIZED (SELECT ARRAY({ids}) AS ids)"

    def is_in(self, column: str, name: str, ids: str) -> str:
        # Of an array it expects few, and looks for each by an index.
        return f"{column} = ANY((SELECT ids FROM {name})::uuid[])"

    def bucket(self, column: str, unit: TimeUnit, zone: str) -> str:
        return f"date_trunc('{unit.lower()}', {column}, {zone})"

    def bucket_moment(self, bucket: str) -> str:
        return f"extract(epoch FROM {bucket})::bigint"

    def text_order(self, column: str) -> str:
        return f'{column} COLLATE "C"'

    def sum(self, whole: str, where: str) -> Answered:
        return Answered((f"sum({whole}){where}",), _whole)

    def percentile(self, whole: str, share: str, where: str) -> Answered:
        values = f"percentile_cont({share}) WITHIN GROUP (ORDER BY {whole}::float8)"
        return Answered((f"{values}{where}",), _as_it_is)

    def span(self, start: str, end: str) -> str:
        return f"({end} - {start})"

    def span_whole(self, span: str) -> str:
        return f"(extract(epoch FROM {span}) * {MICROSECONDS})::bigint"

    def hour(self, column: str) -> str:
        return f"date_trunc('hour', {column}, 'UTC')"

    def span_sum(self, span: str) -> Answered:
        # A sum of intervals ends at two thousand million days: orders placed in the year 1.
        return Answered((f"sum(extract(epoch FROM {span}))",), _microseconds)

    def span_end(self, aggregate: str, span: str) -> Answered:
        return Answered((f"extract(epoch FROM {aggregate}({span}))",), _microseconds)

    def span_percentile(self, span: str, share: str) -> Answered:
        seconds = f"date_part('epoch', {span})"
        values = f"percentile_cont({share}) WITHIN GROUP (ORDER BY {seconds})"
        return Answered((values,), _from_seconds)


class Sqlite:
    """Its sums of whole numbers end at 2^63, so they are made of parts."""

    def placeholder(self, number: int) -> str:
        return f"?{number}"

    def once(self, name: str, ids: str) -> str:
        return f"WITH {name} AS MATERIALIZED ({ids})"

    def is_in(self, column: str, name: str, ids: str) -> str:
        return f'{column} IN (SELECT "{ids}" FROM {name})'

    def bucket(self, column: str, unit: TimeUnit, zone: str) -> str:
        return f"bucket({_seconds(column)}, '{unit}', {zone})"

    def bucket_moment(self, bucket: str) -> str:
        return bucket

    def text_order(self, column: str) -> str:
        return column

    def sum(self, whole: str, where: str) -> Answered:
        parts = (f"{whole} / {MICROSECONDS}", f"{whole} % {MICROSECONDS}")
        return Answered(tuple(f"sum({part}){where}" for part in parts), _joined)

    def percentile(self, whole: str, share: str, where: str) -> Answered:
        return Answered((f"percentile({whole}, {share}){where}",), _as_it_is)

    def span(self, start: str, end: str) -> str:
        return f"({_microseconds_of(end)} - {_microseconds_of(start)})"

    def span_whole(self, span: str) -> str:
        return span

    def hour(self, column: str) -> str:
        return f"substr({column}, 1, 13) || ':00:00+00:00'"

    def span_sum(self, span: str) -> Answered:
        return self.sum(span, "")

    def span_end(self, aggregate: str, span: str) -> Answered:
        return Answered((f"{aggregate}({span})",), _as_it_is)

    def span_percentile(self, span: str, share: str) -> Answered:
        # As PostgreSQL makes a number of an interval, to the bit.
        seconds = f"{span} % {DAY} / {MICROSECONDS}.0 + 86400.0 * ({span} / {DAY})"
        return Answered((f"percentile({seconds}, {share})",), _from_seconds)


def _seconds(column: str) -> str:
    """Without the fraction, which SQLite would round."""
    return f"unixepoch(substr({column}, 1, 19))"


def _microseconds_of(column: str) -> str:
    """Stored as "2026-03-01 14:05:00+00:00", or with six digits before the "+"."""
    fraction = f"CAST(substr({column}, 21, 6) AS INTEGER)"
    return f"({_seconds(column)} * {MICROSECONDS} + {fraction})"


def _as_it_is(value: Any) -> Any:
    return value


def _whole(value: Decimal | None) -> int | None:
    return None if value is None else int(value)


def _joined(millions: int | None, rest: int | None) -> int | None:
    return None if millions is None or rest is None else millions * MICROSECONDS + rest


def _microseconds(seconds: Decimal | None) -> int | None:
    return None if seconds is None else int(seconds * MICROSECONDS)


def _from_seconds(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * MICROSECONDS


POSTGRES: Dialect = Postgres()
SQLITE: Dialect = Sqlite()


def dialect() -> Dialect:
    """Of the database that is asked here."""
    return POSTGRES if is_postgres() else SQLITE
