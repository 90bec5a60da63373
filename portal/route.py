"""The route of a parcel: where it started, where it was seen, and where it goes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from language.facts import EventFacts, OrderFacts, PlaceFacts, ShipmentFacts
from language.locales import Language
from language.messages import message
from models.enums import ShipmentStatus, TrackingEventType
from portal.route_picture import RoutePicture, draw_route

MOST_STOPS = 12
"""Stops that are listed: of a longer route, those in its middle are left out."""
UNMOVED = (
    *(TrackingEventType.LABEL_CREATED, TrackingEventType.INFO_RECEIVED),
    *(TrackingEventType.PICKUP_SCHEDULED, TrackingEventType.DELIVERY_SCHEDULED),
)
"""Events of these types tell what is planned: the parcel need not be where they were written."""
TURNED_AWAY = (
    *(ShipmentStatus.RETURNING, ShipmentStatus.RETURNED, ShipmentStatus.LOST),
    *(ShipmentStatus.CANCELLED, ShipmentStatus.DELIVERED),
)
"""A parcel of these statuses does not go to the destination, or has gone there."""
ENDED_STATUSES = (ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED)
"""A parcel of these statuses is where somebody has it."""

STARTS = message("It starts in %(origin)s and goes to %(destination)s.")
UNDERWAY = message(
    "It comes from %(origin)s, was last seen in %(place)s and goes to %(destination)s."
)
SEEN_ONCE = message("It was last seen in %(place)s and goes to %(destination)s.")
CAME_BACK = message("It came back to %(place)s.")
ENDED = message("It comes from %(origin)s and was last seen in %(place)s.")
PLACE_IN_COUNTRY = message("%(place)s, %(country)s")


class Passage(StrEnum):
    """The part that a stop plays in a route."""

    ORIGIN = "origin"
    PASSED = "passed"
    CURRENT = "current"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class RouteStop:
    """A place of a route, named in the reader's language."""

    label: str
    passage: Passage
    place: PlaceFacts


@dataclass(frozen=True, slots=True)
class Route:
    """The stops of a parcel in their order, and a sentence that tells the whole."""

    stops: tuple[RouteStop, ...]
    left_out: int
    """Stops that are not listed, behind the first one."""
    sentence: str
    picture: RoutePicture | None
    """None if the viewer may not read coordinates, or too few are known."""


def route_of(order: OrderFacts, shipment: ShipmentFacts, language: Language) -> Route | None:
    """Return the route of a shipment, None if there are not two places to tell."""
    sightings = _sightings(shipment)
    seen = _merged(_places_seen(order, shipment, sightings))
    is_ahead = shipment.status not in TURNED_AWAY and _is_named(order.destination)
    if seen and _are_same(seen[-1], order.destination):
        is_ahead = False
    places = [*seen, order.destination] if is_ahead else seen
    if len(places) < 2:
        return None
    labels = _labels(places, order, shipment, language)
    stops = tuple(
        RouteStop(label, _passage(number, len(seen)), place)
        for number, (label, place) in enumerate(zip(labels, places, strict=True))
    )
    left_out = max(0, len(stops) - MOST_STOPS)
    if shipment.status is ShipmentStatus.RETURNED:
        sentence = language.say(CAME_BACK, place=stops[-1].label)
    else:
        sentence = _sentence(stops, language, has_started=bool(sightings))
    return Route(
        (stops[0], *stops[1 + left_out :]),
        left_out,
        sentence,
        draw_route([(stop.place, stop.label, stop.passage) for stop in stops]),
    )


def _places_seen(
    order: OrderFacts, shipment: ShipmentFacts, sightings: Iterable[EventFacts]
) -> Iterator[PlaceFacts]:
    """Yield the places from the origin to where the parcel was seen last."""
    if shipment.origin is not None:
        yield shipment.origin
    for event in sightings:
        if event.location is not None:
            yield event.location
    end = {
        ShipmentStatus.DELIVERED: order.destination,
        ShipmentStatus.RETURNED: shipment.origin,
    }.get(shipment.status)
    last = None if shipment.status_event is None else shipment.status_event.location
    if end is not None and (last is None or not last.city):
        yield end


def _sightings(shipment: ShipmentFacts) -> list[EventFacts]:
    """Return the events that tell where the parcel was, in their order.

    That is not only their times': equal times, and days without an hour, are put in order by what
    happened. What was told of a parcel after its end does not take it away from there.
    """
    events = list(shipment.events)
    last = shipment.status_event
    if last is not None and shipment.status in ENDED_STATUSES:
        places = [place for place, event in enumerate(events) if event.id == last.id]
        events = events[: places[0] + 1] if places else events
    return [event for event in events if event.has_happened and event.type not in UNMOVED]


def _merged(places: Iterable[PlaceFacts]) -> list[PlaceFacts]:
    """Return the places with one for several in a row that are the same."""
    merged: list[PlaceFacts] = []
    for place in filter(_is_named, places):
        if merged and _are_same(merged[-1], place):
            merged[-1] = _known_better(merged[-1], place)
        else:
            merged.append(place)
    return merged


def _is_named(place: PlaceFacts) -> bool:
    return bool(place.city or place.region or place.country)


def _are_same(one: PlaceFacts, other: PlaceFacts) -> bool:
    """Return whether two places may be one: a carrier that names less means the same place."""
    return all(
        not mine or not its or mine.casefold() == its.casefold()
        for mine, its in ((one.country, other.country), (one.city, other.city))
    )


def _known_better(one: PlaceFacts, other: PlaceFacts) -> PlaceFacts:
    """Return a place with what either of two descriptions of it says."""
    if one == other:
        return one
    has_point = one.latitude is not None and one.longitude is not None
    point = one if has_point else other
    return replace(
        one if one.city else other,
        country=one.country or other.country,
        latitude=point.latitude,
        longitude=point.longitude,
    )


def _passage(number: int, seen: int) -> Passage:
    if number >= seen:
        return Passage.AHEAD
    if number == seen - 1:
        return Passage.CURRENT
    return Passage.ORIGIN if number == 0 else Passage.PASSED


def _labels(
    places: Sequence[PlaceFacts], order: OrderFacts, shipment: ShipmentFacts, language: Language
) -> list[str]:
    """Return the names of places, with their countries if the order crosses a border, also if the
    parcel turned round before it."""
    ends = [order.destination, *([shipment.origin] if shipment.origin else [])]
    is_abroad = len({place.country for place in (*places, *ends) if place.country}) > 1
    return [_label(place, language, is_abroad=is_abroad) for place in places]


def _label(place: PlaceFacts, language: Language, *, is_abroad: bool) -> str:
    name = place.city or place.region
    if name and is_abroad and place.country:
        return language.say(PLACE_IN_COUNTRY, place=name, country=language.country(place.country))
    return name or language.country(place.country or "")


def _sentence(stops: Sequence[RouteStop], language: Language, *, has_started: bool) -> str:
    names = {"origin": stops[0].label, "destination": stops[-1].label}
    if stops[-1].passage is not Passage.AHEAD:
        return language.say(ENDED, place=stops[-1].label, origin=stops[0].label)
    if len(stops) > 2:
        return language.say(UNDERWAY, place=stops[-2].label, **names)
    if has_started:
        return language.say(SEEN_ONCE, place=stops[0].label, destination=stops[-1].label)
    return language.say(STARTS, **names)
