from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from simulator.atlas import find_place
from simulator.journeys import write_journey
from simulator.steps import (
    CarrierEvent,
    Clock,
    Confirm,
    CreateShipment,
    Dispatch,
    EventType,
    Hold,
    OrderedItem,
    Pack,
    PlacedOrder,
    Release,
)
from tests.simulator.journeys import carrier_events

# The list repeats the API's enum.
TRACKING_EVENT_TYPES = {
    "LABEL_CREATED",
    "INFO_RECEIVED",
    "PICKUP_SCHEDULED",
    "PICKUP_FAILED",
    "PICKED_UP",
    "DEPARTED_FACILITY",
    "ARRIVED_FACILITY",
    "IN_TRANSIT",
    "ARRIVED_DESTINATION_COUNTRY",
    "ARRIVED_DESTINATION_FACILITY",
    "CUSTOMS_STARTED",
    "CUSTOMS_CLEARED",
    "HANDED_TO_PARTNER",
    "REDIRECTED",
    "DELIVERY_SCHEDULED",
    "DELIVERY_RESCHEDULED",
    "ESTIMATE_UPDATED",
    "OUT_FOR_DELIVERY",
    "DELIVERY_ATTEMPTED",
    "AVAILABLE_FOR_PICKUP",
    "DELIVERED",
    "COLLECTED",
    "PARTIALLY_DELIVERED",
    "PROOF_OF_DELIVERY",
    "HELD",
    "HOLD_RELEASED",
    "DELAYED",
    "MISROUTED",
    "DAMAGED",
    "LOST",
    "REFUSED",
    "UNDELIVERABLE",
    "NOT_COLLECTED",
    "RETURN_STARTED",
    "RETURNED",
    "DISPOSED",
    "CANCELLED",
    "TRACKING_EXPIRED",
    "UNKNOWN",
}
EXCEPTION_TYPES = {
    "WEATHER",
    "DELAY",
    "SECURITY_HOLD",
    "CUSTOMS_HOLD",
    "DOCUMENTS_MISSING",
    "PAYMENT_DUE",
    "ADDRESS_PROBLEM",
}


def make_order(**overrides):
    order = PlacedOrder(
        tracking_id="WA-1",
        placed_at=datetime(2026, 2, 1, 10, tzinfo=UTC),
        delivery_method="STANDARD",
        destination=find_place("DE", "Berlin", "Berlin"),
        items=(OrderedItem("item-1", 2),),
    )
    return replace(order, **overrides)


def test_the_same_order_and_seed_have_the_same_journey():
    assert write_journey(make_order(), 7) == write_journey(make_order(), 7)


def test_another_seed_gives_other_journeys():
    assert write_journey(make_order(), 7) != write_journey(make_order(), 8)


def test_steps_stand_in_the_order_of_their_reports(journeys):
    for journey in journeys:
        reports = [step.reported_at for step in journey.steps]
        assert reports == sorted(reports)


def test_nothing_happens_before_the_order_was_placed_or_after_it_was_reported(journeys):
    for journey in journeys:
        for step in journey.steps:
            assert journey.order.placed_at <= step.at <= step.reported_at


def test_a_date_alone_begins_after_the_order_was_placed(journeys):
    for journey in journeys:
        for step in journey.steps:
            if isinstance(step.act, CarrierEvent) and step.act.clock is Clock.DAY:
                assert step.at - timedelta(days=1) > journey.order.placed_at


def test_past_and_future_steps_are_together_the_whole_journey(journeys, now):
    for journey in journeys:
        history, upcoming = journey.history(now), journey.upcoming(now)
        assert all(step.at <= now and step.reported_at <= now for step in history)
        assert history + upcoming == journey.steps
    assert any(journey.upcoming(now) for journey in journeys)


def test_every_event_type_is_one_of_the_api(journeys):
    used = {event.type for journey in journeys for event in carrier_events(journey)}

    assert used == set(EventType)
    assert used <= TRACKING_EVENT_TYPES


def test_exception_types_are_ones_of_the_api(journeys):
    used = {event.exception_type for journey in journeys for event in carrier_events(journey)}

    assert used - {None} == EXCEPTION_TYPES


def test_a_retraction_names_a_delivery_of_the_same_parcel(journeys):
    retractions = 0
    for journey in journeys:
        known = {
            (event.parcel, event.source_event_id): event.type for event in carrier_events(journey)
        }
        for event in carrier_events(journey):
            if event.retracts:
                retractions += 1
                assert known[event.parcel, event.retracts] is EventType.DELIVERED
                assert event.source_event_id not in {None, event.retracts}
    assert retractions > 10


def test_an_event_id_is_only_ever_repeated_verbatim(journeys):
    known: dict[str, tuple[datetime, CarrierEvent]] = {}
    repeated = 0
    for journey in journeys:
        for step in journey.steps:
            if isinstance(step.act, CarrierEvent) and step.act.source_event_id:
                first = known.setdefault(step.act.source_event_id, (step.at, step.act))
                assert first == (step.at, step.act)
                repeated += 1
    assert repeated > len(known) * 1.02


def test_a_parcel_s_commands_come_in_the_order_that_the_api_demands(journeys):
    ranks = {CreateShipment: 0, Pack: 1, Dispatch: 2}
    for journey in journeys:
        last: dict[int, int] = {}
        for step in journey.steps:
            if type(step.act) in ranks:
                rank = ranks[type(step.act)]
                assert rank > last.get(step.act.parcel, -1)
                last[step.act.parcel] = rank


def test_nothing_is_shipped_unconfirmed_or_on_hold(journeys):
    for journey in journeys:
        is_confirmed, is_held = False, False
        for step in journey.steps:
            is_confirmed |= isinstance(step.act, Confirm)
            is_held = isinstance(step.act, Hold) or (is_held and not isinstance(step.act, Release))
            if isinstance(step.act, CreateShipment):
                assert is_confirmed
                assert not is_held


def test_the_parcels_of_an_order_hold_its_items_and_no_more(journeys):
    for journey in journeys:
        packed: Counter[str] = Counter()
        for step in journey.steps:
            if isinstance(step.act, CreateShipment):
                packed.update({item.id: item.quantity for item in step.act.items})
        if packed:
            assert packed == {item.id: item.quantity for item in journey.order.items}


def test_tracking_numbers_are_never_given_twice(journeys):
    numbers = [
        step.act.tracking_number
        for journey in journeys
        for step in journey.steps
        if isinstance(step.act, Dispatch) and step.act.tracking_number
    ]
    assert len(set(numbers)) == len(numbers)


def test_signatures_are_plainly_made_up(journeys):
    for journey in journeys:
        for event in carrier_events(journey):
            if event.signed_by:
                words = event.signed_by.split()
                assert words[0] in {"RECIPIENT", "FRONT", "NEIGHBOUR", "MAIL"}


def test_an_order_to_nowhere_in_the_atlas_travels_too():
    order = make_order(destination=find_place("IS", "Reykjavik", None))

    journey = write_journey(order, 3)

    assert any(isinstance(step.act, Dispatch) for step in journey.steps)
