"""The timeline of a parcel: its events, newest first, day by day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from language.facts import EventFacts, ShipmentFacts
from language.messages import message, plural_message
from models.enums import EventClassifier, TimePrecision, TimeZoneSource
from language.carriers import carrier_name
from portal.provisional import event_label
from portal.view_context import ViewContext

SHOWN_ENTRIES = 3
"""Entries above the fold: what is new, and what came right before it."""
EARLIER = plural_message("Show %(number)s earlier update", "Show %(number)s earlier updates")
NOT_PACKED = message("We’re still packing it.")
NOTHING_YET = message(
    "%(carrier)s doesn’t have it yet. The first scan usually comes within a day."
)
NO_CARRIER_YET = message("It hasn’t been picked up yet.")


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One update. `moment` is the time for machines, as the carrier's own clock shows it."""

    key: str
    label: str
    place: str | None
    time: str | None
    moment: str
    note: str | None = None
    is_newest: bool = False


@dataclass(frozen=True, slots=True)
class TimelineDay:
    """The updates of one day, newest first."""

    heading: str
    entries: tuple[TimelineEntry, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The latest days, and those behind them; without any, `empty` says why."""

    latest: tuple[TimelineDay, ...]
    earlier: tuple[TimelineDay, ...]
    earlier_label: str
    empty: str


def view_timeline(shipment: ShipmentFacts, number: int, context: ViewContext) -> Timeline:
    """Return the timeline of a parcel with this number."""
    events = sorted(_shown(shipment.events), key=lambda event: event.occurred_at, reverse=True)
    dated = [
        (_day(event, context), _entry(event, f"parcel-{number}-{len(events) - place}", place == 0, context))
        for place, event in enumerate(events)
    ]
    earlier = dated[SHOWN_ENTRIES:]
    return Timeline(
        _days(dated[:SHOWN_ENTRIES], context),
        _days(earlier, context),
        context.language.count(EARLIER, len(earlier)),
        _empty(shipment, context),
    )


def _shown(events: Iterable[EventFacts]) -> Iterable[EventFacts]:
    """Leave out what has not happened, and what the carrier took back."""
    return (
        event
        for event in events
        if event.classifier is EventClassifier.ACTUAL and event.retracted_at is None
    )


def _days(
    dated: Sequence[tuple[date, TimelineEntry]], context: ViewContext
) -> tuple[TimelineDay, ...]:
    return tuple(
        TimelineDay(context.language.day(day, context.today), tuple(entry for _, entry in group))
        for day, group in groupby(dated, key=lambda pair: pair[0])
    )


def _entry(event: EventFacts, key: str, is_newest: bool, context: ViewContext) -> TimelineEntry:
    local = _local(event, context)
    return TimelineEntry(
        key, event_label(event, context), _place(event, context),
        None if local is None else context.language.time(local),
        _day(event, context).isoformat() if local is None else local.isoformat(timespec="minutes"),
        event.description,
        is_newest,
    )


def _place(event: EventFacts, context: ViewContext) -> str | None:
    place = event.location
    if place is None:
        return None
    parts = [place.city or place.region, context.language.country(place.country) if place.country else None]
    return ", ".join(p for p in parts if p) or None


def _local(event: EventFacts, context: ViewContext) -> datetime | None:
    if event.precision is TimePrecision.DAY or event.time_zone_source is TimeZoneSource.ASSUMED_UTC:
        return None
    if event.local_time:
        try: return datetime.fromisoformat(event.local_time).replace(tzinfo=None)
        except ValueError: pass
    return context.clock.local(event.occurred_at)

def _day(event: EventFacts, context: ViewContext) -> date:
    if event.local_time:
        try: return datetime.fromisoformat(event.local_time).date()
        except ValueError: pass
    return context.clock.day(event.occurred_at)


def _empty(shipment: ShipmentFacts, context: ViewContext) -> str:
    language = context.language
    if shipment.carrier is None:
        return language.say(NO_CARRIER_YET if shipment.packed_at else NOT_PACKED)
    return language.say(NOTHING_YET, carrier=carrier_name(shipment.carrier))
