"""Arguments of aggregates: grouping, selection, order and number of groups, with their bounds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from strawberry.utils.str_converters import to_camel_case, to_snake_case

from access.policy import audience_of, scopes_text
from access.viewer import Viewer
from database.texts import is_storable
from database.time_buckets import Buckets, TimeUnit, Weekday, buckets
from engine.sql.conditions import EVERYTHING, Condition
from engine.sql.selection import Arguments, Reader
from errors import Forbidden, Invalid, LimitExceeded
from models.time_zones import time_zone
from resolvers.filters import TimeRange, demand_rights
from resolvers.stats.cubes import Cube, Dimension, Moment, key_field
from resolvers.stats.enums import StatsOrderField
from resolvers.visibility import visible

MAXIMUM_GROUPINGS = 3
"""The most groupings: more would make more groups than anybody looks at."""
MAXIMUM_FIRST = 1_000
"""The most groups of a result: more than any chart shows."""
LONGEST = {TimeUnit.HOUR: timedelta(days=62), TimeUnit.DAY: timedelta(days=5 * 366)}
"""Short buckets are asked for within a time no longer than this. Two months have 1,500 hours, five
years 1,800 days: as many groups as are worth making when at most 1,000 are given."""
EVERYWHERE = "UTC"


@dataclass(kw_only=True)
class TimeBucket:
    field: StrEnum
    unit: TimeUnit
    week_starts_on: Weekday = Weekday.MONDAY


@dataclass(kw_only=True)
class GroupBy:
    """A grouping by a field or by a time: exactly one of them is given."""

    field: StrEnum | None = None
    time: TimeBucket | None = None


@dataclass(kw_only=True)
class GroupOrder:
    field: StatsOrderField
    is_descending: bool


@dataclass(frozen=True, slots=True)
class BucketGrouping:
    """A grouping by buckets of a time."""

    field: str
    """The field of the group's key that this bucket fills."""
    moment: Moment
    unit: TimeUnit
    week_starts_on: Weekday
    buckets: Buckets


@dataclass(frozen=True, slots=True)
class DimensionGrouping:
    """A grouping by the values of a dimension."""

    field: str
    dimension: Dimension


Grouping = BucketGrouping | DimensionGrouping


@dataclass(frozen=True, slots=True)
class StatsArguments:
    cube: Cube
    condition: Condition
    groupings: Sequence[Grouping]
    having: Mapping[str, tuple[float | None, float | None]]
    """The least and the greatest value of each measure, None for an open end."""
    order: GroupOrder
    first: int
    zone: str
    fills_gaps: bool
    filter: Any
    reader: Reader

    @property
    def ordering_measure(self) -> str | None:
        """The measure that groups are ordered by; None if they are ordered by their keys."""
        return self.cube.orderable.get(self.order.field)

    @property
    def compared_measures(self) -> set[str]:
        """The measures by which groups are selected or ordered."""
        ordering = self.ordering_measure
        return set(self.having) if ordering is None else {*self.having, ordering}


def stats_arguments(cube: Cube, arguments: Arguments, reader: Reader) -> StatsArguments:
    """Check the arguments of a root field and return them bound. Raises DomainError."""
    filter_ = arguments.get("filter")
    if filter_ is not None:
        demand_rights(filter_, reader.viewer)
    zone = known_zone(arguments["time_zone"])
    groupings = _groupings(cube, arguments["group_by"], zone)
    _demand_readable(cube, groupings, reader.viewer)
    having = _having(arguments.get("having"))
    first, fills_gaps = arguments["first"], arguments.get("fill_gaps", False)
    if not 1 <= first <= MAXIMUM_FIRST:
        raise Invalid(f"Must be from 1 to {MAXIMUM_FIRST}.", ("first",))
    for grouping in groupings:
        if isinstance(grouping, BucketGrouping):
            _demand_range(grouping, filter_, reader.now)
    if fills_gaps:
        _demand_fillable(groupings, having)
    order = _order(cube, arguments.get("order_by"))
    filtered = EVERYTHING if filter_ is None else cube.condition(filter_, reader)
    whole = filtered & visible(cube.model, reader.viewer)
    return StatsArguments(
        cube, whole, groupings, having, order, first, zone, fills_gaps, filter_, reader
    )


def known_zone(name: str) -> str:
    """Raises Invalid for a name that is not a place of the time zone database.

    PostgreSQL takes other names for an offset that never changes, or does not know them.
    """
    if name == EVERYWHERE or (is_storable(name) and "/" in name and time_zone(name)):
        return name
    raise Invalid("This is not a time zone: give a name like Europe/Berlin, or UTC.", ("timeZone",))


def _groupings(cube: Cube, group_by: Sequence[GroupBy], zone: str) -> Sequence[Grouping]:
    if len(group_by) > MAXIMUM_GROUPINGS:
        raise LimitExceeded(f"Group by {MAXIMUM_GROUPINGS} things at most.", ("groupBy",))
    groupings = [_grouping(cube, argument, zone) for argument in group_by]
    if len({grouping.field for grouping in groupings}) < len(groupings):
        raise Invalid("Group by each thing once.", ("groupBy",))
    return groupings


def _demand_readable(cube: Cube, groupings: Sequence[Grouping], viewer: Viewer) -> None:
    """Raises Forbidden for a dimension whose field the viewer may not read of a single row."""
    for grouping in groupings:
        audience = audience_of(cube.model.__name__, grouping.field)
        if not viewer.may_read(audience):
            name = to_snake_case(grouping.field).upper()
            raise Forbidden(f"{name} needs an API key with {scopes_text(audience)}.", ("groupBy",))


def _grouping(cube: Cube, argument: GroupBy, zone: str) -> Grouping:
    if argument.time:
        field, unit, start = argument.time.field, argument.time.unit, argument.time.week_starts_on
        return BucketGrouping(
            key_field(field), cube.moments[field], unit, start, buckets(unit, zone, start)
        )
    assert argument.field, "it is one of the two"
    return DimensionGrouping(key_field(argument.field), cube.dimensions[argument.field])


def _having(argument: Any) -> Mapping[str, tuple[float | None, float | None]]:
    ranges = {} if argument is None else vars(argument)
    bounds = {
        to_camel_case(name): (range_.min, range_.max)
        for name, range_ in ranges.items()
        if range_ is not None
    }
    for name, (least, most) in bounds.items():
        _demand_possible(name, least, most)
    return {name: both for name, both in bounds.items() if both != (None, None)}


def _order(cube: Cube, argument: GroupOrder | None) -> GroupOrder:
    """Return the order of the groups. Raises Invalid for a measure that they do not have."""
    if argument is None:
        return GroupOrder(field=StatsOrderField.KEY, is_descending=False)
    possible = (StatsOrderField.KEY, *cube.orderable)
    if argument.field not in possible:
        raise Invalid(
            f"These groups have no {argument.field}: order them by {', '.join(possible[:-1])}"
            f" or {possible[-1]}.",
            ("orderBy", "field"),
        )
    return argument


def _demand_possible(name: str, least: float | None, most: float | None) -> None:
    """Raises Invalid for a bound that no group, or every group, would meet."""
    if name.endswith("Rate") and any(
        bound is not None and not 0 <= bound <= 1 for bound in (least, most)
    ):
        raise Invalid("Must be from 0 to 1: 0.95 is 95 %.", ("having", name))
    if least is not None and most is not None and least > most:
        raise Invalid("No group can match: min is more than max.", ("having", name))


def _demand_range(grouping: BucketGrouping, filter_: Any, now: datetime) -> None:
    """Raises Invalid if the time is too long for its buckets."""
    longest = LONGEST.get(grouping.unit)
    if longest is None:
        return
    field = key_field(grouping.moment.range_field)
    since, until = time_range(filter_, grouping.moment.range_field)
    if since is not None and (until or now) - since <= longest:
        return
    lack = (
        "from is missing" if since is None else f"this one has {((until or now) - since).days} days"
    )
    raise Invalid(
        f"{grouping.unit} buckets need a range of {field} in the filter, of {longest.days} days"
        f" at most: from, and until, which is now if left out; {lack}.",
        ("filter", field),
    )


def _demand_fillable(groupings: Sequence[Grouping], having: Mapping[str, Any]) -> None:
    if sum(isinstance(grouping, BucketGrouping) for grouping in groupings) != 1:
        raise Invalid(
            "Gaps are those of a time: group by one time, and by no other.", ("fillGaps",)
        )
    if having:
        raise Invalid(
            "Groups that having leaves out are not gaps: give fillGaps or having, not both.",
            ("fillGaps",),
        )


def time_range(filter_: Any, name: str) -> tuple[datetime | None, datetime | None]:
    """Return the bounds within which the times of all filtered rows lie, None for an open end."""
    since: datetime | None = None
    until: datetime | None = None
    for range_ in _ranges(filter_, name):
        since = max((time for time in (since, range_.since) if time is not None), default=None)
        until = min((time for time in (until, range_.until) if time is not None), default=None)
    return since, until


def _ranges(filter_: Any, name: str) -> Iterator[TimeRange]:
    if filter_ is None:
        return
    if getattr(filter_, name) is not None:
        yield getattr(filter_, name)
    for branch in filter_.all_of or ():
        yield from _ranges(branch, name)
