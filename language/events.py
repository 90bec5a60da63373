"""Events: the timeline of a parcel, newest first, by days."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from language.event_messages import (
    ARRIVED_IN_COUNTRY,
    EVENTS,
    LEFT_CITY,
    PLACE,
    REACHED_CITY,
    REPEATED,
    SCANS,
    SCANS_IN_CITY,
    TODAY,
    YESTERDAY,
)
from language.facts import EventFacts, OrderFacts, PlaceFacts, ShipmentFacts, TroubleFacts
from language.local_moments import LocalMoment, local_moment, moment_by
from language.locales import Language
from language.plain_values import capitalized, plain_city, plain_value
from language.progress import troubles_of_shipment
from language.troubles import SolvedLine, solved_lines
from language.zones import PlaceClock, clock_of
from models.enums import EventClassifier, TrackingEventType

SCANNED = frozenset(
    {
        TrackingEventType.IN_TRANSIT,
        TrackingEventType.ARRIVED_FACILITY,
        TrackingEventType.DEPARTED_FACILITY,
    }
)
"""The types of which several in one place are told as scans."""
NAMING_THE_CITY = frozenset(
    {TrackingEventType.ARRIVED_FACILITY, TrackingEventType.DEPARTED_FACILITY}
)
"""The types whose label says the city, so that their place need not."""
ANNOUNCEMENTS = frozenset(
    {
        TrackingEventType.PICKUP_SCHEDULED,
        TrackingEventType.DELIVERY_SCHEDULED,
        TrackingEventType.DELIVERY_RESCHEDULED,
    }
)
"""The types that are true of what is only planned; any other plan is told as an estimate."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line. `type` is None for a trouble that was solved; `time` is None for a whole day.

    `id` stays the same when further events join the line, and `local` is its time for machines.
    """

    id: str
    type: TrackingEventType | None
    label: str
    place: str | None
    time: str | None
    local: str
    count: int = 1
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class TimelineDay:
    """The lines of one local day under its heading."""

    day: date
    heading: str
    entries: tuple[TimelineEntry, ...]


class _Told(NamedTuple):
    """An event as it is told. With the same `line` as the one before, it is part of that line."""

    event: EventFacts
    type: TrackingEventType
    moment: LocalMoment
    line: "_Line"


class _Line(NamedTuple):
    """A line of the timeline, and the day under which it stands."""

    label: str
    place: str | None
    day: date
    detail: str | None


def timeline(
    language: Language, order: OrderFacts, shipment: ShipmentFacts, now: datetime
) -> tuple[TimelineDay, ...]:
    """Return the timeline of a shipment, with the troubles of it that were solved."""
    clock = clock_of(order.destination)
    told = [
        _told(language, event, shipment.carrier, clock)
        for event in reversed(shipment.events)
        if event.retracted_at is None
    ]
    troubles = _troubles_told(order, shipment)
    solved = solved_lines(language, order, troubles)
    dated = list(_merged(language, _runs(told), solved, clock))
    return tuple(
        TimelineDay(day, day_heading(language, day, clock, now), tuple(entry for _, entry in group))
        for day, group in groupby(dated, key=lambda pair: pair[0])
    )


def _troubles_told(order: OrderFacts, shipment: ShipmentFacts) -> list[TroubleFacts]:
    """Return the troubles of a shipment, without those before the oldest update that is known: a
    line about their end would tell of something that the timeline does not."""
    troubles = troubles_of_shipment(order, shipment)
    if not order.has_older_events:
        return troubles
    oldest = min((event.occurred_at for event in shipment.events), default=None)
    return [each for each in troubles if oldest is not None and each.opened_at >= oldest]


def event_label(language: Language, event: EventFacts, carrier: str | None) -> str:
    """Return what happened, or what was announced if it has not happened."""
    told, city = told_type(event), plain_city(event.location)
    country = None if event.location is None else event.location.country
    if told is TrackingEventType.DEPARTED_FACILITY and city:
        return language.say(LEFT_CITY, city=city)
    if told is TrackingEventType.ARRIVED_FACILITY and city:
        return language.say(REACHED_CITY, city=city)
    if told is TrackingEventType.ARRIVED_DESTINATION_COUNTRY and country:
        return language.say(ARRIVED_IN_COUNTRY, country=language.country(country))
    return EVENTS[told].said_in(language, carrier)


def told_type(event: EventFacts) -> TrackingEventType:
    """Return the type of what is told of an event: a plan must not read like a fact."""
    is_plan = event.classifier is not EventClassifier.ACTUAL and event.type not in ANNOUNCEMENTS
    return TrackingEventType.ESTIMATE_UPDATED if is_plan else event.type


def place_text(language: Language, place: PlaceFacts | None) -> str | None:
    """Return city and country, or what is known of them; None if nothing is."""
    if place is None:
        return None
    town = plain_city(place) or plain_value(place.region or "")
    country = language.country(place.country) if place.country else ""
    if town and country:
        return language.say(PLACE, city=town, country=country)
    return town or country or None


def day_heading(language: Language, day: date, clock: PlaceClock, now: datetime) -> str:
    """Return a day in full, said to be today or yesterday if it certainly is.

    Weekdays that are written small within a sentence begin the heading with a capital letter.
    """
    today = clock.certain_day(now)
    text = language.day(day, clock.day(now))
    if today is not None and day == today:
        return language.say(TODAY, day=text)
    if today is not None and (today - day).days == 1:
        return language.say(YESTERDAY, day=text)
    return capitalized(text)


def _told(language: Language, event: EventFacts, carrier: str | None, clock: PlaceClock) -> _Told:
    place, told = event.location, told_type(event)
    if place is not None and place.city and told in NAMING_THE_CITY:
        place = PlaceFacts(country=place.country)
    moment = local_moment(event, clock)
    line = _Line(
        event_label(language, event, carrier),
        place_text(language, place),
        moment.day,
        _detail(event, told),
    )
    return _Told(event, told, moment, line)


def _runs(told: Iterable[_Told]) -> list[list[_Told]]:
    """Group events that follow each other with the same label, in one place, on one day.

    An event with a description of its own stays by itself.
    """
    runs: list[list[_Told]] = []
    for each in told:
        if runs and runs[-1][0].line == each.line and each.line.detail is None:
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


def _merged(
    language: Language,
    runs: Iterable[Sequence[_Told]],
    solved: Sequence[SolvedLine],
    clock: PlaceClock,
) -> Iterator[tuple[date, TimelineEntry]]:
    """Yield the lines of events and of solved troubles, newest first, each with its day."""
    waiting = list(solved)
    for run in runs:
        while waiting and waiting[0].resolved_at >= run[0].event.occurred_at:
            yield _solved_entry(language, waiting.pop(0), clock)
        yield run[0].moment.day, _entry(language, run)
    for line in waiting:
        yield _solved_entry(language, line, clock)


def _entry(language: Language, run: Sequence[_Told]) -> TimelineEntry:
    newest, oldest = run[0], run[-1]
    label, place, _, detail = newest.line
    is_in_label = len(run) > 1 and newest.type in SCANNED
    return TimelineEntry(
        id=oldest.event.id,
        type=newest.type,
        label=label if len(run) == 1 else _repeated(language, newest, len(run)),
        place=None if is_in_label and plain_city(newest.event.location) else place,
        time=None if newest.moment.time is None else language.time(newest.moment.time),
        local=newest.moment.isoformat(),
        count=len(run),
        detail=detail,
    )


def _repeated(language: Language, newest: _Told, count: int) -> str:
    if newest.type not in SCANNED:
        return language.count(REPEATED, count, event=newest.line.label)
    city = plain_city(newest.event.location)
    if city is None:
        return language.count(SCANS, count)
    return language.count(SCANS_IN_CITY, count, city=city)


def _detail(event: EventFacts, told: TrackingEventType) -> str | None:
    """Return the carrier's own words of an event of which nothing else is known."""
    if told is not TrackingEventType.UNKNOWN or not event.description:
        return None
    return plain_value(event.description)


def _solved_entry(
    language: Language, line: SolvedLine, clock: PlaceClock
) -> tuple[date, TimelineEntry]:
    moment = moment_by(clock, line.resolved_at)
    time = None if moment.time is None else language.time(moment.time)
    return moment.day, TimelineEntry(line.id, None, line.text, None, time, moment.isoformat())
