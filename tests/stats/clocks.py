"""Buckets by the plain calendar: what a clock on the wall shows, cut off."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
STEPS = {
    "HOUR": timedelta(minutes=30),
    "DAY": timedelta(hours=6),
    "WEEK": timedelta(days=1),
    "MONTH": timedelta(days=7),
    "QUARTER": timedelta(days=20),
    "YEAR": timedelta(days=80),
}


def bucket(moment: datetime, unit: str, zone: str) -> datetime:
    """When the bucket of a moment began, in UTC."""
    shown = moment.astimezone(ZoneInfo(zone))
    if unit == "HOUR":
        past = timedelta(minutes=shown.minute, seconds=shown.second, microseconds=shown.microsecond)
        return moment - past
    shown = shown.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if unit == "WEEK":
        shown -= timedelta(days=shown.weekday())
    elif unit in MONTHS:
        shown = shown.replace(month=shown.month - (shown.month - 1) % MONTHS[unit], day=1)
    return shown.astimezone(UTC)


def buckets_between(first: datetime, last: datetime, unit: str, zone: str) -> list[datetime]:
    """Those of all moments from one to the other: looked for in steps shorter than they are."""
    step, found = STEPS[unit], {bucket(last, unit, zone)}
    moment = first
    while moment < last:
        found.add(bucket(moment, unit, zone))
        moment += step
    return sorted(found)
