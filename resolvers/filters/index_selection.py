"""Index selection: which composite index has the rows of a filter in the list's order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any

from database.connections import is_postgres
from engine.sql.access_paths.access_path import AccessPath
from engine.sql.access_paths.builder import MAXIMUM_SCANS, AccessPathBuilder
from engine.sql.access_paths.index_columns import IndexColumn, day_index_column, index_column
from engine.sql.conditions import EVERYTHING, Condition
from resolvers.filters.boolean_filters import Branch
from resolvers.filters.columns import Columns, TimeRange

CompositeIndex = tuple[str, ...]
"""The leading columns of an index, which goes on with a list's key and the id."""
ColumnValues = Mapping[str, Sequence[Any] | None]
"""The values that a filter admits, by column; None where it does not restrict the column."""

MAXIMUM_SORTED = 100_000
"""Rows whose key and id are sorted for a page: some hundreds of pages of an index, and some tens of
milliseconds. Where more rows match, a walk in the list's order is likely to meet them soon."""
MAXIMUM_DISJUNCTS = 5
"""Filters joined by `or` that each get an access path of their own."""

UNINDEXED = frozenset(
    {
        "is_late",
        "is_overdue",
        "is_assigned",
        "action_required",
        "has_open_exception",
        "has_shipment",
        "has_pieces_to_ship",
        "none_of",
    }
)
"""Fields of filters that no index serves, or whose predicate has no parameters: how many rows match
them makes no other plan better."""


def has_generic_plan(filter_: object, key: str, *indexed: str) -> bool:
    """Return whether one plan is the best one for all values of the filter: that by the index of
    the fields `indexed`, or by the index of the list's key."""
    fields = {name for name, value in vars(filter_).items() if value is not None}
    return fields <= UNINDEXED.union(indexed, (key,))


def choose_index(
    indexes: Sequence[CompositeIndex], values: ColumnValues, domains: ColumnValues
) -> list[IndexColumn]:
    """Return the columns of the first index whose first column the filter restricts, with their
    values; an empty list if no index serves the filter.

    `domains`: all values that a column can have, for those that the filter does not restrict.
    """
    for index in indexes:
        lists = [domains.get(name) if values.get(name) is None else values[name] for name in index]
        known = [admitted for admitted in lists if admitted is not None]
        if values.get(index[0]) is None or len(known) < len(index):
            continue
        if prod(map(len, known)) <= MAXIMUM_SCANS:
            return [index_column(*column) for column in zip(index, known, strict=True)]
    return []


def range_path(
    paths: AccessPathBuilder,
    columns: Columns,
    ranges: Mapping[str, TimeRange | None],
    rest: Callable[[str], Condition],
    otherwise: AccessPath,
) -> AccessPath:
    """Return the path by an index of times, if the filter has a range of times.

    A filter with nothing but a range of few days reads the first rows of each day. Any other sorts
    the keys that an index of the time has in the range, if they are few, and else takes the path
    `otherwise`. On SQLite, whose shops are small, a plain query takes half as long as either
    (docs/decisions/access-paths.md).

    `rest` returns the filter's condition without a field.
    """
    if not is_postgres():
        return otherwise
    for name, time_range in ranges.items():
        bounds = columns.within(name, time_range)
        if bounds != EVERYTHING:
            days = _days(name, time_range) if rest(name) == EVERYTHING else None
            if days is not None:
                return paths.loose_index_scan([days], bounds, is_generic=True)
            keys = _select_keys(paths, bounds)
            return paths.sort_range_if_few(keys, rest(name), otherwise, MAXIMUM_SORTED)
    return otherwise


def _days(name: str, time_range: TimeRange | None) -> IndexColumn | None:
    """Return the days of a range; None if it has no end or too many days to scan each."""
    if time_range is None or time_range.since is None or time_range.until is None:
        return None
    first, last = (moment.date() for moment in (time_range.since, time_range.until))
    if (last - first).days >= MAXIMUM_SCANS:
        return None
    return day_index_column(name, first, last)


def late_path(
    paths: AccessPathBuilder,
    columns: Columns,
    overdue: Condition,
    rest: Condition,
    *,
    is_generic: bool,
) -> AccessPath:
    """Return the union of the two partial indexes of late rows, both in the list's order: one has
    the rows delivered late, the other the undelivered ones, with the time when each is overdue.

    `rest`: the filter's condition without being late.
    """
    delivered = paths.plain(columns.delivered_late() & rest, is_generic=is_generic)
    undelivered = paths.plain(overdue & rest, f"{paths.table}_overdue", is_generic=is_generic)
    return paths.union([delivered, undelivered])


def _select_keys(paths: AccessPathBuilder, condition: Condition) -> Condition:
    columns = f'"{paths.table}"."{paths.key}", "{paths.table}"."id"'
    text = f'SELECT {columns} FROM "{paths.table}" WHERE {condition.text}'
    return Condition(text, condition.values)


def disjuncts(filter_: Branch) -> list[Branch]:
    """Return filters without `or` whose union is the filter.

    The list is empty if the filter has no `or`, if it has too many, or if it also restricts a field
    outside of the `or` that one of the filters within restricts.
    """
    common: Any = replace(filter_, any_of=None)  # type: ignore[type-var]
    if not filter_.any_of or len(filter_.any_of) > MAXIMUM_DISJUNCTS:
        return []
    filters = []
    for branch in filter_.any_of:
        own = {name: value for name, value in vars(branch).items() if value is not None}
        if any(getattr(common, name) is not None for name in own):
            return []
        filters.append(replace(common, **own))
    return filters
