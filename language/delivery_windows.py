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
MIDNIGHT = time(0, 0)
ENDS_OF_A_DAY = (time(23, 59), time(23, 59, 59))
"""Senders of a mere date write this as its time in UTC, or midnight."""


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

    A day that somebody sent as a time that marks it in UTC is that day at the place, and has no
    hours. Between two other times that are a few hours apart, such a time is what it says: the day
    before could be told instead of the right one.
    """
    is_short = estimate.latest - estimate.earliest <= timedelta(hours=LONGEST_HOURS)
    if is_short and not (_marks_a_day(estimate.earliest) and _marks_a_day(estimate.latest)):
        return _window_of_hours(estimate, clock)
    first = _first_day(estimate.earliest, clock)
    day_sent = _last_day_sent(estimate)
    if day_sent is not None:
        last = max(day_sent, first)
        return DeliveryWindow(first, last, _end_of(last, clock))
    last = clock.day(estimate.latest - LAST_MOMENT)
    return DeliveryWindow(min(first, last), last, estimate.latest)


def _window_of_hours(estimate: EstimateFacts, clock: PlaceClock) -> DeliveryWindow:
    last = clock.day(estimate.latest - LAST_MOMENT)
    first = min(clock.day(estimate.earliest), last)
    start, end = clock.local(estimate.earliest), clock.local(estimate.latest)
    is_by_the_hour = estimate.source in TOLD_BY_THE_HOUR and first == last
    if not is_by_the_hour or start is None or end is None:
        return DeliveryWindow(first, last, estimate.latest)
    return DeliveryWindow(first, last, estimate.latest, start, end)


def _first_day(earliest: datetime, clock: PlaceClock) -> date:
    return _day_in_utc(earliest) if _marks_a_day(earliest) else clock.day(earliest)


def _last_day_sent(estimate: EstimateFacts) -> date | None:
    """Return the day that the end of an estimate marks, None if it is a moment.

    A midnight marks the day that it begins if it stands alone, and else, after another day, the
    one that it ends.
    """
    if _clock_in_utc(estimate.latest) in ENDS_OF_A_DAY:
        return _day_in_utc(estimate.latest)
    if not (_marks_a_day(estimate.latest) and _marks_a_day(estimate.earliest)):
        return None
    is_alone = estimate.earliest == estimate.latest
    return _day_in_utc(estimate.latest if is_alone else estimate.latest - LAST_MOMENT)


def _marks_a_day(moment: datetime) -> bool:
    return _clock_in_utc(moment) in (MIDNIGHT, *ENDS_OF_A_DAY)


def _clock_in_utc(moment: datetime) -> time:
    return moment.astimezone(UTC).time().replace(microsecond=0)


def _day_in_utc(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _end_of(day: date, clock: PlaceClock) -> datetime:
    """Return when a local day is over, wherever the place may be."""
    midnight = datetime.combine(day + timedelta(days=1), time())
    return max(midnight.replace(tzinfo=zone).astimezone(UTC) for zone in clock.zones)
