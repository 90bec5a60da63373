"""Bounds of time and money: the door (tracking/validation.py) refuses what lies outside them.

Whatever is computed from stored times and amounts is therefore far from the ends of the calendar
and of a 64-bit number: `docs/decisions/bounds-of-time-and-money.md` has the arithmetic.
"""

from datetime import UTC, datetime

EARLIEST_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""No parcel that is tracked is older. An earlier time is a field that somebody forgot to fill: the
year 1, or 1970."""
END_OF_TIME = datetime(2100, 1, 1, tzinfo=UTC)
"""The first moment that is too late. Nobody promises a delivery for it, and how clocks will be set
by then nobody knows."""
MAXIMUM_MINOR = 10**12
"""Minor units of an amount: ten thousand million of a currency with two decimals, above any order.
Nine million orders of that amount still have a sum below 2^63."""


def is_within_time(moment: datetime) -> bool:
    """Of a time with any offset, also where UTC has no name for it."""
    return EARLIEST_TIME <= moment < END_OF_TIME


def clamped(moment: datetime) -> datetime:
    """The same moment in UTC; one outside the bounds becomes the bound that it lies beyond."""
    return min(max(moment, EARLIEST_TIME), END_OF_TIME).astimezone(UTC)
