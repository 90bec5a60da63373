"""Local moments: when an event happened by the clock of its place, as exactly as that is known."""

from dataclasses import dataclass
from datetime import date, datetime, time

from language.facts import EventFacts
from language.zones import PlaceClock, clock_of
from models.enums import TimePrecision, TimeZoneSource


@dataclass(frozen=True, slots=True)
class LocalMoment:
    """A local day, with the time of the clock if that is certain."""

    day: date
    time: time | None

    def isoformat(self) -> str:
        """Return the moment as HTML's <time> writes a local date or date and time."""
        if self.time is None:
            return self.day.isoformat()
        return f"{self.day.isoformat()}T{self.time.isoformat('minutes')}"


def local_moment(event: EventFacts, otherwise: PlaceClock) -> LocalMoment:
    """Return when an event happened: the carrier's own local time if it gave one.

    Else it is read from the clock of the event's place, or `otherwise` for one without a place. A
    whole day has no time, and neither has what a carrier of unknown time zone tells.
    """
    is_day_only = (
        event.precision is TimePrecision.DAY or event.time_zone_source is TimeZoneSource.ASSUMED_UTC
    )
    given = _parsed(event.local_time)
    if given is not None:
        return LocalMoment(given.date(), None if is_day_only else given.time())
    if event.time_zone_source is TimeZoneSource.ASSUMED_UTC:
        return LocalMoment(event.occurred_at.date(), None)
    has_country = event.location is not None and event.location.country
    clock = clock_of(event.location) if event.location and has_country else otherwise
    moment = moment_by(clock, event.occurred_at)
    return LocalMoment(moment.day, None) if is_day_only else moment


def moment_by(clock: PlaceClock, moment: datetime) -> LocalMoment:
    """Return what a clock shows at a moment: only the day, the later one, if it is not certain."""
    local = clock.local(moment)
    if local is None:
        return LocalMoment(clock.day(moment), None)
    return LocalMoment(local.date(), local.time())


def _parsed(local_time: str | None) -> datetime | None:
    """Return a carrier's local time; its hour is midnight if it gave a date alone."""
    try:
        return None if local_time is None else datetime.fromisoformat(local_time.strip())
    except ValueError:
        return None
