"""Hours of the day in a time zone."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

SUNDAY = 6


def next_time_of_day(
    random: Random,
    after: datetime,
    zone: str,
    hours: tuple[float, float],
    is_open_on_sunday: bool = False,
) -> datetime:
    """Return the next moment after `after`, in UTC, that lies between two hours of a day there."""
    local = after.astimezone(ZoneInfo(zone))
    minutes = round(random.uniform(*hours) * 60)
    moment = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(minutes=minutes)
    while moment <= local or (moment.weekday() == SUNDAY and not is_open_on_sunday):
        moment += timedelta(days=1)
    return moment.astimezone(UTC) + timedelta(seconds=random.randrange(60))
