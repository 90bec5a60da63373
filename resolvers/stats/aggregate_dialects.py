"""How each engine aggregates, so that both give the same."""

from typing import Protocol

from database.connections import is_postgres
from database.time_buckets import TimeUnit

MICROSECONDS = 1_000_000


class Dialect(Protocol):
    """A whole is an expression of whole numbers, such as a column."""

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

    def percentile(self, whole: str, share: str, where: str) -> str: ...
    def milliseconds(self, start: str, end: str) -> str:
        """How many whole ones lie between two columns of times; below zero if the end is first."""

    def hour(self, column: str) -> str:
        """The first moment of the hour that it lies in."""


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

    def percentile(self, whole: str, share: str, where: str) -> str:
        return f"percentile_cont({share}) WITHIN GROUP (ORDER BY {whole}::float8){where}"

    def milliseconds(self, start: str, end: str) -> str:
        # Decimals, which `extract` gives, take twice as long. Of a century, as long as any of our
        # times lie apart, this number is less than half a microsecond off, and the cast rounds.
        microseconds = f"(date_part('epoch', {end} - {start}) * {MICROSECONDS})::bigint"
        return f"({microseconds} / 1000)"

    def hour(self, column: str) -> str:
        return f"date_trunc('hour', {column}, 'UTC')"


class Sqlite:
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

    def percentile(self, whole: str, share: str, where: str) -> str:
        return f"percentile({whole}, {share}){where}"

    def milliseconds(self, start: str, end: str) -> str:
        return f"(({_microseconds(end)} - {_microseconds(start)}) / 1000)"

    def hour(self, column: str) -> str:
        return f"substr({column}, 1, 13) || ':00:00+00:00'"


def _seconds(column: str) -> str:
    """Without the fraction, which SQLite would round."""
    return f"unixepoch(substr({column}, 1, 19))"


def _microseconds(column: str) -> str:
    """Stored as "2026-03-01 14:05:00+00:00", or with six digits before the "+"."""
    fraction = f"CAST(substr({column}, 21, 6) AS INTEGER)"
    return f"({_seconds(column)} * {MICROSECONDS} + {fraction})"


POSTGRES: Dialect = Postgres()
SQLITE: Dialect = Sqlite()


def dialect() -> Dialect:
    """Of the database that is asked here."""
    return POSTGRES if is_postgres() else SQLITE
