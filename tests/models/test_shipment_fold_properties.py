"""The fold of any events in any order equals a reference implementation of the rules."""

import random
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from models.enums import (
    EventClassifier,
    ExceptionType,
    ShipmentStatus,
    TimeZoneSource,
    TrackingEventType,
)
from models.events import TrackingEvent
from models.folded_shipment import FoldedShipment
from models.shipment_fold import counted_events, fold_shipment
from tests.factories.in_memory import build_day_event, build_event, hour
from tests.models.event_sequences import hourly_events, retracted
from tests.models.event_table import FIRST_THREE, SCANS, TABLE, E, S, X, cleared_by, opened_by
from tests.profiles import examples

DELIVERIES = {E.DELIVERED, E.COLLECTED, E.PROOF_OF_DELIVERY}
WRONG = {E.REDIRECTED, E.MISROUTED, E.UNDELIVERABLE}
LOSSES = {E.LOST, E.DISPOSED}
ENDINGS = sorted(DELIVERIES | WRONG | LOSSES | {E.RETURN_STARTED, E.RETURNED, E.CANCELLED})

floors = st.sampled_from([S.PENDING, S.PACKED, S.PRE_TRANSIT, S.CANCELLED])
types = st.sampled_from(list(TrackingEventType)) | st.sampled_from(ENDINGS)


@st.composite
def any_event(draw: st.DrawFn) -> TrackingEvent:
    """An event at one of a few moments, so that many events share a moment."""
    type_, at = draw(types), draw(st.integers(0, 40))
    is_day = draw(st.integers(0, 2)) == 0
    event = build_day_event(type_, hour(at)) if is_day else build_event(type_, at)
    event.classifier = draw(
        st.sampled_from([EventClassifier.ACTUAL] * 4 + [EventClassifier.PLANNED])
    )
    event.time_zone_source = draw(
        st.sampled_from([TimeZoneSource.OFFSET, TimeZoneSource.ASSUMED_UTC])
    )
    event.exception_type = draw(st.none() | st.sampled_from(list(ExceptionType)))
    event.signed_by = draw(st.sampled_from([None, None, "signer1", "signer2"]))
    event.fingerprint = draw(st.text("abc", min_size=1, max_size=2)) + event.id.hex
    return retracted(event) if draw(st.integers(0, 5)) == 0 else event


event_lists = st.lists(any_event(), max_size=14)


@st.composite
def any_ending(draw: st.DrawFn) -> list[TrackingEvent]:
    """Events that end a journey, and events that undo the end, in turn."""
    events = hourly_events(*draw(st.lists(st.sampled_from(ENDINGS), max_size=7)))
    for event in events:
        if draw(st.integers(0, 3)) == 0:
            event.time_zone_source = TimeZoneSource.ASSUMED_UTC
    return events


journeys = any_ending()


def outcome(folded: FoldedShipment) -> tuple[object, ...]:
    return (
        folded.status,
        folded.status_event and folded.status_event.id,
        folded.last_event and folded.last_event.id,
        folded.shipped_at,
        folded.delivered_at,
        folded.signed_by,
        {type_: exception.template for type_, exception in folded.exceptions.items()},
    )


@given(floors, event_lists, st.randoms(use_true_random=False))
def test_any_order_of_arrival_and_any_repeat_folds_to_the_same(
    floor: ShipmentStatus, events: list[TrackingEvent], chance: random.Random
) -> None:
    shuffled = events + chance.choices(events, k=3) if events else []
    chance.shuffle(shuffled)

    assert outcome(fold_shipment(floor, shuffled)) == outcome(fold_shipment(floor, events))


@given(floors, event_lists)
def test_a_retracted_event_might_as_well_never_have_come(
    floor: ShipmentStatus, events: list[TrackingEvent]
) -> None:
    standing = [event for event in events if event.retracted_at is None]

    assert outcome(fold_shipment(floor, events)) == outcome(fold_shipment(floor, standing))


@given(floors, floors, event_lists, st.sampled_from(sorted(SCANS)))
def test_once_a_shipment_has_moved_no_command_matters(
    first: ShipmentStatus,
    second: ShipmentStatus,
    events: list[TrackingEvent],
    scan: TrackingEventType,
) -> None:
    moved = [*events, build_event(scan, 20)]

    assert outcome(fold_shipment(first, moved)) == outcome(fold_shipment(second, moved))


@given(floors, event_lists)
def test_an_event_opens_and_clears_nothing_beyond_its_row(
    floor: ShipmentStatus, events: list[TrackingEvent]
) -> None:
    walked = counted_events(events)
    for length, event in enumerate(walked):
        before = set(fold_shipment(floor, walked[:length]).exceptions)
        after = set(fold_shipment(floor, walked[: length + 1]).exceptions)

        assert after - before <= may_open(event)
        assert before - after <= may_clear(event)


def may_open(event: TrackingEvent) -> set[ExceptionType]:
    named = {event.exception_type} if event.exception_type is not None else set()
    if event.type is E.HELD and named:
        return named
    if event.type is E.DELAYED and named <= {X.DELAY, X.WEATHER, X.FORCE_MAJEURE} and named:
        return named
    return opened_by(event.type) | ({X.WRONG_DELIVERY} if event.type in WRONG else set())


def may_clear(event: TrackingEvent) -> frozenset[ExceptionType]:
    as_return = cleared_by(E.RETURNED) if event.type in DELIVERIES else frozenset()
    return cleared_by(event.type) | as_return


@examples(500)
@given(floors, event_lists | journeys)
def test_the_status_is_what_the_rules_say(
    floor: ShipmentStatus, events: list[TrackingEvent]
) -> None:
    folded = fold_shipment(floor, events)

    assert (folded.status, folded.delivered_at) == by_the_rules(floor, events)


def by_the_rules(
    floor: ShipmentStatus, events: list[TrackingEvent]
) -> tuple[ShipmentStatus, datetime | None]:
    """A reference implementation of the status and the time of delivery, from the rules alone."""
    status, delivered_at, returning = floor, None, False
    for event in in_rules_order(events):
        status = next_status(status, event, returning)
        returning = returning or status is S.RETURNING
        if status is S.DELIVERED:
            moves = event.type in {E.DELIVERED, E.COLLECTED} or delivered_at is None
            counts = event.type in DELIVERIES
            delivered_at = event.occurred_at if moves and counts else delivered_at
        elif not returning and status is not S.RETURNED:
            delivered_at = None
    return status, delivered_at


def in_rules_order(events: list[TrackingEvent]) -> list[TrackingEvent]:
    """The actual events that are not retracted, by moment, rank and fingerprint."""
    actual = [e for e in events if e.classifier == "ACTUAL" and e.retracted_at is None]
    return sorted(actual, key=lambda e: (e.moment, TABLE[e.type].rank, e.fingerprint))


def next_status(status: ShipmentStatus, event: TrackingEvent, returning: bool) -> ShipmentStatus:
    type_, given_status = event.type, TABLE[event.type].status
    if given_status is None or status is S.RETURNED:
        return status
    if type_ in FIRST_THREE:
        return S.PRE_TRANSIT if status in (S.PENDING, S.PACKED) else status
    if status is S.DELIVERED:
        is_sure = event.time_zone_source is not TimeZoneSource.ASSUMED_UTC
        counts = type_ in {E.RETURN_STARTED, E.RETURNED} or (type_ in WRONG and is_sure)
        return given_status if counts else status
    if type_ is E.CANCELLED and status is not S.RETURNING:
        return S.CANCELLED
    if returning:
        if type_ in DELIVERIES | {E.RETURNED}:
            return S.RETURNED
        return S.LOST if type_ in LOSSES else S.RETURNING
    return given_status
