"""The local order: how events whose time zone is not known are placed among each other.

Their local times are read as if they were in UTC, but none can have happened after its receipt. So
that the order of arrival does not matter, none is placed after an event of a later local time
either, however late its own news came.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter

from models.enums import TimeZoneSource
from models.events import TrackingEvent

TIE_BREAK = timedelta(microseconds=1)
"""How far apart the moments are of events that were received together: the least that is stored."""
LATEST = datetime.max.replace(tzinfo=UTC)
"""After every time of an event."""


def read_local_time(text: str) -> datetime:
    """Return a local time without a zone. Raises ValueError for a day or hour that is none."""
    return datetime.fromisoformat(text.strip())


def local_time_of(event: TrackingEvent) -> datetime | None:
    """Return the local time of an event whose time zone is not known.

    Without one, and for a whole day, return None: a day is known well enough.
    """
    is_day = event.moment > event.occurred_at
    if event.time_zone_source is not TimeZoneSource.ASSUMED_UTC or is_day or not event.local_time:
        return None
    return read_local_time(event.local_time)


def bounded_times(
    events: Iterable[TrackingEvent],
) -> Iterator[tuple[TrackingEvent, datetime, datetime]]:
    """Yield the events of a shipment that would lie after one of the same or a later local time.

    Each comes with the latest `occurred_at` and `moment` that it can have. Events that have left
    the shipment tell nothing.
    """
    local = [
        (time, event)
        for event in events
        if event.moved_to_id is None and (time := local_time_of(event)) is not None
    ]
    local.sort(key=itemgetter(0), reverse=True)
    occurred_at, moment = LATEST, LATEST
    for _, group in groupby(local, key=itemgetter(0)):
        alike = [event for _, event in group]
        occurred_at = min(occurred_at, *(event.occurred_at for event in alike))
        moment = min(moment - TIE_BREAK, *(event.moment for event in alike))
        for event in alike:
            if (event.occurred_at, event.moment) != (occurred_at, moment):
                yield event, occurred_at, moment
