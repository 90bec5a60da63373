from collections import Counter
from datetime import timedelta

import pytest

from simulator.steps import (
    Cancel,
    CarrierEvent,
    Clock,
    CreateShipment,
    Dispatch,
    EventType,
    Hold,
    Release,
)
from tests.simulator.journeys import carrier_events, event_types


def has_in_order(types, *wanted):
    rest = iter(types)
    return all(any(type == one for type in rest) for one in wanted)


@pytest.mark.parametrize(
    "types",
    [
        ("PICKED_UP", "DEPARTED_FACILITY", "ARRIVED_FACILITY", "OUT_FOR_DELIVERY", "DELIVERED"),
        ("CUSTOMS_STARTED", "CUSTOMS_CLEARED", "ARRIVED_DESTINATION_FACILITY", "DELIVERED"),
        ("OUT_FOR_DELIVERY", "DELIVERY_ATTEMPTED", "OUT_FOR_DELIVERY", "DELIVERED"),
        ("DELIVERY_ATTEMPTED", "DELIVERY_ATTEMPTED", "DELIVERED"),
        ("DELIVERY_ATTEMPTED", "AVAILABLE_FOR_PICKUP", "COLLECTED"),
        ("ARRIVED_DESTINATION_FACILITY", "AVAILABLE_FOR_PICKUP", "COLLECTED"),
        ("AVAILABLE_FOR_PICKUP", "NOT_COLLECTED", "RETURN_STARTED", "RETURNED"),
        ("DELAYED", "ESTIMATE_UPDATED", "DELIVERED"),
        ("HELD", "HOLD_RELEASED", "DELIVERED"),
        ("DAMAGED", "DELIVERED"),
        ("LOST", "ARRIVED_FACILITY", "DELIVERED"),
        ("MISROUTED", "IN_TRANSIT", "DELIVERED"),
        ("REFUSED", "RETURN_STARTED", "RETURNED"),
        ("UNDELIVERABLE", "RETURN_STARTED", "RETURNED"),
        ("DELIVERED", "ARRIVED_DESTINATION_FACILITY", "OUT_FOR_DELIVERY", "DELIVERED"),
        ("PICKUP_FAILED", "PICKED_UP"),
    ],
)
def test_two_thousand_journeys_contain_each_case(journeys, types):
    assert any(has_in_order(event_types(journey), *types) for journey in journeys)


def test_some_parcels_are_lost_for_good(journeys):
    assert any(event_types(journey)[-1:] == [EventType.LOST] for journey in journeys)


def test_some_orders_are_split_cancelled_held_released_or_still_waiting(journeys):
    counts = Counter(
        kind
        for journey in journeys
        for kind in {(type(step.act), getattr(step.act, "parcel", 0)) for step in journey.steps}
    )

    for kind in (CreateShipment, 0), (CreateShipment, 1), (Cancel, 0), (Hold, 0), (Release, 0):
        assert counts[kind] > 10
    waiting = [journey for journey in journeys if len(journey.steps) <= 1]
    assert len(waiting) > 10


def test_weather_brings_a_revised_estimate(journeys):
    delays = [
        event
        for journey in journeys
        for event in carrier_events(journey)
        if event.exception_type == "WEATHER"
    ]
    assert len(delays) > 10
    assert all(event.estimate and event.estimate.reason for event in delays)


def test_carriers_report_late_shuffled_repeated_and_by_their_own_clocks(journeys):
    events = [
        step for journey in journeys for step in journey.steps if isinstance(step.act, CarrierEvent)
    ]
    shuffled = [
        journey
        for journey in journeys
        if [s.at for s in journey.steps] != sorted(s.at for s in journey.steps)
    ]

    assert sum(step.reported_at - step.at > timedelta(hours=5) for step in events) > 500
    assert sum(step.act.source_event_id is None for step in events) > 100
    assert {step.act.clock for step in events} == set(Clock)
    assert {step.act.by_id for step in events} == {True, False}
    assert len(shuffled) > 200


def test_some_events_come_before_their_parcel_was_dispatched(journeys):
    early = 0
    for journey in journeys:
        dispatched_at = {
            step.act.parcel: step.reported_at
            for step in journey.steps
            if isinstance(step.act, Dispatch)
        }
        for step in journey.steps:
            if isinstance(step.act, CarrierEvent) and step.act.type is EventType.PICKED_UP:
                early += step.reported_at < dispatched_at[step.act.parcel]
    assert early > 10
