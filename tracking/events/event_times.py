"""Event times: the time of an event in UTC, and how it is known."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

from errors import Invalid
from models import values
from models.enums import TimePrecision, TimeZoneSource
from models.events import LOCAL_TIME_LENGTH
from models.local_order import read_local_time
from models.time_zones import time_zone, time_zone_of_place
from tracking import validation
from tracking.inputs import EventDraft

EARLIEST_OFFSET = timedelta(hours=14)
"""No clock is further ahead of UTC: a local time further ahead is in the future everywhere."""
EARLIEST_ZONE = timezone(EARLIEST_OFFSET)
"""The zone in which a day begins first: a date that has not begun there is in the future."""
_LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d{1,6})?)?)?")


@dataclass(frozen=True, slots=True)
class EventTime:
    """The times of an event.

    `moment` is the one by which the fold sorts: for a date without a time, the last microsecond of
    that local day. Where the time zone is not known, neither lies after the event's receipt.
    """

    occurred_at: datetime
    moment: datetime
    local_time: str | None
    source: TimeZoneSource
    precision: TimePrecision


def event_time(draft: EventDraft, location: dict[str, Any] | None, now: datetime) -> EventTime:
    """Return the times of an event.

    Raises Invalid if the time cannot be read or is in the future, and if not exactly one of
    occurredAt and localTime is given.
    """
    if (draft.occurred_at is None) == (draft.local_time is None):
        raise Invalid("Send exactly one of occurredAt and localTime.", ("occurredAt",))
    if draft.occurred_at is not None:
        return _from_instant(draft.occurred_at, draft.precision, now)
    return _from_local_time(str(draft.local_time), draft, location, now)


def _from_instant(value: datetime, precision: TimePrecision, now: datetime) -> EventTime:
    occurred_at = values.utc(value, "occurredAt")
    zone = value.tzinfo
    local = value.replace(tzinfo=None)
    shown = local.isoformat() if value.utcoffset() else None
    if precision is TimePrecision.DAY and zone is not None:
        return _whole_day(local.date(), zone, shown, TimeZoneSource.OFFSET, now, "occurredAt")
    _refuse_future(occurred_at, now, "occurredAt")
    return EventTime(occurred_at, occurred_at, shown, TimeZoneSource.OFFSET, precision)


def _from_local_time(
    text: str, draft: EventDraft, location: dict[str, Any] | None, now: datetime
) -> EventTime:
    local, is_date = _parsed(text)
    zone, source = _zone(draft, location, local)
    if is_date or draft.precision is TimePrecision.DAY:
        return _whole_day(local.date(), zone, text, source, now, "localTime")
    occurred_at = values.utc(local.replace(tzinfo=zone), "localTime")
    if source is TimeZoneSource.ASSUMED_UTC:
        occurred_at = _received_by(now, occurred_at)
    else:
        _refuse_future(occurred_at, now, "localTime")
    return EventTime(occurred_at, occurred_at, text, source, draft.precision)


def _received_by(now: datetime, local_as_utc: datetime) -> datetime:
    """Return the time of an event of unknown zone, at the latest `now`.

    Its clock may be ahead of UTC, but nobody reports what has not happened yet.
    """
    if local_as_utc > now + EARLIEST_OFFSET:
        raise Invalid(
            "This local time is in the future in every time zone. Send planned times as estimate.",
            ("localTime",),
        )
    return min(local_as_utc, now)


def _parsed(local_time: str) -> tuple[datetime, bool]:
    text = local_time.strip()
    if len(local_time) <= LOCAL_TIME_LENGTH and _LOCAL_TIME.fullmatch(text):
        try:
            return read_local_time(text), len(text) == len("2026-03-01")
        except ValueError:
            pass
    raise Invalid(
        "This is not a local time. Send one without a time zone like 2026-03-01T14:05:00, or"
        " 2026-03-01 for a whole day.",
        ("localTime",),
    )


def _zone(
    draft: EventDraft, location: dict[str, Any] | None, local: datetime
) -> tuple[tzinfo, TimeZoneSource]:
    if draft.time_zone is not None:
        named = time_zone(draft.time_zone)
        if named is None:
            raise Invalid(
                "This is not an IANA time zone. Send one like Europe/Berlin.", ("timeZone",)
            )
        return named, TimeZoneSource.NAMED
    place = location or {}
    coordinates = (place["latitude"], place["longitude"]) if "latitude" in place else None
    if "country" in place:
        zone = time_zone_of_place(place["country"], coordinates, local)
        if zone is not None:
            return zone, TimeZoneSource.LOCATION
    return UTC, TimeZoneSource.ASSUMED_UTC


def _whole_day(
    day: date, zone: tzinfo, text: str | None, source: TimeZoneSource, now: datetime, field: str
) -> EventTime:
    if day > now.astimezone(EARLIEST_ZONE).date():
        raise Invalid(
            "This day has not begun in any time zone. Send planned times as estimate.", (field,)
        )
    start = values.utc(datetime.combine(day, time(), zone), field)
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    last = end - timedelta(microseconds=1)
    return EventTime(start, last, text, source, TimePrecision.DAY)


def _refuse_future(moment: datetime, now: datetime, field: str) -> None:
    if moment > now + validation.CLOCK_TOLERANCE:
        raise Invalid("This time is in the future. Send planned times as estimate.", (field,))
