"""The bounds of stored times and amounts.

models/values.py (`utc`) enforces those of times, models/money.py (`to_minor`) those of amounts, and
tracking/validation.py (`computed_money`) those of products and sums.

Computations on stored values are therefore far from the ends of the calendar and of 64-bit numbers;
`docs/decisions/bounds-of-time-and-money.md` has the arithmetic.
"""

from datetime import UTC, datetime

EARLIEST_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""No tracked parcel is older. An earlier time, as in the year 1 or 1970, is a field that somebody
forgot to fill."""
END_OF_TIME = datetime(2100, 1, 1, tzinfo=UTC)
"""The first moment that is too late. Nobody promises a delivery for it, and nobody knows the time
zones of that year."""
MAXIMUM_MINOR = 10**12
"""The largest amount in minor units: ten thousand million of a currency with two decimals, more
than any order. The sum of nine million such orders is still below 2^63."""


def is_within_time(moment: datetime) -> bool:
    """Return whether a time with any offset lies within the bounds.

    The time may be one that cannot be converted to UTC.
    """
    return EARLIEST_TIME <= moment < END_OF_TIME


def clamped(moment: datetime) -> datetime:
    """Return the moment in UTC. A moment outside the bounds becomes the nearest bound."""
    return min(max(moment, EARLIEST_TIME), END_OF_TIME).astimezone(UTC)
