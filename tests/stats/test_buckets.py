"""Buckets across changes of the clocks, in zones off the full hour, and at the bounds of time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from database.bounds import EARLIEST_TIME, END_OF_TIME
from database.time_buckets import buckets, moment_of, seconds_of
from tests.stats.calendar_buckets import WEEKDAYS, bucket_start, bucket_starts_between
from tests.stats.conftest import Analyst, Shop
from tests.stats.query_strategies import UNITS, ZONES

STARTS: dict[str, tuple[str, str, str, str]] = {
    "the hour before clocks go on": (
        "Europe/Berlin", "HOUR", "2026-03-29T00:59:59.999999", "2026-03-29T00:00:00",
    ),
    "the hour after": ("Europe/Berlin", "HOUR", "2026-03-29T01:00:00", "2026-03-29T01:00:00"),
    "the first of two hours": (
        "Europe/Berlin", "HOUR", "2026-10-25T00:30:00", "2026-10-25T00:00:00",
    ),
    "the second of them": ("Europe/Berlin", "HOUR", "2026-10-25T01:30:00", "2026-10-25T01:00:00"),
    "an hour of a zone off the full hour": (
        "Asia/Kathmandu", "HOUR", "2026-01-01T00:14:59", "2025-12-31T23:15:00",
    ),
    "a day of 23 hours": ("Europe/Berlin", "DAY", "2026-03-29T21:59:59", "2026-03-28T23:00:00"),
    "the day after it": ("Europe/Berlin", "DAY", "2026-03-29T22:00:00", "2026-03-29T22:00:00"),
    "a day of 25 hours": ("Europe/Berlin", "DAY", "2026-10-25T22:59:59", "2026-10-24T22:00:00"),
    "a day without a midnight": (
        "America/Sao_Paulo", "DAY", "2018-11-04T12:00:00", "2018-11-04T03:00:00",
    ),
    "a day with two midnights, in the first hour": (
        "America/Havana", "DAY", "2026-11-01T04:30:00", "2026-11-01T04:00:00",
    ),
    "and in the second": ("America/Havana", "DAY", "2026-11-01T05:30:00", "2026-11-01T04:00:00"),
    "clocks that go back over midnight": (
        "America/St_Johns", "DAY", "2010-11-07T03:00:00", "2010-11-06T02:30:00",
    ),
    "the minute before they do": (
        "America/St_Johns", "DAY", "2010-11-07T02:30:30", "2010-11-07T02:30:00",
    ),
    "the last day before a day that was left out": (
        "Pacific/Apia", "DAY", "2011-12-30T09:59:59", "2011-12-29T10:00:00",
    ),
    "the day after that": ("Pacific/Apia", "DAY", "2011-12-30T10:00:00", "2011-12-30T10:00:00"),
    "a week begins on Monday": ("UTC", "WEEK", "2026-03-01T23:59:59", "2026-02-23T00:00:00"),
    "a week in which clocks change": (
        "America/New_York", "WEEK", "2026-03-08T12:00:00", "2026-03-02T05:00:00",
    ),
    "a month of half hours": (
        "Asia/Kolkata", "MONTH", "2026-03-31T18:29:59", "2026-02-28T18:30:00",
    ),
    "a quarter": ("Europe/Berlin", "QUARTER", "2026-06-30T21:59:59", "2026-03-31T22:00:00"),
    "a year": ("Asia/Kolkata", "YEAR", "2025-12-31T18:30:00", "2025-12-31T18:30:00"),
    "the first of all moments": (
        "Asia/Tokyo", "YEAR", "2000-01-01T00:00:00", "1999-12-31T15:00:00",
    ),
    "a year that began before the first of all moments": (
        "America/New_York", "YEAR", "2000-01-01T00:00:00", "1999-01-01T05:00:00",
    ),
    "the last of all moments": (
        "Asia/Tokyo", "YEAR", "2099-12-31T23:59:59.5", "2099-12-31T15:00:00",
    ),
    "its hour": ("Asia/Kolkata", "HOUR", "2099-12-31T23:59:59", "2099-12-31T23:30:00"),
}  # fmt: skip


QUERY = """query ($filter: OrderFilter, $by: [OrderGroupBy!]!, $zone: String!) {
  orderStats(filter: $filter, groupBy: $by, timeZone: $zone) { groups { key { deliveredAt } } } }"""


async def test_a_bucket_starts_at_the_local_start_of_its_unit(shop: Shop, analyst: Analyst):
    starts_by_case = {}
    for case, (zone, unit, text, _) in STARTS.items():
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
        await shop.place(reference=case, delivered_at=moment)
        range_ = {"from": f"{text}Z", "until": (moment + timedelta(seconds=1)).isoformat()}
        by = [{"time": {"field": "DELIVERED_AT", "unit": unit}}]
        groups = await analyst.groups(
            QUERY, filter={"reference": [case], "deliveredAt": range_}, by=by, zone=zone
        )
        starts_by_case[case] = [group["key"]["deliveredAt"] for group in groups]

    assert starts_by_case == {case: [f"{start}Z"] for case, (_, _, _, start) in STARTS.items()}


MOMENTS = st.integers(seconds_of(EARLIEST_TIME), seconds_of(END_OF_TIME) - 1)


@given(MOMENTS, st.sampled_from(UNITS), st.sampled_from(ZONES), st.sampled_from(WEEKDAYS))
def test_a_bucket_starts_where_the_reference_says(moment: int, unit: str, zone: str, weekday: str):
    start = buckets(unit, zone, weekday).start(moment)

    assert moment_of(start) == bucket_start(moment_of(moment), unit, zone, weekday)


WEEKS = """query ($weekday: Weekday!) {
  orderStats(groupBy: [{time: {field: PLACED_AT, unit: WEEK, weekStartsOn: $weekday}}],
    timeZone: "America/New_York") { groups { key { placedAt } count } } }"""


@pytest.mark.parametrize(
    ("weekday", "starts"),
    [
        ("SUNDAY", ["2026-03-01T05:00:00Z", "2026-03-08T05:00:00Z"]),
        ("SATURDAY", ["2026-02-28T05:00:00Z", "2026-03-07T05:00:00Z"]),
    ],
)
async def test_a_week_begins_on_the_day_that_is_asked_for(
    shop: Shop, analyst: Analyst, weekday: str, starts: list[str]
):
    for number, hour in enumerate((4, 5)):
        placed_at = datetime(2026, 3, 8 if weekday == "SUNDAY" else 7, hour, 30, tzinfo=UTC)
        await shop.place(reference=f"R{number}", placed_at=placed_at)

    groups = await analyst.groups(WEEKS, weekday=weekday)

    assert [(group["key"]["placedAt"], group["count"]) for group in groups] == [
        (start, 1) for start in starts
    ]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("zone", ZONES)
def test_buckets_follow_each_other_without_a_gap(unit: str, zone: str):
    year = datetime(2011 if zone == "Pacific/Apia" else 2018, 10, 1, tzinfo=UTC)
    end = year + timedelta(days=180)
    zone_buckets = buckets(unit, zone)
    start, starts = zone_buckets.start(seconds_of(year)), []
    while start <= seconds_of(end):
        starts.append(moment_of(start))
        start = zone_buckets.following(start)

    assert starts == bucket_starts_between(year, end, unit, zone)
