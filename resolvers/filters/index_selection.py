"""Ways: which of a table's indexes have the rows that a filter asks for in a list's order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any

from database.connections import is_postgres
from engine.sql.access_paths.listed import MAXIMUM_SPREAD, Listed
from engine.sql.access_paths.path import Path
from engine.sql.access_paths.steps import Step, each_day_of, each_of
from engine.sql.conditions import EVERYTHING, Condition
from resolvers.filters.boolean_filters import Branch
from resolvers.filters.columns import Columns, TimeRange

Way = tuple[str, ...]
"""Columns that an index begins with, before a list's key and the id."""
Values = Mapping[str, Sequence[Any] | None]
"""By column: what it may be, None where that is not asked."""

MOST_IN_RANGE = 100_000
"""Rows whose key and id are sorted for a page: some hundreds of pages of an index, and some tens of
milliseconds. Where there are more of them, they are likely to be met with in the list's order."""
MOST_ALTERNATIVES = 5
"""Filters joined by or, each of which is gone after by a path of its own."""

UNINDEXED = frozenset({"is_late", "is_overdue", "action_required", "has_open_exception", "none_of"})
"""Fields of filters by which no index finds rows, or one whose condition has no values: how many
rows have their values makes no other way to a page better."""


def is_steady(given: object, key: str, *known: str) -> bool:
    """Whether a page is best come by in one way, by the index of the fields `known` or of the
    list's key, whatever the values of the filter are."""
    asked = {name for name, value in vars(given).items() if value is not None}
    return asked <= UNINDEXED.union(known, (key,))


def steps_of(ways: Sequence[Way], asked: Values, closed: Values) -> list[Step]:
    """Of the first way whose first column is asked for; `closed`: all that the others can be."""
    for way in ways:
        lists = [closed.get(name) if asked.get(name) is None else asked[name] for name in way]
        known = [values for values in lists if values is not None]
        if asked.get(way[0]) is None or len(known) < len(way):
            continue
        if prod(map(len, known)) <= MAXIMUM_SPREAD:
            return [each_of(name, values) for name, values in zip(way, known, strict=True)]
    return []


def in_range(
    listed: Listed,
    columns: Columns,
    ranges: Mapping[str, TimeRange | None],
    rest: Callable[[str], Condition],
    otherwise: Path,
) -> Path:
    """Day by day, if nothing else is asked and they are few; else by an index of times that goes on
    with id and key, if few are in the range. On SQLite, whose shops are small, a plain query takes
    half as long as either (docs/decisions/access-paths.md).

    `rest`: what is asked besides a field.
    """
    if not is_postgres():
        return otherwise
    for name, given in ranges.items():
        bounds = columns.within(name, given)
        if bounds != EVERYTHING:
            days = _days_of(name, given) if rest(name) == EVERYTHING else None
            if days is not None:
                return listed.spread([days], bounds, is_steady=True)
            return listed.few_in_range(
                keys_of(listed, bounds), rest(name), otherwise, MOST_IN_RANGE
            )
    return otherwise


def _days_of(name: str, given: TimeRange | None) -> Step | None:
    """None without an end, or if they are too many to look at each."""
    if given is None or given.since is None or given.until is None:
        return None
    first, last = (moment.date() for moment in (given.since, given.until))
    if (last - first).days >= MAXIMUM_SPREAD:
        return None
    return each_day_of(name, first, last)


def late(
    listed: Listed, columns: Columns, overdue: Condition, rest: Condition, *, is_steady: bool
) -> Path:
    """Those delivered late lie in the list's order in one index, in another those that are not
    delivered, with the time when they are overdue; `rest`: what is asked besides being late."""
    delivered = listed.plain(columns.delivered_late() & rest, is_steady=is_steady)
    undelivered = listed.plain(overdue & rest, f"{listed.table}_overdue", is_steady=is_steady)
    return listed.either([delivered, undelivered])


def keys_of(listed: Listed, asked: Condition) -> Condition:
    columns = f'"{listed.table}"."{listed.key}", "{listed.table}"."id"'
    text = f'SELECT {columns} FROM "{listed.table}" WHERE {asked.text}'
    return Condition(text, asked.values)


def alternatives(given: Branch) -> list[Branch]:
    """Filters that together ask the same as one with `or`; none if that cannot be said so."""
    left: Any = replace(given, any_of=None)  # type: ignore[type-var]
    if not given.any_of or len(given.any_of) > MOST_ALTERNATIVES:
        return []
    whole = []
    for branch in given.any_of:
        own = {name: value for name, value in vars(branch).items() if value is not None}
        if any(getattr(left, name) is not None for name in own):
            return []
        whole.append(replace(left, **own))
    return whole
