"""A noon in Tokyo at which pages are made, and days as English pages write them."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from tests.factories.drafts import NOW

_TOKYO = NOW.astimezone(ZoneInfo("Asia/Tokyo"))
NOON = (_TOKYO - timedelta(days=1)).replace(hour=12, minute=0, second=0)
"""Yesterday's: the product refuses events of the future, and finds old parcels without news."""


def day(offset: int) -> str:
    """A day in full: "Tuesday 1 December", so many days after the one of noon."""
    return format_date(_date(offset), "EEEE d MMMM", locale="en_GB")


def short_day(offset: int) -> str:
    """A day in short: "Tue 1 Dec"."""
    return format_date(_date(offset), "EEE d MMM", locale="en_GB")


def _date(offset: int) -> date:
    return NOON.date() + timedelta(days=offset)
