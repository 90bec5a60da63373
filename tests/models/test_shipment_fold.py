"""The fold: the status set by commands, moments, and the effect of the newest events."""

from datetime import UTC, datetime, timedelta

import pytest

from models.enums import EventClassifier, ShipmentStatus, TimeZoneSource, TrackingEventType
from models.shipment_fold import fold_shipment
from tests.factories.in_memory import build_day_event, build_event, build_held_event, hour
from tests.models.event_sequences import fold_sequence, hourly_events, retracted
from tests.models.event_table import SCANS, E, S, X

FLOORS = (S.PENDING, S.PACKED, S.PRE_TRANSIT, S.CANCELLED)


@pytest.mark.parametrize("floor", FLOORS)
def test_without_events_a_shipment_has_the_status_that_commands_gave_it(
    floor: ShipmentStatus,
) -> None:
    folded = fold_shipment(floor, [])

    assert folded.status is floor
    assert folded.status_event is None
    assert folded.last_event is None
    assert (folded.shipped_at, folded.delivered_at, folded.signed_by) == (None, None, None)


@pytest.mark.parametrize("floor", FLOORS)
@pytest.mark.parametrize("scan", sorted(SCANS))
def test_a_command_never_outranks_a_scan(floor: ShipmentStatus, scan: TrackingEventType) -> None:
    assert fold_sequence(scan, floor=floor).status is fold_sequence(scan).status


def test_the_label_leaves_what_dispatching_made_of_a_shipment() -> None:
    folded = fold_sequence(E.LABEL_CREATED, floor=S.PRE_TRANSIT)

    assert folded.status is S.PRE_TRANSIT
    assert folded.status_event is None


@pytest.mark.parametrize("classifier", [EventClassifier.ESTIMATED, EventClassifier.PLANNED])
def test_only_actual_events_count(classifier: EventClassifier) -> None:
    planned = build_event(E.DELIVERED, 2, classifier=classifier)

    folded = fold_sequence(E.PICKED_UP, planned)

    assert folded.status is S.IN_TRANSIT
    assert folded.last_event is not planned


def test_a_late_scan_does_not_move_the_status_back() -> None:
    delivered, late = build_event(E.OUT_FOR_DELIVERY, 5), build_event(E.ARRIVED_FACILITY, 3)

    folded = fold_shipment(S.PENDING, [delivered, late])

    assert folded.status is S.OUT_FOR_DELIVERY
    assert folded.status_event is delivered


def test_of_one_moment_and_rank_the_greater_fingerprint_wins() -> None:
    first = build_event(E.ARRIVED_FACILITY, 1, fingerprint="a")
    second = build_event(E.IN_TRANSIT, 1, fingerprint="b")

    assert fold_shipment(S.PENDING, [second, first]).status_event is second


def test_the_last_actual_event_is_the_last_one_even_if_it_has_no_status() -> None:
    folded = fold_sequence(E.PICKED_UP, E.UNKNOWN, retracted(build_event(E.DELAYED, 3)))

    assert folded.last_event is not None
    assert folded.last_event.type is E.UNKNOWN
    assert folded.status_event is not None
    assert folded.status_event.type is E.PICKED_UP


def test_the_first_scan_is_when_it_shipped() -> None:
    assert fold_sequence(E.LABEL_CREATED, E.PICKED_UP, E.DEPARTED_FACILITY).shipped_at == hour(2)


def test_a_day_counts_at_its_end() -> None:
    delivered = build_day_event(E.DELIVERED, hour(0))
    attempted = build_event(E.DELIVERY_ATTEMPTED, 15)

    assert fold_shipment(S.PENDING, [delivered, attempted]).status is S.DELIVERED


def test_a_day_is_over_before_the_next_one_begins() -> None:
    attempted = build_day_event(E.DELIVERY_ATTEMPTED, hour(0))
    midnight = build_event(E.OUT_FOR_DELIVERY, 16)

    assert midnight.moment == datetime(2026, 3, 3, tzinfo=UTC)
    assert fold_shipment(S.PENDING, [midnight, attempted]).status is S.OUT_FOR_DELIVERY


def test_the_last_microsecond_of_a_day_ties_with_the_day() -> None:
    day = build_day_event(E.OUT_FOR_DELIVERY, hour(0))
    tie = build_event(E.DELIVERED, moment=hour(16) - timedelta(microseconds=1))

    assert fold_shipment(S.PENDING, [tie, day]).status is S.DELIVERED


def test_a_delivery_that_names_its_day_is_dated_at_the_days_start() -> None:
    assert fold_sequence(build_day_event(E.DELIVERED, hour(0))).delivered_at == hour(-8)


def test_events_of_the_first_centuries_come_first() -> None:
    ancient = datetime(9, 1, 1, tzinfo=UTC)
    first = build_event(E.DELIVERED, occurred_at=ancient, moment=ancient)

    assert fold_shipment(S.PENDING, [build_event(E.REDIRECTED, 1), first]).status is S.IN_TRANSIT


def test_a_retracted_event_counts_no_more() -> None:
    events = hourly_events(E.PICKED_UP, E.DELIVERED)
    assert fold_shipment(S.PENDING, events).status is S.DELIVERED

    retracted(events[1])

    folded = fold_shipment(S.PENDING, events)
    assert folded.status is S.IN_TRANSIT
    assert folded.delivered_at is None
    assert folded.status_event is events[0]


def test_without_its_only_scan_a_shipment_is_back_at_its_floor() -> None:
    folded = fold_sequence(retracted(build_event(E.DELIVERED)), floor=S.PACKED)

    assert folded.status is S.PACKED
    assert folded.shipped_at is None


def test_retracting_the_clearing_event_leaves_the_exception_open() -> None:
    refused, out = hourly_events(E.UNDELIVERABLE, E.OUT_FOR_DELIVERY)
    assert set(fold_shipment(S.PENDING, [refused, out]).exceptions) == set()

    assert set(fold_shipment(S.PENDING, [refused, retracted(out)]).exceptions) == {
        X.ADDRESS_PROBLEM
    }


def test_an_event_that_comes_twice_counts_once() -> None:
    delivered, misrouted = hourly_events(E.DELIVERED, E.MISROUTED)

    folded = fold_shipment(S.PENDING, [delivered, misrouted, misrouted])

    assert {type_: len(exception.events) for type_, exception in folded.exceptions.items()} == {
        X.WRONG_DELIVERY: 1
    }


def test_another_event_of_the_same_type_adds_to_the_exception() -> None:
    (exception,) = fold_sequence(
        E.DELIVERY_ATTEMPTED, E.OUT_FOR_DELIVERY, E.DELIVERY_ATTEMPTED
    ).exceptions.values()

    assert [event.occurred_at for event in exception.events] == [hour(1), hour(3)]


def test_an_exception_that_comes_back_is_counted_anew() -> None:
    folded = fold_sequence(E.DELIVERY_ATTEMPTED, E.AVAILABLE_FOR_PICKUP, E.DELIVERY_ATTEMPTED)

    assert [event.occurred_at for event in folded.exceptions[X.RECIPIENT_UNAVAILABLE].events] == [
        hour(3)
    ]


def test_an_exception_is_as_severe_as_its_most_severe_event() -> None:
    folded = fold_sequence(
        build_held_event(X.DAMAGED), build_event(E.DAMAGED, 1), build_held_event(X.DAMAGED, 2)
    )

    assert folded.exceptions[X.DAMAGED].template.severity == "HIGH"
    assert len(folded.exceptions[X.DAMAGED].events) == 3


@pytest.mark.parametrize("scan", sorted(SCANS - {E.LOST, E.DISPOSED}))
def test_a_scan_finds_what_was_lost_or_forgotten(scan: TrackingEventType) -> None:
    folded = fold_sequence(E.TRACKING_EXPIRED, E.LOST, scan)

    assert folded.status is fold_sequence(scan).status
    assert not {X.LOST, X.STALE} & set(folded.exceptions)


@pytest.mark.parametrize("type_", [E.LABEL_CREATED, E.DELAYED, E.HELD, E.UNKNOWN, E.DAMAGED])
def test_an_event_that_is_not_a_scan_leaves_a_lost_parcel_lost(type_: TrackingEventType) -> None:
    folded = fold_sequence(E.PICKED_UP, E.LOST, type_)

    assert folded.status is S.LOST
    assert X.LOST in folded.exceptions


@pytest.mark.parametrize("scan", sorted(SCANS))
def test_a_scan_revives_what_was_cancelled_by_a_command_or_an_event(
    scan: TrackingEventType,
) -> None:
    by_command, by_event = fold_sequence(scan, floor=S.CANCELLED), fold_sequence(E.CANCELLED, scan)

    assert by_command.status is by_event.status is fold_sequence(scan).status
    assert by_command.revived_by is by_command.status_event is not None


def test_a_cancellation_moves_nothing_and_finds_nothing() -> None:
    label, lost = fold_sequence(E.CANCELLED), fold_sequence(E.PICKED_UP, E.LOST, E.CANCELLED)

    assert (label.status, label.shipped_at) == (S.CANCELLED, None)
    assert (lost.status, lost.shipped_at) == (S.CANCELLED, hour(1))
    assert X.LOST in lost.exceptions


def test_a_shipment_was_shipped_when_a_scan_revived_it() -> None:
    assert fold_sequence(E.CANCELLED, E.PICKED_UP).shipped_at == hour(2)


def test_an_assumed_time_zone_matters_only_after_a_delivery() -> None:
    lost = build_event(E.MISROUTED, time_zone_source=TimeZoneSource.ASSUMED_UTC)

    assert fold_sequence(lost).status is S.IN_TRANSIT
    assert set(fold_sequence(lost).exceptions) == {X.MISROUTED}
