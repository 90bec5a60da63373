"""The event table: each type of event has the effects of its row."""

import pytest

from models.effects import EFFECTS, Opening, usual_opening
from models.enums import ExceptionSeverity, ExceptionType, Party, ShipmentStatus, TrackingEventType
from models.fold import counted
from tests.factories.in_memory import build_event, build_held_event, hour
from tests.models.event_sequences import fold_sequence
from tests.models.event_table import FIRST_THREE, SCANS, TABLE, E, S, X, cleared_by, opened_by

every_type = pytest.mark.parametrize("type_", TrackingEventType)


def as_text(opening: Opening) -> str:
    mark = " !" if opening.action_required else ""
    return f"{opening.type} {opening.severity} {opening.caused_by}{mark}"


def test_every_type_of_event_has_a_row() -> None:
    assert set(TABLE) == set(TrackingEventType) == set(EFFECTS)


@every_type
def test_an_event_has_its_rank(type_: TrackingEventType) -> None:
    assert EFFECTS[type_].rank == TABLE[type_].rank


def test_events_of_one_moment_count_in_the_order_of_their_ranks() -> None:
    events = [build_event(type_) for type_ in reversed(TrackingEventType)]

    ranks = [TABLE[event.type].rank for event in counted(events)]

    assert ranks == sorted(row.rank for row in TABLE.values())


@every_type
def test_an_event_gives_its_status_to_a_pending_shipment(type_: TrackingEventType) -> None:
    assert fold_sequence(type_).status is (TABLE[type_].status or S.PENDING)


@every_type
def test_an_event_gives_its_status_to_a_shipment_in_transit(type_: TrackingEventType) -> None:
    status = None if type_ in FIRST_THREE else TABLE[type_].status

    assert fold_sequence(E.PICKED_UP, type_).status is (status or S.IN_TRANSIT)


@pytest.mark.parametrize("type_", sorted(FIRST_THREE))
@pytest.mark.parametrize("floor", [S.PENDING, S.PACKED])
def test_the_first_three_count_over_pending_and_packed(
    type_: TrackingEventType, floor: ShipmentStatus
) -> None:
    folded = fold_sequence(type_, floor=floor)

    assert folded.status is S.PRE_TRANSIT
    assert folded.shipped_at is None


@pytest.mark.parametrize("type_", sorted(FIRST_THREE))
def test_the_first_three_do_not_bring_a_cancelled_shipment_back(type_: TrackingEventType) -> None:
    assert fold_sequence(type_, floor=S.CANCELLED).status is S.CANCELLED


@every_type
def test_only_scans_move_a_shipment(type_: TrackingEventType) -> None:
    assert fold_sequence(type_).shipped_at == (hour(1) if type_ in SCANS else None)


@every_type
def test_an_event_opens_what_its_row_says(type_: TrackingEventType) -> None:
    opened = [as_text(trouble.opening) for trouble in fold_sequence(type_).troubles.values()]

    assert opened == ([TABLE[type_].opens] if TABLE[type_].opens else [])


@every_type
def test_an_event_clears_what_its_row_names_and_nothing_else(type_: TrackingEventType) -> None:
    everything = [build_held_event(trouble) for trouble in ExceptionType]

    still_open = set(fold_sequence(*everything, build_event(type_, 1)).troubles)

    assert still_open == set(ExceptionType) - cleared_by(type_) | opened_by(type_)


@pytest.mark.parametrize("trouble", ExceptionType)
def test_held_opens_the_kind_of_trouble_that_it_names(trouble: ExceptionType) -> None:
    (opened,) = fold_sequence(build_held_event(trouble)).troubles.values()

    assert as_text(opened.opening) == f"{trouble} MEDIUM CARRIER !"


@pytest.mark.parametrize(
    ("named", "opened"),
    [
        (None, "DELAY LOW CARRIER"),
        (X.DELAY, "DELAY LOW CARRIER"),
        (X.WEATHER, "WEATHER LOW NATURE"),
        (X.FORCE_MAJEURE, "FORCE_MAJEURE LOW NATURE"),
        (X.CUSTOMS_HOLD, "DELAY LOW CARRIER"),
    ],
)
def test_delayed_opens_a_delay_and_says_if_nature_caused_it(
    named: ExceptionType | None, opened: str
) -> None:
    (trouble,) = fold_sequence(build_event(E.DELAYED, exception_type=named)).troubles.values()

    assert as_text(trouble.opening) == opened


def test_other_events_open_their_own_whatever_they_name() -> None:
    refused = build_event(E.REFUSED, exception_type=X.WEATHER)

    assert set(fold_sequence(refused).troubles) == {X.RECIPIENT_REFUSED}


@pytest.mark.parametrize(
    ("trouble", "severity", "caused_by"),
    [
        (X.DAMAGED, ExceptionSeverity.HIGH, Party.CARRIER),
        (X.LOST, ExceptionSeverity.CRITICAL, Party.CARRIER),
        (X.DELAY, ExceptionSeverity.LOW, Party.CARRIER),
        (X.WEATHER, ExceptionSeverity.LOW, Party.NATURE),
        (X.WRONG_DELIVERY, ExceptionSeverity.HIGH, Party.CARRIER),
        (X.OTHER, ExceptionSeverity.MEDIUM, Party.CARRIER),
        (X.STOLEN, ExceptionSeverity.MEDIUM, Party.SHIPPER),
        (X.OUT_OF_STOCK, ExceptionSeverity.MEDIUM, Party.SHIPPER),
    ],
)
def test_a_person_who_says_neither_gets_the_tables_severity_and_cause(
    trouble: ExceptionType, severity: ExceptionSeverity, caused_by: Party
) -> None:
    opening = usual_opening(trouble)

    assert (opening.severity, opening.caused_by) == (severity, caused_by)
