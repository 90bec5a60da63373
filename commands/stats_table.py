"""The table of an aggregate, for a spreadsheet: CSV with one row for each group.

It begins with a byte order mark, without which Excel takes the text for another encoding. Buckets
are dates and times of the zone that the query asks for.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from database.time_buckets import TimeUnit
from engine.sql.selection import Arguments, Field
from resolvers.stats.cubes import key_field

DIGITS = 4
"""Decimals of rates and averages: more say nothing and widen the columns."""
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes texts that begin so for formulas and computes them. Carriers, services and
assignees are texts that callers choose, so such texts are quoted."""

Write = Callable[[Any], Any]


def stats_table(groups: Field, arguments: Arguments, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the groups as CSV. `arguments` are those of their root field."""
    writers = _bucket_writers(arguments)
    columns = [column for field in groups.fields for column in _columns(field, writers)]
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow([".".join(path) for path, _ in columns])
    table.writerows([[write(_value(row, path)) for path, write in columns] for row in rows])
    return codecs.BOM_UTF8 + text.getvalue().encode()


def _columns(
    field: Field, buckets: Mapping[str, Write], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Write]]:
    """Yield the path of each leaf of a field, and how its values are written."""
    path = (*path, field.key)
    if not field.selections:
        is_key = field.parent.endswith("StatsKey")
        yield path, (buckets.get(field.name, _cell) if is_key else _cell)
        return
    for inner in field.fields:
        yield from _columns(inner, buckets, path)


def _value(row: Mapping[str, Any], path: Sequence[str]) -> Any:
    value: Any = row
    for step in path:
        value = value[step]
    return value


def _bucket_writers(arguments: Arguments) -> dict[str, Write]:
    """Return how the starts of buckets are written, by the field of the key."""
    zone = ZoneInfo(arguments["time_zone"])
    return {
        key_field(group.time.field): _local_time(zone, is_date=group.time.unit is not TimeUnit.HOUR)
        for group in arguments["group_by"]
        if group.time
    }


def _local_time(zone: ZoneInfo, *, is_date: bool) -> Write:
    def write(start: str | None) -> str | None:
        if start is None:
            return None
        local = datetime.fromisoformat(start).astimezone(zone)
        if is_date:
            return f"{local:%Y-%m-%d}"
        # Where clocks are set back, an hour comes twice.
        is_twofold = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
        return f"{local:%Y-%m-%d %H:%M}" + (f" {local:%z}" if is_twofold else "")

    return write


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DIGITS)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value
