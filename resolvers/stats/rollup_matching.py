"""Spans: which kept-up hours answer a question, if hours can, and which rows they leave over.

They can where the question is about one time and at most one dimension, everything it asks for can
be added up, and every bucket is made of whole hours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from database.time_buckets import has_whole_hours
from engine.sql.conditions import EVERYTHING, Condition
from engine.sql.selection import Field
from models.rollups import NO_DIMENSION
from resolvers.stats.arguments import EVERYWHERE, Bucketed, Kept, StatsArguments, time_range
from resolvers.stats.cubes import Cube, Dimension

HOUR = timedelta(hours=1)
CURRENCY = "CURRENCY"
BRANCHES = frozenset({"all_of", "any_of", "none_of"})
"""The fields of a filter that hold other filters."""


@dataclass(frozen=True, slots=True)
class Ends:
    """since <= t < until; None: without an end."""

    since: datetime | None
    until: datetime | None

    @property
    def is_empty(self) -> bool:
        return self.since is not None and self.until is not None and self.since >= self.until


@dataclass(frozen=True, slots=True)
class Span:
    axis: str
    """The column of the time."""
    word: str
    """Of the dimension, if there is one."""
    dimension: Dimension | None
    which: Condition
    """Of the dimension alone."""
    hours: Ends
    rest: Sequence[Ends]
    """What is asked for and lies in no hour that is asked for as a whole."""


def span_of(question: StatsArguments, measured: Sequence[Field]) -> Span | None:
    """None if it takes the rows themselves to answer the question."""
    noun, given = question.noun, question.given_filter
    words, axes = _dimensions(question, measured), _axes(question)
    if len(words) > 1 or len(axes) > 1 or not _can_be_added_up(question, measured):
        return None
    word, axis = next(iter(words), NO_DIMENSION), next(iter(axes), noun.hours.axes[0])
    if axis not in noun.hours.axes or _is_no_range(given) or not _begin_with_hours(question):
        return None
    asked = _asked(given, axis)
    if asked == Ends(None, None) and axis != noun.hours.axes[0]:
        # Rows without this time stand in none of its hours.
        return None
    hours, rest = _parted(asked)
    if hours.is_empty:
        return None
    which = EVERYTHING if given is None else noun.condition(_without(given, axis), question.reader)
    return Span(axis, word, noun.dimensions.get(word), which, hours, rest)


def _can_be_added_up(question: StatsArguments, measured: Sequence[Field]) -> bool:
    measures = question.noun.measures
    if any(measures[name].by_hour is None for name in question.having):
        return False
    ways = [(measures[field.name].by_hour, field) for field in measured]
    return all(way is not None and way.can_answer(field) for way, field in ways)


def _dimensions(question: StatsArguments, measured: Sequence[Field]) -> set[str]:
    """By which it groups, filters or adds up money."""
    noun = question.noun
    by_column = {one.column: word for word, one in noun.dimensions.items()}
    words = {by_column[one.dimension.column] for one in question.groupings if isinstance(one, Kept)}
    words |= {word for name in _filtered(question) if (word := _dimension_of(noun, name))}
    return words | {CURRENCY for one in measured if one.name == "total"}


def _dimension_of(noun: Cube, filtered: str) -> str | None:
    return filtered.upper() if filtered.upper() in noun.dimensions else None


def _axes(question: StatsArguments) -> set[str]:
    """The times that it groups or filters by, and whatever else it filters by."""
    others = {name for name in _filtered(question) if _dimension_of(question.noun, name) is None}
    return others | {one.moment.column for one in question.groupings if isinstance(one, Bucketed)}


def _asked(given: Any, axis: str) -> Ends:
    if not hasattr(given, axis):
        return Ends(None, None)
    return Ends(*time_range(given, axis))


def _filtered(question: StatsArguments) -> set[str]:
    """The fields of the filter that are used."""
    return {name for name, _ in _used(question.given_filter)}


def _is_no_range(given: Any) -> bool:
    """Whether it asks for a time under an `or` or a `not`."""
    return any(is_inverted and name.endswith("_at") for name, is_inverted in _used(given))


def _used(given: Any, *, is_inverted: bool = False) -> Iterator[tuple[str, bool]]:
    """The fields that are used, and whether they stand under an `or` or a `not`."""
    if given is None:
        return
    for one in given.all_of or ():
        yield from _used(one, is_inverted=is_inverted)
    for one in (*(given.any_of or ()), given.none_of):
        yield from _used(one, is_inverted=True)
    for field in fields(given):
        if field.name not in BRANCHES and getattr(given, field.name) is not None:
            yield field.name, is_inverted


def _without(given: Any, axis: str) -> Any:
    """The filter without the ranges of a time; its branches that may have one are those of
    `and`."""
    branches = None if given.all_of is None else [_without(one, axis) for one in given.all_of]
    ranges = {axis: None} if hasattr(given, axis) else {}
    return replace(given, all_of=branches, **ranges)


def _begin_with_hours(question: StatsArguments) -> bool:
    """Whether all buckets are made of whole hours."""
    has_buckets = any(isinstance(one, Bucketed) for one in question.groupings)
    return not has_buckets or question.zone == EVERYWHERE or has_whole_hours(question.zone)


def _parted(asked: Ends) -> tuple[Ends, Sequence[Ends]]:
    """Whole hours, and what lies before and after them."""
    since = None if asked.since is None else _ceiling(asked.since)
    until = None if asked.until is None else _floor(asked.until)
    rest = []
    if since != asked.since:
        rest.append(Ends(asked.since, since))
    if until != asked.until:
        rest.append(Ends(until, asked.until))
    return Ends(since, until), rest


def _floor(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _ceiling(moment: datetime) -> datetime:
    floor = _floor(moment)
    return floor if floor == moment else floor + HOUR
