"""The local order: how events whose time zone is not known are placed among each other.

Their local times are read as if they were in UTC, but none can have happened after its receipt. So
that the order of arrival does not matter, none is placed after an event of a later local time
either, however late its own news came.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from models.enums import TimeZoneSource
from models.events import TrackingEvent

TIE_BREAK = timedelta(microseconds=1)
"""How far apart the moments are of events that were received together: the least that is stored."""


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
    """Yield the events of a shipment that would lie after one of a later local time.

    Each comes with the latest `occurred_at` and `moment` that it can have. Events that have left
    the shipment tell nothing.
    """
    local = [
        (time, event)
        for event in events
        if event.moved_to_id is None and (time := local_time_of(event)) is not None
    ]
    bound: tuple[datetime, datetime] | None = None
    local.sort(key=itemgetter(0), reverse=True)
    for _, group in groupby(local, key=itemgetter(0)):
        times = []
        for _, event in group:
            given = event.occurred_at, event.moment
            latest = given if bound is None else _bounded(given, bound)
            times.append(latest)
            if latest != given:
                yield event, *latest
        bound = _earliest(times if bound is None else [*times, bound])


def _bounded(
    given: tuple[datetime, datetime], bound: tuple[datetime, datetime]
) -> tuple[datetime, datetime]:
    return min(given[0], bound[0]), min(given[1], bound[1] - TIE_BREAK)


def _earliest(times: Iterable[tuple[datetime, datetime]]) -> tuple[datetime, datetime]:
    occurred_at, moments = zip(*times, strict=True)
    return min(occurred_at), min(moments)
