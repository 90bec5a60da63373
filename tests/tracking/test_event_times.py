"""The times of events are given as instants, local times or dates, with time zones."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from database.bounds import EARLIEST_TIME, END_OF_TIME
from errors import Invalid
from models.enums import TimePrecision, TimeZoneSource, TrackingEventType
from tracking.events.event_times import EventTime, event_time
from tracking.inputs import EventDraft

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
BERLIN = {"country": "DE"}
DAY = TimePrecision.DAY
LAST = timedelta(days=1) - timedelta(microseconds=1)


def stored_time(location: dict[str, Any] | None = None, **values: Any) -> EventTime:
    draft = EventDraft(type=TrackingEventType.PICKED_UP, **values)
    return event_time(draft, location, NOW)


def refused_field(location: dict[str, Any] | None = None, **values: Any) -> tuple[str, ...]:
    with pytest.raises(Invalid) as raised:
        stored_time(location, **values)
    return raised.value.field


def test_an_instant_is_kept_in_utc_with_the_carriers_own_time_beside_it() -> None:
    instant = datetime(2026, 3, 10, 9, 0, tzinfo=timezone(timedelta(hours=-5)))

    stored = stored_time(occurred_at=instant - timedelta(hours=3))

    assert stored.occurred_at == stored.moment == datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
    assert (stored.local_time, stored.source) == ("2026-03-10T06:00:00", TimeZoneSource.OFFSET)


@pytest.mark.parametrize(
    ("values", "location", "source", "hour"),
    [
        ({"time_zone": "America/New_York"}, BERLIN, TimeZoneSource.NAMED, 13),
        ({}, BERLIN, TimeZoneSource.LOCATION, 8),
        ({}, {"city": "Somewhere"}, TimeZoneSource.ASSUMED_UTC, 9),
        ({}, None, TimeZoneSource.ASSUMED_UTC, 9),
    ],
)
def test_a_local_time_is_in_the_zone_named_or_of_the_place_or_utc(
    values: dict[str, Any], location: dict[str, Any] | None, source: TimeZoneSource, hour: int
) -> None:
    stored = stored_time(location, local_time="2026-03-09T09:00:00", **values)

    assert stored.occurred_at == datetime(2026, 3, 9, hour, 0, tzinfo=UTC)
    assert (stored.local_time, stored.source) == ("2026-03-09T09:00:00", source)


def test_a_date_has_the_precision_of_a_day_whatever_is_given() -> None:
    stored = stored_time(BERLIN, local_time="2026-03-09", precision=TimePrecision.SECOND)

    start = datetime(2026, 3, 8, 23, 0, tzinfo=UTC)
    assert (stored.occurred_at, stored.moment, stored.precision) == (start, start + LAST, DAY)


def test_a_day_of_an_instant_is_the_day_there() -> None:
    instant = datetime(2026, 3, 9, 1, 30, tzinfo=timezone(timedelta(hours=9)))

    stored = stored_time(occurred_at=instant, precision=DAY)

    start = datetime(2026, 3, 8, 15, 0, tzinfo=UTC)
    assert (stored.occurred_at, stored.moment) == (start, start + LAST)


def test_a_day_is_as_long_as_it_is_there() -> None:
    draft = EventDraft(
        type=TrackingEventType.PICKED_UP, local_time="2026-03-29", time_zone="Europe/Berlin"
    )

    stored = event_time(draft, None, NOW + timedelta(days=30))

    assert stored.moment - stored.occurred_at == timedelta(hours=23) - timedelta(microseconds=1)


def test_the_last_day_of_all_may_end_after_the_bounds_of_time() -> None:
    draft = EventDraft(
        type=TrackingEventType.PICKED_UP, local_time="2099-12-31", time_zone="America/New_York"
    )

    told = event_time(draft, None, END_OF_TIME - timedelta(hours=1))

    assert told.occurred_at == datetime(2099, 12, 31, 5, tzinfo=UTC)
    assert told.moment == told.occurred_at + LAST


def test_five_minutes_ahead_are_a_clocks_difference_and_more_are_the_future() -> None:
    ahead = NOW + timedelta(minutes=5)

    assert stored_time(occurred_at=ahead).occurred_at == ahead
    assert refused_field(occurred_at=ahead + timedelta(seconds=1)) == ("occurredAt",)
    for zone in ({"time_zone": "UTC"}, {"location": {"country": "IS"}}):
        assert refused_field(local_time="2026-03-10T12:05:01", **zone) == ("localTime",)


@pytest.mark.parametrize("ahead", [timedelta(seconds=1), timedelta(hours=10), timedelta(hours=14)])
@pytest.mark.parametrize("precision", [TimePrecision.SECOND, TimePrecision.MINUTE])
def test_a_local_time_of_unknown_zone_that_utc_has_not_reached_counts_as_of_its_receipt(
    ahead: timedelta, precision: TimePrecision
) -> None:
    text = (NOW + ahead).replace(tzinfo=None).isoformat()

    stored = stored_time({"country": "AU"}, local_time=text, precision=precision)

    assert stored == EventTime(NOW, NOW, text, TimeZoneSource.ASSUMED_UTC, precision)


def test_a_local_time_that_no_zone_has_reached_is_in_the_future() -> None:
    assert refused_field({"country": "AU"}, local_time="2026-03-11T02:00:01") == ("localTime",)


def test_a_local_time_of_unknown_zone_that_utc_has_passed_is_in_utc() -> None:
    stored = stored_time({"country": "AU"}, local_time="2026-03-10T11:59:59.999999")

    assert stored.occurred_at == stored.moment == NOW - timedelta(microseconds=1)


def test_a_date_is_in_the_future_once_it_has_begun_nowhere() -> None:
    """At noon in UTC the 11th has already begun in the zones where days begin first."""
    assert stored_time(local_time="2026-03-11").precision is DAY
    assert refused_field(local_time="2026-03-12") == ("localTime",)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "occurredAt"),
        ({"occurred_at": NOW, "local_time": "2026-03-09"}, "occurredAt"),
        ({"occurred_at": NOW.replace(tzinfo=None)}, "occurredAt"),
        ({"local_time": "2026-03-09T09:00:00Z"}, "localTime"),
        ({"local_time": "2026-02-30"}, "localTime"),
        ({"local_time": "2026-03-09T24:00:00"}, "localTime"),
        ({"local_time": "yesterday"}, "localTime"),
        ({"local_time": "٢٠٢٦-03-09"}, "localTime"),
        ({"local_time": "0001-01-01", "time_zone": "Asia/Tokyo"}, "localTime"),
        ({"local_time": "2000-01-01", "time_zone": "Asia/Tokyo"}, "localTime"),
        ({"local_time": "1999-12-31T23:59:59"}, "localTime"),
        ({"local_time": "9999-12-31", "time_zone": "America/New_York"}, "localTime"),
        ({"occurred_at": EARLIEST_TIME - timedelta(microseconds=1)}, "occurredAt"),
        ({"local_time": "2026-03-09", "time_zone": "Mars/Olympus"}, "timeZone"),
        ({"local_time": "2026-03-09", "time_zone": "../etc/passwd"}, "timeZone"),
        (
            {
                "occurred_at": datetime(1, 1, 1, 12, tzinfo=timezone(timedelta(hours=9))),
                "precision": DAY,
            },
            "occurredAt",
        ),
    ],
)
def test_an_invalid_time_is_refused_by_its_field(values: dict[str, Any], field: str) -> None:
    assert refused_field(**values) == (field,)
