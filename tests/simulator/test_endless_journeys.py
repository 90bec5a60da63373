from datetime import UTC, datetime
from itertools import islice
from random import Random

import pytest

from simulator.atlas import VENLO, find_place
from simulator.carriers import UPS
from simulator.endless_journeys import EndlessJourney
from simulator.showcase import pause_after
from simulator.steps import EventType

COUNT = 2000
"""More than an hour of events."""


@pytest.fixture(scope="module")
def events():
    journey = EndlessJourney(
        random=Random(7),
        carrier=UPS,
        tracking_number=None,
        origin=VENLO,
        destination=find_place("DE", "Berlin", "Berlin"),
        token="show-1",
        now=lambda: datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
    )
    return list(islice(journey.events(), COUNT))


def test_an_endless_journey_begins_at_the_warehouse_and_has_no_last_event(events):
    assert (events[0].type, events[0].place) == (EventType.PICKED_UP, VENLO)
    assert len(events) == COUNT


def test_the_pause_between_events_grows_with_their_number():
    assert [pause_after(count) for count in (0, 700, 7000)] == [2.0, 4.0, 22.0]


def test_every_event_of_an_endless_journey_has_an_id_of_its_own(events):
    assert len({event.source_event_id for event in events}) == len(events)


def test_every_delivery_is_taken_back_at_once(events):
    deliveries = [
        index for index, event in enumerate(events[:-1]) if event.type is EventType.DELIVERED
    ]

    assert len(deliveries) > 5
    for index in deliveries:
        assert events[index + 1].retracts == events[index].source_event_id


def test_an_endless_journey_brings_weather_holds_and_estimates(events):
    assert {event.exception_type for event in events} == {None, "WEATHER", "SECURITY_HOLD"}
    assert {event.classifier for event in events} == {"ACTUAL", "ESTIMATED", "PLANNED"}
    assert all(event.estimate for event in events if event.classifier != "ACTUAL")
