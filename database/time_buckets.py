"""Time buckets: the hours, days, weeks, months, quarters and years of a time zone.

Moments are whole seconds since 1970, and lie within the bounds of time (database/bounds.py). A day
begins at its first moment: at the first of two midnights, or at the time to which the clocks jumped
if they skipped midnight. When clocks go back, the repeated hour is two buckets.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from database.bounds import EARLIEST_TIME, END_OF_TIME

HOUR, DAY = 3_600, 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1).toordinal()
MONDAY = 3
"""Days from the last Monday before 1970 to the first day of 1970."""
CACHED_HOURS = 20_000
"""The offsets of two years in a zone, which take two megabytes."""
CACHED_DAYS = 4_000
"""The starts of the days of ten years in a zone."""
CACHED_ZONES = 32
"""Pairs of zone and unit. An office uses one or two zones."""
HOURS_BETWEEN_SAMPLES = 4 * 7 * 24
"""Four weeks. Cairo kept an offset for less in 2010, but of whole hours, as in other years. Even
with samples half a year apart the answer is the same for every zone."""


class TimeUnit(StrEnum):
    """The length of a bucket."""

    HOUR = "HOUR"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    YEAR = "YEAR"


class Weekday(StrEnum):
    """The day on which weeks begin."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"

    @property
    def days_after_monday(self) -> int:
        return list(Weekday).index(self)


MONTHS = {TimeUnit.MONTH: 1, TimeUnit.QUARTER: 3, TimeUnit.YEAR: 12}


class Buckets:
    """The buckets of one unit in one zone. The weekday counts for weeks only."""

    def __init__(self, unit: TimeUnit, zone: ZoneInfo, week_starts_on: Weekday) -> None:
        self._unit, self._zone = unit, zone
        self._shift = week_starts_on.days_after_monday
        self._offset_of_hour = lru_cache(CACHED_HOURS)(self._constant_offset)
        self._start_of_day = lru_cache(CACHED_DAYS)(self._start)

    def start(self, moment: int) -> int:
        """Return the start of the bucket that contains the moment."""
        offset = self._offset_of_hour(moment // HOUR)
        if offset is None:
            offset = self._offset(moment)
        local = moment + offset
        if self._unit is TimeUnit.HOUR:
            return moment - local % HOUR
        return self._start_of_day(local // DAY)

    def following(self, start: int) -> int:
        """Return the start of the next bucket. A day that the zone skipped has no bucket."""
        if self._unit is TimeUnit.HOUR:
            return self.start(start + HOUR)
        first = self._first_day((start + self._offset(start)) // DAY)
        return self._start_of_day(self._following_day(first))

    def has_whole_hours(self, samples: range) -> bool:
        """Return whether offsets are whole hours at the samples, which are hours since 1970, and
        change between them at the start of an hour."""
        offsets = [(hour, self._offset(hour * HOUR)) for hour in samples]
        return all(offset % HOUR == 0 for _, offset in offsets) and all(
            self._changes_at_the_start_of_an_hour(range(earlier, later + 1), before)
            for (earlier, before), (later, after) in pairwise(offsets)
            if before != after
        )

    def _changes_at_the_start_of_an_hour(self, hours: range, before: int) -> bool:
        """Return whether the first change from this offset is at the start of one of the hours."""
        place = bisect_left(hours, True, key=lambda hour: self._offset(hour * HOUR) != before)
        return self._offset(hours[place] * HOUR - 1) == before

    def _constant_offset(self, hour: int) -> int | None:
        """Return the offset of an hour, None if it changes within the hour."""
        first, last = self._offset(hour * HOUR), self._offset(hour * HOUR + HOUR - 1)
        return first if first == last else None

    def _offset(self, moment: int) -> int:
        offset = datetime.fromtimestamp(moment, self._zone).utcoffset()
        assert offset is not None, "every zone has one"
        return int(offset.total_seconds())

    def _start(self, day: int) -> int:
        local = self._first_day(day) * DAY
        offset = moment_of(local).replace(tzinfo=self._zone).utcoffset()
        assert offset is not None, "every zone has one"
        return local - int(offset.total_seconds())

    def _first_day(self, day: int) -> int:
        """Return the first day of the bucket with this day; days are counted from 1970."""
        if self._unit is TimeUnit.DAY:
            return day
        if self._unit is TimeUnit.WEEK:
            return day - (day + MONDAY - self._shift) % 7
        months, known = MONTHS[self._unit], date.fromordinal(day + EPOCH_DAY)
        first = known.replace(month=(known.month - 1) // months * months + 1, day=1)
        return first.toordinal() - EPOCH_DAY

    def _following_day(self, first: int) -> int:
        """Return the first day of the next bucket."""
        if self._unit not in MONTHS:
            return first + (1 if self._unit is TimeUnit.DAY else 7)
        # 31 days for each month lead past the longest month, quarter or year by a few days at most.
        return self._first_day(first + MONTHS[self._unit] * 31)


@lru_cache(CACHED_ZONES)
def buckets(unit: str, zone: str, week_starts_on: str = Weekday.MONDAY) -> Buckets:
    """Return the buckets of an existing zone."""
    return Buckets(TimeUnit(unit), ZoneInfo(zone), Weekday(week_starts_on))


@cache
def has_whole_hours(zone: str) -> bool:
    """Return whether the zone's offsets are whole hours throughout the bounds of time."""
    first, last = (seconds_of(bound) // HOUR for bound in (EARLIEST_TIME, END_OF_TIME))
    samples = range(first, last + HOURS_BETWEEN_SAMPLES, HOURS_BETWEEN_SAMPLES)
    return buckets(TimeUnit.HOUR, zone).has_whole_hours(samples)


def moment_of(seconds: int) -> datetime:
    return EPOCH + timedelta(seconds=seconds)


def seconds_of(moment: datetime) -> int:
    """Return the whole seconds since 1970."""
    return (moment - EPOCH) // timedelta(seconds=1)
