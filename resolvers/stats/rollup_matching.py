"""Spans: which kept-up hours answer a question, if hours can, and which rows they leave over.

They can where the question is about one time and at most one dimension, everything it asks for can
be added up, and every bucket is made of whole hours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from database.time_buckets import begin_with_hours
from engine.sql.conditions import EVERYTHING, Condition
from engine.sql.selection import Field
from models.rollups import NO_DIMENSION
from resolvers.stats.arguments import EVERYWHERE, Bucketed, Kept, StatsArguments, time_range
from resolvers.stats.cubes import Cube, Dimension
from resolvers.stats.rollup_measures import NotByTheHour

HOUR = timedelta(hours=1)
ORDERLY = (datetime(1972, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
"""Clocks showed local solar time, then offsets of some seconds, until about 1972; what they will
show in a century nobody knows. Rows beyond are few, and read one by one."""
CURRENCY = "CURRENCY"


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


def span_of(question: StatsArguments, measured: Sequence[Field]) -> Span:
    """Raises NotByTheHour."""
    noun, given = question.noun, question.given_filter
    named = {*question.having, *(field.name for field in measured)}
    if any(noun.measures[name].by_hour is None for name in named):
        raise NotByTheHour
    word, axis = _one_dimension(question, measured), _axis(question)
    asked = _asked(given, axis)
    if asked == Ends(None, None) and axis != noun.hours.axes[0]:
        # Rows without this time stand in none of its hours.
        raise NotByTheHour
    hours, rest = _parted(asked, _orderly(question))
    if hours.is_empty:
        raise NotByTheHour
    which = EVERYTHING if given is None else noun.condition(_without(given, axis), question.reader)
    return Span(axis, word, noun.dimensions.get(word), which, hours, rest)


def _one_dimension(question: StatsArguments, measured: Sequence[Field]) -> str:
    """By which it groups, filters or adds up money."""
    noun = question.noun
    by_column = {one.column: word for word, one in noun.dimensions.items()}
    words = {by_column[one.dimension.column] for one in question.groupings if isinstance(one, Kept)}
    words |= {word for name in _filtered(question) if (word := _dimension_of(noun, name))}
    words |= {CURRENCY for one in measured if one.name == "total"}
    if len(words) > 1:
        raise NotByTheHour
    return next(iter(words), NO_DIMENSION)


def _dimension_of(noun: Cube, filtered: str) -> str | None:
    return filtered.upper() if filtered.upper() in noun.dimensions else None


def _axis(question: StatsArguments) -> str:
    noun = question.noun
    others = {name for name in _filtered(question) if _dimension_of(noun, name) is None}
    grouped = {one.moment.column for one in question.groupings if isinstance(one, Bucketed)}
    if len(others | grouped) > 1:
        raise NotByTheHour
    axis = next(iter(others | grouped), noun.hours.axes[0])
    if axis not in noun.hours.axes:
        raise NotByTheHour
    return axis


def _asked(given: Any, axis: str) -> Ends:
    if not hasattr(given, axis):
        return Ends(None, None)
    since, until = time_range(given, axis)
    return Ends(_in_utc(since), _in_utc(until))


def _filtered(question: StatsArguments) -> set[str]:
    """The fields of the filter that are used."""
    return set() if question.given_filter is None else set(_used(question.given_filter))


def _used(given: Any, *, is_inverted: bool = False) -> Iterator[str]:
    for one in fields(given):
        value = getattr(given, one.name)
        if value is None:
            continue
        match one.name:
            case "all_of":
                for branch in value:
                    yield from _used(branch, is_inverted=is_inverted)
            case "any_of":
                for branch in value:
                    yield from _used(branch, is_inverted=True)
            case "none_of":
                yield from _used(value, is_inverted=True)
            case name if name.endswith("_at") and is_inverted:
                # Such a filter is no range.
                raise NotByTheHour
            case name:
                yield name


def _without(given: Any, axis: str) -> Any:
    """The filter without the ranges of a time; its branches that may have one are those of
    `and`."""
    branches = None if given.all_of is None else [_without(one, axis) for one in given.all_of]
    ranges = {axis: None} if hasattr(given, axis) else {}
    return replace(given, all_of=branches, **ranges)


def _orderly(question: StatsArguments) -> Ends:
    """Within which buckets are made of whole hours. Raises NotByTheHour."""
    buckets = [one for one in question.groupings if isinstance(one, Bucketed)]
    if not buckets or question.zone == EVERYWHERE:
        return Ends(None, None)
    if not begin_with_hours(question.zone, *(end.year for end in ORDERLY)):
        raise NotByTheHour
    return Ends(*ORDERLY)


def _parted(asked: Ends, orderly: Ends) -> tuple[Ends, Sequence[Ends]]:
    """Whole hours, and what lies before and after them."""
    since = _latest(None if asked.since is None else _ceiling(asked.since), orderly.since)
    until = _earliest(None if asked.until is None else _floor(asked.until), orderly.until)
    rest = []
    if since is not None and since != asked.since:
        rest.append(Ends(asked.since, since))
    if until is not None and until != asked.until:
        rest.append(Ends(until, asked.until))
    return Ends(since, until), rest


def _latest(*moments: datetime | None) -> datetime | None:
    return max((one for one in moments if one is not None), default=None)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((one for one in moments if one is not None), default=None)


def _floor(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _ceiling(moment: datetime) -> datetime:
    floor = _floor(moment)
    try:
        return floor if floor == moment else floor + HOUR
    except OverflowError as error:
        raise NotByTheHour from error


def _in_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
