"""Zones whose offsets are whole hours are told from the others by few samples."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from database import time_buckets
from database.bounds import EARLIEST_TIME, END_OF_TIME
from database.time_buckets import buckets, has_whole_hours

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
RARE = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Caracas",
    "America/St_Johns",
    "Antarctica/Casey",
    "Antarctica/Troll",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Pyongyang",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Apia",
]
"""Zones with short intervals, changes off the full hour, or offsets that are not whole hours, and
zones without them."""
EVERY = 25
"""Of the other zones, in the order of their names, every one of this number is compared."""
MAXIMUM_READS = 5_000
"""A hundred years have 1,300 samples, and each of the two changes of a year takes a dozen reads."""


def offset_at(zone: ZoneInfo, moment: datetime) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def days() -> Iterator[datetime]:
    day = EARLIEST_TIME
    while day <= END_OF_TIME:
        yield day
        day += DAY


def has_whole_hours_on_all_days(name: str) -> bool:
    """Look at every day, and at every hour of a day on which the offset changes."""
    zone = ZoneInfo(name)
    offsets = [(day, offset_at(zone, day)) for day in days()]
    return all(offset % HOUR == timedelta() for _, offset in offsets) and all(
        changes_at_the_start_of_an_hour(zone, day, before)
        for (day, before), (_, after) in pairwise(offsets)
        if before != after
    )


def changes_at_the_start_of_an_hour(zone: ZoneInfo, day: datetime, before: timedelta) -> bool:
    hours = [day + number * HOUR for number in range(1, 25)]
    changed = next(hour for hour in hours if offset_at(zone, hour) != before)
    return offset_at(zone, changed - SECOND) == before


def test_few_samples_tell_the_same_as_all_days() -> None:
    names = {*RARE, *sorted(available_timezones())[::EVERY]}

    assert {name: has_whole_hours(name) for name in names} == {
        name: has_whole_hours_on_all_days(name) for name in names
    }


@pytest.mark.parametrize(
    ("name", "is_whole"),
    [
        ("Europe/Berlin", True),
        ("Africa/Casablanca", True),
        ("Asia/Kolkata", False),
        ("Asia/Pyongyang", False),
        ("Australia/Lord_Howe", False),
        ("Antarctica/Casey", False),
    ],
)
def test_a_zone_has_whole_hours_or_not(name: str, is_whole: bool) -> None:
    assert has_whole_hours(name) is is_whole


class CountingZone(ZoneInfo):
    """Counts how often a moment is converted to its time."""

    reads = 0

    def fromutc(self, moment: datetime) -> datetime:
        type(self).reads += 1
        return super().fromutc(moment)


def test_a_zone_is_measured_by_few_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_buckets, "ZoneInfo", CountingZone)
    buckets.cache_clear()
    has_whole_hours.cache_clear()
    try:
        assert has_whole_hours("Europe/Berlin")
    finally:
        buckets.cache_clear()
        has_whole_hours.cache_clear()

    assert 0 < CountingZone.reads < MAXIMUM_READS
