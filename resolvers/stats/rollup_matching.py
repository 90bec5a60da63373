"""The matching of a query with the hourly sums: whether they can answer it, and which of them do.

They can if the query has one time axis and at most one dimension, if all of its measures can be
added up, and if every bucket consists of whole hours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from database.time_buckets import has_whole_hours
from engine.sql.conditions import EVERYTHING, Condition
from engine.sql.selection import Field
from models.rollups import NO_DIMENSION
from resolvers.stats.arguments import (
    EVERYWHERE,
    BucketGrouping,
    DimensionGrouping,
    StatsArguments,
    time_range,
)
from resolvers.stats.cubes import Cube, Dimension

HOUR = timedelta(hours=1)
CURRENCY = "CURRENCY"
BRANCHES = frozenset({"all_of", "any_of", "none_of"})
"""The fields of a filter that hold other filters."""


@dataclass(frozen=True, slots=True)
class Interval:
    """since <= t < until; None is an open end."""

    since: datetime | None
    until: datetime | None

    @property
    def is_empty(self) -> bool:
        return self.since is not None and self.until is not None and self.since >= self.until


@dataclass(frozen=True, slots=True)
class Span:
    """The hourly sums that answer a query, and the times that they do not cover."""

    axis: str
    """The column of the time."""
    dimension_name: str
    """The dimension's name in the rollup, `NO_DIMENSION` without one."""
    dimension: Dimension | None
    condition: Condition
    """The filter's condition on the dimension."""
    hours: Interval
    remainder: Sequence[Interval]
    """The parts of the filter's range that are not whole hours; rows are read for them."""


def match_rollup(query: StatsArguments, measured: Sequence[Field]) -> Span | None:
    """Return the span that answers the query; None if it has to read the rows themselves."""
    cube, filter_ = query.cube, query.filter
    dimensions, axes = _dimensions(query, measured), _axes(query)
    if len(dimensions) > 1 or len(axes) > 1 or not _is_additive(query, measured):
        return None
    name, axis = next(iter(dimensions), NO_DIMENSION), next(iter(axes), cube.rollup.axes[0])
    if axis not in cube.rollup.axes or _has_inverted_range(filter_) or not _has_whole_hours(query):
        return None
    interval = _interval(filter_, axis)
    if interval == Interval(None, None) and axis != cube.rollup.axes[0]:
        # Rows whose time is NULL are in none of its hours.
        return None
    hours, remainder = _split(interval)
    if hours.is_empty:
        return None
    condition = EVERYTHING
    if filter_ is not None:
        condition = cube.condition(_without_range(filter_, axis), query.reader)
    return Span(axis, name, cube.dimensions.get(name), condition, hours, remainder)


def _is_additive(query: StatsArguments, measured: Sequence[Field]) -> bool:
    """Return whether all measures of the query can be computed from hourly sums."""
    measures = query.cube.measures
    if any(measures[name].hourly is None for name in query.compared_measures):
        return False
    computations = [(measures[field.name].hourly, field) for field in measured]
    return all(hourly is not None and hourly.supports(field) for hourly, field in computations)


def _dimensions(query: StatsArguments, measured: Sequence[Field]) -> set[str]:
    """Return the names of the dimensions that the query groups or filters by. Sums of money are by
    currency."""
    cube = query.cube
    by_column = {dimension.column: name for name, dimension in cube.dimensions.items()}
    grouped = {
        by_column[grouping.dimension.column]
        for grouping in query.groupings
        if isinstance(grouping, DimensionGrouping)
    }
    filtered = {dimension for name in _filtered(query) if (dimension := _dimension_of(cube, name))}
    return grouped | filtered | {CURRENCY for field in measured if field.name == "total"}


def _dimension_of(cube: Cube, filter_field: str) -> str | None:
    return filter_field.upper() if filter_field.upper() in cube.dimensions else None


def _axes(query: StatsArguments) -> set[str]:
    """Return the times that the query groups or filters by, and all other fields of its filter that
    are not dimensions."""
    filtered = {name for name in _filtered(query) if _dimension_of(query.cube, name) is None}
    return filtered | {
        grouping.moment.column
        for grouping in query.groupings
        if isinstance(grouping, BucketGrouping)
    }


def _interval(filter_: Any, axis: str) -> Interval:
    if not hasattr(filter_, axis):
        return Interval(None, None)
    return Interval(*time_range(filter_, axis))


def _filtered(query: StatsArguments) -> set[str]:
    """Return the fields that the filter restricts."""
    return {name for name, _ in _restrictions(query.filter)}


def _has_inverted_range(filter_: Any) -> bool:
    """Return whether the filter restricts a time under an `or` or a `not`, so that it is not one
    range."""
    return any(is_inverted and name.endswith("_at") for name, is_inverted in _restrictions(filter_))


def _restrictions(filter_: Any, *, is_inverted: bool = False) -> Iterator[tuple[str, bool]]:
    """Yield the fields that the filter restricts, each with whether it is under an `or` or a
    `not`."""
    if filter_ is None:
        return
    for branch in filter_.all_of or ():
        yield from _restrictions(branch, is_inverted=is_inverted)
    for branch in (*(filter_.any_of or ()), filter_.none_of):
        yield from _restrictions(branch, is_inverted=True)
    for field in fields(filter_):
        if field.name not in BRANCHES and getattr(filter_, field.name) is not None:
            yield field.name, is_inverted


def _without_range(filter_: Any, axis: str) -> Any:
    """Return the filter without its ranges of a time, which only it or its `and` can have."""
    branches = None
    if filter_.all_of is not None:
        branches = [_without_range(branch, axis) for branch in filter_.all_of]
    ranges = {axis: None} if hasattr(filter_, axis) else {}
    return replace(filter_, all_of=branches, **ranges)


def _has_whole_hours(query: StatsArguments) -> bool:
    """Return whether all buckets consist of whole hours."""
    has_buckets = any(isinstance(grouping, BucketGrouping) for grouping in query.groupings)
    return not has_buckets or query.zone == EVERYWHERE or has_whole_hours(query.zone)


def _split(interval: Interval) -> tuple[Interval, Sequence[Interval]]:
    """Return the whole hours of the interval, and what it has before and after them."""
    since = None if interval.since is None else _ceiling(interval.since)
    until = None if interval.until is None else _floor(interval.until)
    remainder = []
    if since != interval.since:
        remainder.append(Interval(interval.since, since))
    if until != interval.until:
        remainder.append(Interval(until, interval.until))
    return Interval(since, until), remainder


def _floor(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _ceiling(moment: datetime) -> datetime:
    floor = _floor(moment)
    return floor if floor == moment else floor + HOUR
