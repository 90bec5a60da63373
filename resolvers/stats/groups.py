"""Groups of a result, with gaps filled, in the requested order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from database.time_buckets import seconds_of
from errors import LimitExceeded
from resolvers.stats.arguments import (
    BucketGrouping,
    DimensionGrouping,
    Grouping,
    StatsArguments,
    time_range,
)
from resolvers.stats.group_statement import MAXIMUM_FILLED, GroupStatement
from resolvers.stats.group_statement_builder import Read, Row

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Group:
    key: Key
    """The value of each grouping: a text, or the start of a time bucket in seconds since 1970."""
    row: Row


def build_groups(
    query: StatsArguments, statement: GroupStatement, rows: Sequence[Row]
) -> tuple[list[Group], bool]:
    """Return the requested number of groups, and whether there are more. Raises LimitExceeded."""
    groups = [Group(tuple(read(row) for read in statement.keys), row) for row in rows]
    if query.fills_gaps:
        if len(groups) > statement.limit:
            raise _too_many()
        groups += _filling(query, statement, groups)
        groups = _in_order(query, statement, groups)
    return groups[: query.first], len(groups) > query.first


def _filling(
    query: StatsArguments, statement: GroupStatement, groups: Sequence[Group]
) -> Iterator[Group]:
    """Yield an empty group for each bucket and each combination of the other keys without one.

    Raises LimitExceeded.
    """
    (place,) = (
        n for n, grouping in enumerate(query.groupings) if isinstance(grouping, BucketGrouping)
    )
    existing = {group.key for group in groups}
    others = {(key[:place], key[place + 1 :]): None for key in existing}
    if len(query.groupings) == 1:
        others = {((), ()): None}
    starts = list(_starts(query, [key[place] for key in existing if key[place] is not None]))
    if len(starts) * len(others) > MAXIMUM_FILLED:
        raise _too_many()
    empty: Row = [None] * statement.width
    for before, after in others:
        for start in starts:
            key = (*before, start, *after)
            if key not in existing:
                yield Group(key, empty)


def _starts(query: StatsArguments, existing: Sequence[int]) -> Iterator[int]:
    """Yield the start of every bucket in the filter's range, or else between those that exist."""
    grouping = next(each for each in query.groupings if isinstance(each, BucketGrouping))
    start, end = _ends(query, grouping, existing)
    if start is None or end is None:
        return
    for _ in range(MAXIMUM_FILLED + 1):
        if start > end:
            return
        yield start
        start = grouping.buckets.following(start)


def _ends(
    query: StatsArguments, grouping: BucketGrouping, existing: Sequence[int]
) -> tuple[int | None, int | None]:
    """Return the starts of the first and the last bucket."""
    first, last = min(existing, default=None), max(existing, default=None)
    if grouping.moment.range_field != grouping.moment.column:
        return first, last
    since, until = time_range(query.filter, grouping.moment.range_field)
    if since is not None and until is not None and since >= until:
        return None, None
    if since is not None:
        first = grouping.buckets.start(seconds_of(since))
        now = grouping.buckets.start(seconds_of(query.reader.now))
        last = max(now, last or now)
    if until is not None and (since is not None or existing):
        # The range does not contain its own end.
        last = grouping.buckets.start(seconds_of(until - timedelta(microseconds=1)))
    return first, last


def _too_many() -> LimitExceeded:
    return LimitExceeded(
        f"With the gaps filled there are more than {MAXIMUM_FILLED} groups:"
        " ask for a shorter time, or larger buckets.",
        ("fillGaps",),
    )


def _in_order(query: StatsArguments, statement: GroupStatement, groups: list[Group]) -> list[Group]:
    """Order groups as the statement does where no gaps are filled."""
    order = query.order
    is_by_key = statement.order is None
    for place, grouping in reversed(list(enumerate(query.groupings))):
        groups = _by_key(groups, place, grouping, is_by_key and order.is_descending)
    if statement.order is not None:
        groups = _by_measure(groups, statement.order, order.is_descending)
    return groups


def _by_measure(groups: list[Group], measure: Read, is_descending: bool) -> list[Group]:
    return _missing_last(groups, lambda group: measure(group.row), is_descending)


def _by_key(
    groups: list[Group], place: int, grouping: Grouping, is_descending: bool
) -> list[Group]:
    """Order groups by one value of their keys."""
    values = grouping.dimension.values if isinstance(grouping, DimensionGrouping) else None
    ranks = {str(value): rank for rank, value in enumerate(values or ())}

    def rank(group: Group) -> Any:
        value = group.key[place]
        return value if values is None or value is None else ranks[value]

    return _missing_last(groups, rank, is_descending)


def _missing_last(
    groups: list[Group], value: Callable[[Group], Any], is_descending: bool
) -> list[Group]:
    """Order groups by a value; those without one come last in both directions."""
    present = [group for group in groups if value(group) is not None]
    missing = [group for group in groups if value(group) is None]
    return sorted(present, key=value, reverse=is_descending) + missing
