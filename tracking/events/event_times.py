"""When an event happened: from what the carrier gave, and how surely."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

from errors import Invalid
from models import values
from models.enums import TimePrecision, TimeZoneSource
from models.events import LOCAL_TIME_LENGTH
from models.time_zones import time_zone, time_zone_of_place
from tracking import validation
from tracking.inputs import EventDraft

EARLIEST_ZONE = timezone(timedelta(hours=14))
"""Where a day begins first: a date is in the future if it is none there yet."""
_LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d{1,6})?)?)?")


@dataclass(frozen=True, slots=True)
class EventTime:
    """`moment` is what the fold goes by: of a day alone, its last microsecond there."""

    occurred_at: datetime
    moment: datetime
    local_time: str | None
    source: TimeZoneSource
    precision: TimePrecision


def event_time(draft: EventDraft, location: dict[str, Any] | None, now: datetime) -> EventTime:
    """Raises Invalid for a time that is none, in the future, or given twice or not at all."""
    if (draft.occurred_at is None) == (draft.local_time is None):
        raise Invalid("Give either occurredAt or localTime.", ("occurredAt",))
    if draft.occurred_at is not None:
        return _from_instant(draft.occurred_at, draft.precision, now)
    return _from_local_time(str(draft.local_time), draft, location, now)


def _from_instant(given: datetime, precision: TimePrecision, now: datetime) -> EventTime:
    occurred_at = values.utc(given, "occurredAt")
    zone = given.tzinfo
    local = given.replace(tzinfo=None)
    shown = local.isoformat() if given.utcoffset() else None
    if precision is TimePrecision.DAY and zone is not None:
        return _whole_day(local.date(), zone, shown, TimeZoneSource.OFFSET, now, "occurredAt")
    _refuse_future(occurred_at, now, "occurredAt")
    return EventTime(occurred_at, occurred_at, shown, TimeZoneSource.OFFSET, precision)


def _from_local_time(
    given: str, draft: EventDraft, location: dict[str, Any] | None, now: datetime
) -> EventTime:
    local, is_date = _parsed(given)
    zone, source = _zone(draft, location, local)
    if is_date or draft.precision is TimePrecision.DAY:
        return _whole_day(local.date(), zone, given, source, now, "localTime")
    occurred_at = values.utc(local.replace(tzinfo=zone), "localTime")
    _refuse_future(occurred_at, now, "localTime")
    return EventTime(occurred_at, occurred_at, given, source, draft.precision)


def _parsed(given: str) -> tuple[datetime, bool]:
    text = given.strip()
    if len(given) <= LOCAL_TIME_LENGTH and _LOCAL_TIME.fullmatch(text):
        try:
            return datetime.fromisoformat(text), len(text) == len("2026-03-01")
        except ValueError:
            pass
    raise Invalid(
        "Write it like 2026-03-01T14:05:00, or 2026-03-01 for a day, without a zone.",
        ("localTime",),
    )


def _zone(
    draft: EventDraft, location: dict[str, Any] | None, local: datetime
) -> tuple[tzinfo, TimeZoneSource]:
    if draft.time_zone is not None:
        named = time_zone(draft.time_zone)
        if named is None:
            raise Invalid("Is no IANA time zone; give one like Europe/Berlin.", ("timeZone",))
        return named, TimeZoneSource.NAMED
    place = location or {}
    coordinates = (place["latitude"], place["longitude"]) if "latitude" in place else None
    if "country" in place:
        there = time_zone_of_place(place["country"], coordinates, local)
        if there is not None:
            return there, TimeZoneSource.LOCATION
    return UTC, TimeZoneSource.ASSUMED_UTC


def _whole_day(
    day: date, zone: tzinfo, given: str | None, source: TimeZoneSource, now: datetime, field: str
) -> EventTime:
    if day > now.astimezone(EARLIEST_ZONE).date():
        raise Invalid("This day has not begun anywhere yet.", (field,))
    start = values.utc(datetime.combine(day, time(), zone), field)
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    last = end - timedelta(microseconds=1)
    return EventTime(start, last, given, source, TimePrecision.DAY)


def _refuse_future(moment: datetime, now: datetime, field: str) -> None:
    if moment > now + validation.CLOCK_TOLERANCE:
        raise Invalid("Lies in the future; planned times go into estimate.", (field,))
