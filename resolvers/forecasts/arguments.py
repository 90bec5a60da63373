"""What is asked of a forecast: of which orders, in which buckets, how many; and the bounds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from database.time_buckets import TimeUnit
from engine.sql.selection import Arguments, Reader
from errors import Invalid
from resolvers.filters import OrderFilter, TimeRange
from resolvers.stats.arguments import known_zone, time_range

MAXIMUM_HORIZON = 90
"""Buckets ahead: a quarter of days. What is expected later says little more than a mean does."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Of a unit: what comes again, and how much history a forecast is made from, in buckets."""

    season: int
    """After so many things are alike again."""
    held_back: int
    """The end of the history, from which the error is computed."""
    fewest: int
    """What is left without the end has the season three times, for days. For weeks and months that
    would be years: there the least is what a level and a trend are seen from, and the season counts
    once the history has it twice."""
    longest: timedelta
    """What was earlier says little of what comes, and each bucket takes time to fit."""


RHYTHMS: Mapping[TimeUnit, Rhythm] = {
    TimeUnit.DAY: Rhythm(season=7, held_back=14, fewest=42, longest=timedelta(days=2 * 366)),
    TimeUnit.WEEK: Rhythm(season=52, held_back=8, fewest=26, longest=timedelta(days=5 * 366)),
    TimeUnit.MONTH: Rhythm(season=12, held_back=6, fewest=18, longest=timedelta(days=10 * 366)),
}


@dataclass(frozen=True, slots=True)
class ForecastArguments:
    unit: TimeUnit
    rhythm: Rhythm
    horizon: int
    zone: str
    since: datetime
    """From when on orders are history."""
    until: datetime
    """When the history ends: now, or where the filter's range does."""
    filter: OrderFilter
    """Of those orders."""
    reader: Reader


def asked(arguments: Arguments, reader: Reader) -> ForecastArguments:
    """Raises Invalid."""
    unit, horizon = arguments["unit"], arguments["horizon"]
    rhythm = RHYTHMS.get(unit)
    if rhythm is None:
        raise Invalid(f"Forecasts are by {', '.join(RHYTHMS)}.", ("unit",))
    if not 1 <= horizon <= MAXIMUM_HORIZON:
        raise Invalid(f"Must be from 1 to {MAXIMUM_HORIZON}.", ("horizon",))
    given = arguments.get("filter") or OrderFilter()
    first, last = time_range(given, "placed_at")
    until = min(last or reader.now, reader.now)
    earliest = until - rhythm.longest
    since = max(first or earliest, earliest)
    return ForecastArguments(
        unit,
        rhythm,
        horizon,
        known_zone(arguments["time_zone"]),
        since,
        until,
        replace(given, placed_at=TimeRange(since=since, until=until)),
        reader,
    )
