"""Arguments of forecasts: orders, buckets and horizon, with their bounds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from database.time_buckets import TimeUnit
from engine.sql.selection import Arguments, Reader
from errors import Invalid
from resolvers.filters import OrderFilter, TimeRange, demand_rights
from resolvers.stats.arguments import known_zone, time_range

MAXIMUM_HORIZON = 90
"""The most buckets ahead: a quarter of days. Later forecasts say little more than a mean."""


@dataclass(frozen=True, slots=True)
class Seasonality:
    """The season of a unit and the history that a forecast of it needs, in buckets."""

    length: int
    """The number of buckets after which values recur."""
    held_back: int
    """The buckets at the end of the history from which the error is computed."""
    fewest: int
    """The least history. For days, it has three seasons besides the held-back end. For weeks and
    months that would be years: there it suffices for a level and a trend, and the season is used
    once the history has it twice."""
    longest: timedelta
    """The longest history: earlier buckets say little of the future, and each takes time to fit."""


SEASONALITIES: Mapping[TimeUnit, Seasonality] = {
    TimeUnit.DAY: Seasonality(length=7, held_back=14, fewest=42, longest=timedelta(days=2 * 366)),
    TimeUnit.WEEK: Seasonality(length=52, held_back=8, fewest=26, longest=timedelta(days=5 * 366)),
    TimeUnit.MONTH: Seasonality(
        length=12, held_back=6, fewest=18, longest=timedelta(days=10 * 366)
    ),
}


@dataclass(frozen=True, slots=True)
class ForecastArguments:
    unit: TimeUnit
    seasonality: Seasonality
    horizon: int
    zone: str
    since: datetime
    """The time at which the history begins."""
    until: datetime
    """The time at which the history ends: now, or the end of the filter's range."""
    filter: OrderFilter
    """The orders to forecast."""
    reader: Reader


def forecast_arguments(arguments: Arguments, reader: Reader) -> ForecastArguments:
    """Check the arguments of a forecast and return them bound. Raises Invalid and Forbidden."""
    unit, horizon = arguments["unit"], arguments["horizon"]
    seasonality = SEASONALITIES.get(unit)
    if seasonality is None:
        raise Invalid(f"Forecasts are by {', '.join(SEASONALITIES)}.", ("unit",))
    if not 1 <= horizon <= MAXIMUM_HORIZON:
        raise Invalid(f"Must be from 1 to {MAXIMUM_HORIZON}.", ("horizon",))
    filter_ = arguments.get("filter") or OrderFilter()
    demand_rights(filter_, reader.viewer)
    first, last = time_range(filter_, "placed_at")
    until = min(last or reader.now, reader.now)
    earliest = until - seasonality.longest
    since = min(max(first or earliest, earliest), until)
    return ForecastArguments(
        unit,
        seasonality,
        horizon,
        known_zone(arguments["time_zone"]),
        since,
        until,
        replace(filter_, placed_at=TimeRange(since=since, until=until)),
        reader,
    )
