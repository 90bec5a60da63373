"""A reference implementation of time buckets, by the calendar of the zone's local time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
BUCKET_STEPS = {
    "HOUR": timedelta(minutes=30),
    "DAY": timedelta(hours=6),
    "WEEK": timedelta(days=1),
    "MONTH": timedelta(days=7),
    "QUARTER": timedelta(days=20),
    "YEAR": timedelta(days=80),
}

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def bucket_start(
    moment: datetime, unit: str, zone: str, week_starts_on: str = "MONDAY"
) -> datetime:
    """The start of the bucket that holds the moment, in UTC."""
    local = moment.astimezone(ZoneInfo(zone))
    if unit == "HOUR":
        elapsed = timedelta(
            minutes=local.minute, seconds=local.second, microseconds=local.microsecond
        )
        return moment - elapsed
    local = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if unit == "WEEK":
        local -= timedelta(days=(local.weekday() - WEEKDAYS.index(week_starts_on)) % 7)
    elif unit in MONTHS:
        local = local.replace(month=local.month - (local.month - 1) % MONTHS[unit], day=1)
    return local.astimezone(UTC)


def bucket_starts_between(
    first: datetime, last: datetime, unit: str, zone: str, week_starts_on: str = "MONDAY"
) -> list[datetime]:
    """The starts of all buckets between two moments, found in steps shorter than a bucket."""
    step, starts = BUCKET_STEPS[unit], {bucket_start(last, unit, zone, week_starts_on)}
    moment = first
    while moment < last:
        starts.add(bucket_start(moment, unit, zone, week_starts_on))
        moment += step
    return sorted(starts)
