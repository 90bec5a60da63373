"""SQL of aggregates for each database, which gives equal results in both."""

from typing import Protocol

from database.connections import is_postgres
from database.time_buckets import TimeUnit, Weekday

MICROSECONDS = 1_000_000


class AggregateDialect(Protocol):
    """Writes the SQL that differs. An `expression` is one of whole numbers, such as a column."""

    def placeholder(self, number: int) -> str: ...
    def with_ids(self, name: str, ids: str) -> str:
        """Return the WITH clause that selects ids once, for several uses of `in_ids`."""

    def in_ids(self, column: str, name: str, ids: str) -> str:
        """Return a condition that the column is one of few ids, which are looked up one by one."""

    def bucket(self, column: str, unit: TimeUnit, zone: str, week_starts_on: Weekday) -> str:
        """Return an expression that is equal within a bucket and orders buckets by time."""

    def bucket_moment(self, bucket: str) -> str:
        """Return an expression for a moment within the bucket, in seconds since 1970."""

    def text_order(self, column: str) -> str:
        """Return an expression that orders texts by code points, whatever the database's locale."""

    def percentile(self, expression: str, share: str, where: str) -> str: ...
    def milliseconds(self, start: str, end: str) -> str:
        """Return an expression for the whole milliseconds from start to end, maybe negative."""

    def hour(self, column: str) -> str:
        """Return an expression for the start of the hour in which a time lies."""


class PostgresAggregates:
    def placeholder(self, number: int) -> str:
        return f"${number}"

    def with_ids(self, name: str, ids: str) -> str:
        return f"WITH {name} AS MATERIALIZED (SELECT ARRAY({ids}) AS ids)"

    def in_ids(self, column: str, name: str, ids: str) -> str:
        # The planner expects an array to have few elements, and looks each up by an index.
        return f"{column} = ANY((SELECT ids FROM {name})::uuid[])"

    def bucket(self, column: str, unit: TimeUnit, zone: str, week_starts_on: Weekday) -> str:
        if unit is not TimeUnit.WEEK or week_starts_on is Weekday.MONDAY:
            return f"date_trunc('{unit.lower()}', {column}, {zone})"
        # The days are taken off the local time, which has no hours that clocks skip or repeat.
        shift = f"interval '{week_starts_on.days_after_monday} days'"
        local = f"date_trunc('week', {column} AT TIME ZONE {zone}::text - {shift}) + {shift}"
        return f"(({local}) AT TIME ZONE {zone}::text)"

    def bucket_moment(self, bucket: str) -> str:
        return f"extract(epoch FROM {bucket})::bigint"

    def text_order(self, column: str) -> str:
        return f'{column} COLLATE "C"'

    def percentile(self, expression: str, share: str, where: str) -> str:
        return f"percentile_cont({share}) WITHIN GROUP (ORDER BY {expression}::float8){where}"

    def milliseconds(self, start: str, end: str) -> str:
        # `extract` returns decimals, which take twice as long. For a century, the longest time
        # between two stored times, this float is off by less than half a microsecond, and the cast
        # rounds it.
        microseconds = f"(date_part('epoch', {end} - {start}) * {MICROSECONDS})::bigint"
        return f"({microseconds} / 1000)"

    def hour(self, column: str) -> str:
        return f"date_trunc('hour', {column}, 'UTC')"


class SqliteAggregates:
    def placeholder(self, number: int) -> str:
        return f"?{number}"

    def with_ids(self, name: str, ids: str) -> str:
        return f"WITH {name} AS MATERIALIZED ({ids})"

    def in_ids(self, column: str, name: str, ids: str) -> str:
        return f'{column} IN (SELECT "{ids}" FROM {name})'

    def bucket(self, column: str, unit: TimeUnit, zone: str, week_starts_on: Weekday) -> str:
        return f"bucket({_seconds(column)}, '{unit}', {zone}, '{week_starts_on}')"

    def bucket_moment(self, bucket: str) -> str:
        return bucket

    def text_order(self, column: str) -> str:
        return column

    def percentile(self, expression: str, share: str, where: str) -> str:
        return f"percentile({expression}, {share}){where}"

    def milliseconds(self, start: str, end: str) -> str:
        return f"(({_microseconds(end)} - {_microseconds(start)}) / 1000)"

    def hour(self, column: str) -> str:
        return f"substr({column}, 1, 13) || ':00:00+00:00'"


def _seconds(column: str) -> str:
    """Return the time without its fraction of a second, which SQLite would round."""
    return f"unixepoch(substr({column}, 1, 19))"


def _microseconds(column: str) -> str:
    """Times are stored as "2026-03-01 14:05:00+00:00", or with six digits before the "+"."""
    fraction = f"CAST(substr({column}, 21, 6) AS INTEGER)"
    return f"({_seconds(column)} * {MICROSECONDS} + {fraction})"


POSTGRES: AggregateDialect = PostgresAggregates()
SQLITE: AggregateDialect = SqliteAggregates()


def dialect() -> AggregateDialect:
    """Return the dialect of the current database."""
    return POSTGRES if is_postgres() else SQLITE
