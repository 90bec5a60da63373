"""The route of a parcel: its places in their order, and a picture for who may read coordinates."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from language.catalog import open_catalogs
from language.facts import EventFacts, OrderFacts, PlaceFacts, ShipmentFacts
from models.enums import EventClassifier, OrderStatus, ShipmentStatus, TrackingEventType
from portal.route import MOST_STOPS, Route, route_of

START = datetime(2026, 11, 28, 8, tzinfo=UTC)
SHENZHEN = PlaceFacts(city="Shenzhen", country="CN", latitude=22.54, longitude=114.06)
DUBAI = PlaceFacts(city="Dubai", country="AE", latitude=25.2, longitude=55.27)
RECIFE = PlaceFacts(city="Recife", country="BR", latitude=-8.05, longitude=-34.88)
LEIPZIG = PlaceFacts(city="Leipzig", country="DE", latitude=51.34, longitude=12.37)
BERLIN = PlaceFacts(city="Berlin", country="DE", latitude=52.52, longitude=13.4)
ENGLISH = open_catalogs().language("en")


def event(number: int, place: PlaceFacts | None, **more: Any) -> EventFacts:
    """The event of an hour after the one before it."""
    at = START + timedelta(hours=number)
    event = EventFacts(str(number), TrackingEventType.ARRIVED_FACILITY, at, location=place)
    return replace(event, **more)


def shipment(
    *events: EventFacts,
    origin: PlaceFacts | None = SHENZHEN,
    status: ShipmentStatus = ShipmentStatus.IN_TRANSIT,
) -> ShipmentFacts:
    last = events[-1] if events else None
    return ShipmentFacts("1", status, START, origin=origin, events=events, status_event=last)


def route(parcel: ShipmentFacts, destination: PlaceFacts = RECIFE) -> Route | None:
    order = OrderFacts("WA-1", OrderStatus.SHIPPED, destination, START, shipments=(parcel,))
    return route_of(order, parcel, ENGLISH)


def stops(parcel: ShipmentFacts, destination: PlaceFacts = RECIFE) -> list[tuple[str, str]]:
    found = route(parcel, destination)
    return [(stop.label, stop.passage.value) for stop in found.stops] if found else []


def test_a_route_leads_from_the_origin_through_places_to_the_destination() -> None:
    parcel = shipment(event(1, SHENZHEN), event(2, DUBAI), event(3, DUBAI))

    assert stops(parcel) == [
        ("Shenzhen, China", "origin"),
        ("Dubai, United Arab Emirates", "current"),
        ("Recife, Brazil", "ahead"),
    ]


def test_countries_are_named_only_across_a_border() -> None:
    assert stops(shipment(origin=LEIPZIG), BERLIN) == [("Leipzig", "current"), ("Berlin", "ahead")]


def test_a_parcel_at_its_destination_has_nothing_ahead() -> None:
    parcel = shipment(event(1, BERLIN), origin=LEIPZIG, status=ShipmentStatus.OUT_FOR_DELIVERY)

    assert stops(parcel, BERLIN) == [("Leipzig", "origin"), ("Berlin", "current")]


def test_a_delivery_without_a_place_was_at_the_destination() -> None:
    delivered = event(2, None, type=TrackingEventType.DELIVERED)
    parcel = shipment(delivered, origin=LEIPZIG, status=ShipmentStatus.DELIVERED)

    assert stops(parcel, BERLIN) == [("Leipzig", "origin"), ("Berlin", "current")]


@pytest.mark.parametrize(
    "status", [ShipmentStatus.RETURNING, ShipmentStatus.LOST, ShipmentStatus.CANCELLED]
)
def test_a_parcel_that_does_not_arrive_has_no_destination(status: ShipmentStatus) -> None:
    parcel = shipment(event(1, LEIPZIG), event(2, DUBAI), origin=LEIPZIG, status=status)

    assert stops(parcel, BERLIN) == [
        ("Leipzig, Germany", "origin"),
        ("Dubai, United Arab Emirates", "current"),
    ]


def test_a_place_that_is_passed_twice_is_told_twice() -> None:
    parcel = shipment(event(1, DUBAI), event(2, LEIPZIG), event(3, DUBAI))

    assert [label for label, _ in stops(parcel)] == [
        "Shenzhen, China",
        "Dubai, United Arab Emirates",
        "Leipzig, Germany",
        "Dubai, United Arab Emirates",
        "Recife, Brazil",
    ]


@pytest.mark.parametrize(
    "unreal",
    [
        {"classifier": EventClassifier.PLANNED},
        {"retracted_at": START},
        {"type": TrackingEventType.LABEL_CREATED},
        {"type": TrackingEventType.DELIVERY_SCHEDULED},
    ],
)
def test_what_did_not_happen_is_no_place_passed(unreal: dict[str, object]) -> None:
    assert stops(shipment(event(1, DUBAI, **unreal))) == [
        ("Shenzhen, China", "current"),
        ("Recife, Brazil", "ahead"),
    ]


def test_places_are_in_the_order_in_which_events_count() -> None:
    """A day without an hour begins at midnight, but comes after what happened on it."""
    parcel = shipment(event(2, DUBAI), event(2, LEIPZIG), event(1, BERLIN))

    assert [label for label, _ in stops(parcel)][1:4] == [
        "Dubai, United Arab Emirates",
        "Leipzig, Germany",
        "Berlin, Germany",
    ]


def returned(*scans: EventFacts, at: int, place: PlaceFacts | None = None) -> ShipmentFacts:
    """A parcel from Leipzig that came back with one event, which need not be the last one."""
    back = event(at, place, id="back", type=TrackingEventType.RETURNED)
    events = [*scans[:at], back, *scans[at:]]
    parcel = shipment(*events, origin=LEIPZIG, status=ShipmentStatus.RETURNED)
    return replace(parcel, status_event=back)


@pytest.mark.parametrize("place", [None, LEIPZIG, PlaceFacts(country="DE")])
def test_the_route_of_a_returned_parcel_ends_at_its_sender(place: PlaceFacts | None) -> None:
    scans = (event(0, DUBAI), event(1, BERLIN), event(2, DUBAI))
    parcel = returned(*scans, at=2, place=place)
    found = route(parcel)

    assert found is not None
    assert stops(parcel) == [
        ("Leipzig, Germany", "origin"),
        ("Dubai, United Arab Emirates", "passed"),
        ("Berlin, Germany", "passed"),
        ("Leipzig, Germany", "current"),
    ]
    assert found.sentence == "It came back to Leipzig, Germany."


def test_a_parcel_that_came_back_to_another_place_ends_there() -> None:
    assert stops(returned(event(0, DUBAI), at=1, place=BERLIN)) == [
        ("Leipzig, Germany", "origin"),
        ("Dubai, United Arab Emirates", "passed"),
        ("Berlin, Germany", "current"),
    ]


def test_a_parcel_that_turned_round_before_the_border_keeps_the_country() -> None:
    assert stops(returned(event(0, BERLIN), at=1)) == [
        ("Leipzig, Germany", "origin"),
        ("Berlin, Germany", "passed"),
        ("Leipzig, Germany", "current"),
    ]


def test_a_parcel_that_never_left_its_place_has_no_route() -> None:
    assert route(returned(event(0, LEIPZIG), event(1, LEIPZIG), at=2)) is None


def test_a_country_alone_is_the_place_in_it_that_is_known() -> None:
    country = PlaceFacts(country="BR")
    parcel = shipment(event(1, country), event(2, RECIFE), status=ShipmentStatus.OUT_FOR_DELIVERY)

    assert stops(parcel) == [("Shenzhen, China", "origin"), ("Recife, Brazil", "current")]


def test_one_place_is_no_route() -> None:
    assert route(shipment(origin=RECIFE)) is None
    assert route(shipment(origin=None)) is None


def test_a_long_route_is_listed_without_its_first_stops() -> None:
    cities = [PlaceFacts(city=f"City {number}", country="DE") for number in range(20)]
    parcel = shipment(*(event(number, city) for number, city in enumerate(cities)), origin=LEIPZIG)

    found = route(parcel, BERLIN)

    assert found is not None
    assert (len(found.stops), found.left_out) == (MOST_STOPS, 10)
    assert [stop.label for stop in found.stops][:3] == ["Leipzig", "City 10", "City 11"]
    assert found.stops[-1].label == "Berlin"


@pytest.mark.parametrize(
    ("parcel", "sentence"),
    [
        (
            shipment(event(1, DUBAI)),
            "It comes from Shenzhen, China, was last seen in Dubai, United Arab Emirates and goes"
            " to Recife, Brazil.",
        ),
        (shipment(), "It starts in Shenzhen, China and goes to Recife, Brazil."),
        (
            shipment(event(1, SHENZHEN), origin=None),
            "It was last seen in Shenzhen, China and goes to Recife, Brazil.",
        ),
        (
            shipment(event(1, RECIFE), status=ShipmentStatus.DELIVERED),
            "It comes from Shenzhen, China and was last seen in Recife, Brazil.",
        ),
    ],
)
def test_a_sentence_tells_the_whole_route(parcel: ShipmentFacts, sentence: str) -> None:
    found = route(parcel)

    assert found is not None
    assert found.sentence == sentence


def test_there_is_no_picture_without_coordinates() -> None:
    unseen = [replace(place, latitude=None, longitude=None) for place in (SHENZHEN, DUBAI, RECIFE)]

    found = route(shipment(event(1, unseen[1]), origin=unseen[0]), unseen[2])

    assert found is not None
    assert found.picture is None
    assert len(found.stops) == 3
