"""The fold at the end of a journey: deliveries, returns, and lost parcels that are found."""

import pytest

from models.enums import TimeZoneSource, TrackingEventType
from tests.factories.in_memory import build_event, build_held_event, hour
from tests.models.event_sequences import fold_sequence
from tests.models.event_table import SCANS, TABLE, E, S, X

WRONG = (E.REDIRECTED, E.MISROUTED, E.UNDELIVERABLE)
COUNT_AFTER_DELIVERY = {
    *(E.DELIVERED, E.COLLECTED, E.PROOF_OF_DELIVERY, E.RETURN_STARTED, E.RETURNED),
    *(*WRONG, E.DAMAGED, E.PARTIALLY_DELIVERED),
}
SURE = [TimeZoneSource.OFFSET, TimeZoneSource.NAMED, TimeZoneSource.LOCATION]


@pytest.mark.parametrize("again", [E.DELIVERED, E.COLLECTED])
def test_a_second_delivery_moves_the_time_of_delivery(again: TrackingEventType) -> None:
    folded = fold_sequence(E.DELIVERED, again)

    assert folded.status is S.DELIVERED
    assert folded.delivered_at == hour(2)


def test_a_proof_leaves_the_time_of_delivery() -> None:
    folded = fold_sequence(E.DELIVERED, E.PROOF_OF_DELIVERY)

    assert folded.delivered_at == hour(1)
    assert folded.status_event is not None
    assert folded.status_event.type is E.DELIVERED


def test_a_proof_alone_is_a_delivery() -> None:
    folded = fold_sequence(E.PICKED_UP, E.PROOF_OF_DELIVERY)

    assert folded.status is S.DELIVERED
    assert folded.delivered_at == hour(2)


def test_the_last_delivery_that_gives_a_signature_signs() -> None:
    folded = fold_sequence(
        build_event(E.DELIVERED, 1, signed_by="signer1"),
        build_event(E.COLLECTED, 2),
        build_event(E.PROOF_OF_DELIVERY, 3, signed_by="signer2"),
        build_event(E.DELIVERED, 4),
    )

    assert folded.signed_by == "signer2"


@pytest.mark.parametrize("type_", sorted(set(TrackingEventType) - COUNT_AFTER_DELIVERY))
def test_after_a_delivery_all_else_changes_nothing(type_: TrackingEventType) -> None:
    before, after = fold_sequence(E.DELIVERED), fold_sequence(E.DELIVERED, type_)

    assert after.status is S.DELIVERED
    assert after.delivered_at == before.delivered_at == hour(1)
    assert after.exceptions == {}


def test_after_a_delivery_no_event_clears_what_it_left_open() -> None:
    folded = fold_sequence(
        E.DAMAGED, build_held_event(X.PARTIAL_DELIVERY, 2), E.DELIVERED, E.HOLD_RELEASED
    )

    assert set(folded.exceptions) == {X.DAMAGED, X.PARTIAL_DELIVERY}


@pytest.mark.parametrize("type_", [E.DAMAGED, E.PARTIALLY_DELIVERED])
def test_damage_shows_after_a_delivery(type_: TrackingEventType) -> None:
    folded = fold_sequence(E.DELIVERED, type_)

    assert folded.status is S.DELIVERED
    assert set(folded.exceptions) == {X(str(TABLE[type_].opens).split()[0])}


@pytest.mark.parametrize("type_", WRONG)
@pytest.mark.parametrize("source", SURE)
def test_a_parcel_that_goes_on_was_delivered_wrongly(
    type_: TrackingEventType, source: TimeZoneSource
) -> None:
    delivered = build_event(E.DELIVERED, 1, signed_by="signer1")

    folded = fold_sequence(delivered, build_event(type_, 2, time_zone_source=source))

    assert folded.status is TABLE[type_].status
    assert (folded.delivered_at, folded.signed_by) == (None, None)
    assert set(folded.exceptions) == {X.WRONG_DELIVERY}
    template = folded.exceptions[X.WRONG_DELIVERY].template
    assert (template.severity, template.caused_by, template.action_required) == (
        "HIGH",
        "CARRIER",
        True,
    )


@pytest.mark.parametrize("type_", WRONG)
def test_an_hour_in_doubt_undoes_no_delivery(type_: TrackingEventType) -> None:
    doubtful = build_event(type_, 2, time_zone_source=TimeZoneSource.ASSUMED_UTC)

    folded = fold_sequence(E.DELIVERED, doubtful)

    assert folded.status is S.DELIVERED
    assert folded.delivered_at == hour(1)
    assert folded.exceptions == {}


def test_a_right_delivery_leaves_the_wrong_one_open() -> None:
    folded = fold_sequence(E.DELIVERED, E.MISROUTED, E.DELIVERED)

    assert folded.delivered_at == hour(3)
    assert set(folded.exceptions) == {X.WRONG_DELIVERY}


def test_a_shipment_returned_after_its_delivery_was_delivered() -> None:
    delivered = build_event(E.DELIVERED, 1, signed_by="signer1")

    for end, status in ((E.ARRIVED_FACILITY, S.RETURNING), (E.RETURNED, S.RETURNED)):
        folded = fold_sequence(delivered, E.RETURN_STARTED, end)

        assert folded.status is status
        assert (folded.delivered_at, folded.signed_by) == (hour(1), "signer1")


def test_a_delivery_can_end_in_a_return_at_once() -> None:
    folded = fold_sequence(E.DELIVERED, E.RETURNED)

    assert folded.status is S.RETURNED
    assert folded.delivered_at == hour(1)


def test_a_refused_shipment_was_not_delivered() -> None:
    folded = fold_sequence(E.REFUSED, E.RETURN_STARTED, E.RETURNED)

    assert folded.status is S.RETURNED
    assert folded.delivered_at is None


@pytest.mark.parametrize("type_", [E.DELIVERED, E.COLLECTED, E.PROOF_OF_DELIVERY])
def test_on_the_way_back_a_delivery_is_the_return(type_: TrackingEventType) -> None:
    signed = build_event(type_, 9, signed_by="The shop")

    folded = fold_sequence(E.DELIVERED, E.RETURN_STARTED, E.PARTIALLY_DELIVERED, E.DAMAGED, signed)

    assert folded.status is S.RETURNED
    assert folded.status_event is signed
    assert (folded.delivered_at, folded.signed_by) == (hour(1), None)
    assert set(folded.exceptions) == {X.DAMAGED}


@pytest.mark.parametrize("type_", [E.LOST, E.DISPOSED])
def test_on_the_way_back_a_parcel_can_be_lost(type_: TrackingEventType) -> None:
    folded = fold_sequence(E.RETURN_STARTED, type_)

    assert folded.status is S.LOST
    assert set(folded.exceptions) == {X.LOST}


ENDS_OF_RETURN = {E.DELIVERED, E.COLLECTED, E.PROOF_OF_DELIVERY, E.RETURNED, E.LOST, E.DISPOSED}


@pytest.mark.parametrize("type_", sorted(set(TrackingEventType) - ENDS_OF_RETURN))
def test_on_the_way_back_all_else_keeps_returning(type_: TrackingEventType) -> None:
    folded = fold_sequence(E.RETURN_STARTED, type_)

    assert folded.status is S.RETURNING
    assert folded.status_event is not None
    assert folded.status_event.type is E.RETURN_STARTED


def test_on_the_way_back_an_event_without_a_status_has_its_usual_effect() -> None:
    folded = fold_sequence(E.RETURN_STARTED, build_held_event(X.CUSTOMS_HOLD, 2), E.DELAYED)
    released = fold_sequence(E.RETURN_STARTED, build_held_event(X.CUSTOMS_HOLD, 2), E.HOLD_RELEASED)

    assert set(folded.exceptions) == {X.CUSTOMS_HOLD, X.DELAY}
    assert set(released.exceptions) == set()


@pytest.mark.parametrize("type_", sorted(set(TrackingEventType) - {E.DAMAGED}))
def test_from_returned_nothing_but_damage_opens(type_: TrackingEventType) -> None:
    folded = fold_sequence(E.RETURNED, type_)

    assert folded.status is S.RETURNED
    assert folded.exceptions == {}


def test_damage_shows_after_the_return() -> None:
    folded = fold_sequence(E.RETURNED, E.DAMAGED)

    assert folded.status is S.RETURNED
    assert set(folded.exceptions) == {X.DAMAGED}


@pytest.mark.parametrize("scan", sorted(SCANS - ENDS_OF_RETURN))
def test_a_shipment_lost_on_the_way_back_is_found_on_the_way_back(scan: TrackingEventType) -> None:
    folded = fold_sequence(E.DELIVERED, E.RETURN_STARTED, E.LOST, scan)

    assert folded.status is S.RETURNING
    assert folded.status_event is not None
    assert folded.status_event.type is scan
    assert X.LOST not in folded.exceptions
    assert folded.delivered_at == hour(1)


def test_a_shipment_lost_on_the_way_back_that_arrives_is_returned() -> None:
    assert fold_sequence(E.RETURN_STARTED, E.LOST, E.DELIVERED).status is S.RETURNED


def test_a_shipment_lost_on_the_way_there_can_still_be_delivered() -> None:
    folded = fold_sequence(E.PICKED_UP, E.LOST, E.DELIVERED)

    assert folded.status is S.DELIVERED
    assert folded.exceptions == {}
