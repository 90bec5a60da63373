"""Delivery windows: the days and hours that an estimate stands for at the destination."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from language.facts import EstimateFacts
from language.zones import PlaceClock
from models.enums import EstimateSource

TOLD_BY_THE_HOUR = (EstimateSource.CARRIER, EstimateSource.OPERATOR)
"""The sources that know what the van does; a promise or a prediction is one of days."""
LONGEST_HOURS = 6
"""A longer window is told as a day: its hours would sound more certain than they are."""
LAST_MOMENT = timedelta(microseconds=1)
"""Midnight ends a day: what is due by then is due on the day before."""
WHOLE_DAY_TIMES = (time(0, 0), time(23, 59), time(23, 59, 59))
"""What senders of a mere date write as its time, in UTC."""


@dataclass(frozen=True, slots=True)
class DeliveryWindow:
    """The first and the last local day, with the local hours if the window has hours.

    `ends_at` is the moment after which it is late.
    """

    first: date
    last: date
    ends_at: datetime
    start: datetime | None = None
    end: datetime | None = None

    @property
    def is_until_midnight(self) -> bool:
        """Return whether it ends with its day."""
        return self.end is not None and self.end.date() > self.last


def delivery_window(estimate: EstimateFacts, clock: PlaceClock) -> DeliveryWindow:
    """Return what an estimate means at the place of the clock.

    Days that somebody sent as midnights in UTC are those days at the place, and have no hours.
    """
    is_of_days = _is_whole_day(estimate.earliest) and _is_whole_day(estimate.latest)
    if is_of_days and estimate.earliest < estimate.latest:
        first, last = _day_in_utc(estimate.earliest), _day_in_utc(estimate.latest - LAST_MOMENT)
        return DeliveryWindow(first, last, _end_of(last, clock))
    last = clock.day(estimate.latest - LAST_MOMENT)
    first = min(clock.day(estimate.earliest), last)
    if is_of_days:
        return DeliveryWindow(first, last, _end_of(last, clock))
    start, end = clock.local(estimate.earliest), clock.local(estimate.latest)
    is_short = estimate.latest - estimate.earliest <= timedelta(hours=LONGEST_HOURS)
    is_by_the_hour = estimate.source in TOLD_BY_THE_HOUR and first == last and is_short
    if not is_by_the_hour or start is None or end is None:
        return DeliveryWindow(first, last, estimate.latest)
    return DeliveryWindow(first, last, estimate.latest, start, end)


def _is_whole_day(moment: datetime) -> bool:
    return moment.astimezone(UTC).time().replace(microsecond=0) in WHOLE_DAY_TIMES


def _day_in_utc(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _end_of(day: date, clock: PlaceClock) -> datetime:
    """Return when a local day is over, wherever the place may be."""
    midnight = datetime.combine(day + timedelta(days=1), time())
    return max(midnight.replace(tzinfo=zone).astimezone(UTC) for zone in clock.zones)
