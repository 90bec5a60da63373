"""Settling: what follows from the facts for shipments, their pieces and the order."""

import pytest

from models.changes import Change
from models.enums import (
    ChangeKind,
    EstimateSource,
    ExceptionSeverity,
    ExceptionStatus,
    Health,
    OrderStatus,
    Party,
    TrackingEventType,
)
from tests.models.event_table import E, S, X
from tests.models.rows import held_for, hour, make_estimate, make_event
from tests.models.settlements import Desk, kinds


def changes_of(changes: list[Change], kind: ChangeKind) -> list[Change]:
    return [change for change in changes if change.kind is kind]


def test_an_orders_new_status_is_dated_by_the_news_that_brought_it() -> None:
    desk = Desk()

    changes = desk.tell(desk.ship(), make_event(E.PICKED_UP, 5), held_for(X.CUSTOMS_HOLD, 7))

    (moved,) = changes_of(changes, ChangeKind.ORDER_STATUS)
    assert (moved.previous, moved.status) == (OrderStatus.PACKED, OrderStatus.SHIPPED)
    assert moved.occurred_at == hour(5)


def test_an_orders_new_status_is_dated_by_the_command_where_no_shipment_changed() -> None:
    desk = Desk(now=7)
    desk.loaded.order.hold_reason = "Payment"

    (moved,) = changes_of(desk.settle(), ChangeKind.ORDER_STATUS)

    assert moved.occurred_at == hour(7)


def test_settling_twice_changes_nothing_more() -> None:
    desk = Desk(promised_at=hour(50))
    desk.tell(desk.ship(1), make_event(E.PICKED_UP, 1), make_event(E.MISROUTED, 2))

    assert kinds(desk.settle()) == []


def test_a_shipment_shows_the_events_that_decide_it() -> None:
    desk = Desk()
    shipment = desk.ship()
    picked, unknown = make_event(E.PICKED_UP, 1), make_event(E.UNKNOWN, 2)

    desk.tell(shipment, unknown, picked)

    assert (shipment.status_event_id, shipment.last_event_id) == (picked.id, unknown.id)
    assert desk.loaded.order.last_event_id == unknown.id


def test_a_finished_shipment_knows_when_it_ended() -> None:
    desk = Desk()
    shipment = desk.ship()
    delivered = make_event(E.DELIVERED, 5)
    desk.tell(shipment, delivered)
    assert shipment.finished_at == hour(5)

    desk.retract(delivered)
    assert shipment.finished_at is None

    desk.withdraw(shipment)
    assert shipment.finished_at == hour(100)


def test_an_order_expects_the_latest_of_its_unfinished_shipments() -> None:
    desk = Desk(ordered=3, promised_at=hour(500))
    order = desk.loaded.order
    assert (order.estimate_source, order.estimate_latest) == (EstimateSource.PROMISE, hour(500))

    one, other = desk.ship(1), desk.ship(1)
    desk.loaded.estimates[one.id].append(make_estimate(EstimateSource.CARRIER, 1, 200))
    desk.loaded.estimates[other.id].append(make_estimate(EstimateSource.OPERATOR, 1, 300))
    desk.settle()
    assert order.estimate_latest == hour(300)

    desk.tell(other, make_event(E.DELIVERED, 9))
    assert order.estimate_latest == hour(200)

    desk.tell(one, make_event(E.DELIVERED, 9))
    assert (order.estimate_source, order.estimate_latest) == (EstimateSource.PROMISE, hour(500))

    desk.tell(desk.ship(1), make_event(E.DELIVERED, 9))
    assert order.estimate_latest is None


def test_a_new_estimate_is_told_and_a_promise_is_the_orders_to_tell() -> None:
    desk = Desk(promised_at=hour(500))
    shipment = desk.ship()
    desk.loaded.order.promised_at = hour(400)
    assert ChangeKind.ESTIMATE not in kinds(desk.settle())
    assert shipment.estimate_latest == hour(400)

    desk.loaded.estimates[shipment.id].append(make_estimate(EstimateSource.CARRIER, 1, 200))
    assert kinds(desk.settle()).count(ChangeKind.ESTIMATE) == 1

    desk.loaded.order.promised_at = None
    desk.loaded.estimates[shipment.id].clear()
    (amended,) = changes_of(desk.settle(), ChangeKind.SHIPMENT_AMENDED)
    assert amended.details is not None
    assert amended.details["differences"][0]["field"] == "estimate"


def test_a_promise_taken_away_is_the_orders_to_tell_too() -> None:
    desk = Desk(promised_at=hour(500))
    shipment = desk.ship()

    desk.loaded.order.promised_at = None

    assert kinds(desk.settle()) == []
    assert shipment.estimate_latest is None


def test_the_deadline_is_the_promise_else_the_first_estimate() -> None:
    desk = Desk()
    shipment = desk.ship()
    desk.loaded.estimates[shipment.id] = [
        make_estimate(EstimateSource.OPERATOR, 5, 300),
        make_estimate(EstimateSource.CARRIER, 4, 200),
    ]
    desk.settle()
    assert (shipment.late_after, desk.loaded.order.late_after) == (hour(200), hour(200))

    desk.loaded.order.promised_at = hour(400)
    desk.settle()
    assert (shipment.late_after, desk.loaded.order.late_after) == (hour(400), hour(400))


@pytest.mark.parametrize("classifier", ["ACTUAL", "ESTIMATED", "PLANNED"])
def test_any_standing_news_keeps_a_shipment_from_being_stale(classifier: str) -> None:
    desk = Desk(now=150)
    shipment = desk.ship()
    desk.tell(shipment, make_event(E.PICKED_UP, 1))
    assert (shipment.health, desk.loaded.order.health) == (Health.STALE, Health.STALE)

    news = make_event(E.ESTIMATE_UPDATED, 100, classifier=classifier)
    desk.tell(shipment, news)
    assert (shipment.health, desk.loaded.order.sweep_at) == (Health.ON_TRACK, hour(220))

    desk.retract(news)
    assert shipment.health is Health.STALE


def test_a_revived_shipment_without_its_pieces_is_an_exception() -> None:
    desk = Desk()
    revived = desk.ship()
    desk.withdraw(revived)
    other = desk.ship()
    scan = make_event(E.PICKED_UP, 5)

    desk.tell(revived, scan)

    record = desk.only_record()
    assert (record.type, record.severity) == (X.OTHER, ExceptionSeverity.HIGH)
    assert (record.caused_by, record.action_required) == (Party.SHIPPER, True)
    assert str(record.summary).startswith("It was cancelled, and lives again")
    assert (record.opened_by_event_id, record.opened_at) == (scan.id, hour(5))

    desk.withdraw(other)
    assert record.status is ExceptionStatus.RESOLVED
    assert desk.loaded.order.status is OrderStatus.SHIPPED


@pytest.mark.parametrize("later", [E.OUT_FOR_DELIVERY, E.DELIVERED, E.HOLD_RELEASED])
def test_missing_pieces_are_one_exception_that_no_later_scan_moves(
    later: TrackingEventType,
) -> None:
    desk = Desk()
    revived = desk.ship()
    desk.withdraw(revived)
    desk.ship()
    desk.tell(revived, make_event(E.PICKED_UP, 5))

    desk.tell(revived, make_event(later, 6))
    record = desk.only_record()
    assert (record.status, record.opened_at) == (ExceptionStatus.OPEN, hour(5))

    desk.close(record, ExceptionStatus.RESOLVED)
    desk.tell(revived, make_event(later, 7))
    assert desk.open_types() == set()


def test_a_revival_taken_back_dismisses_the_exception_of_its_pieces() -> None:
    desk = Desk()
    revived = desk.ship()
    desk.withdraw(revived)
    desk.ship()
    scan = make_event(E.PICKED_UP, 5)
    desk.tell(revived, scan)

    desk.retract(scan)

    assert revived.status is S.CANCELLED
    assert desk.only_record().status is ExceptionStatus.DISMISSED


def test_a_cancellation_taken_back_opens_the_exception_of_its_pieces() -> None:
    desk = Desk()
    cancelled = desk.ship()
    news = make_event(E.CANCELLED, 5)
    desk.tell(cancelled, news)
    desk.ship()

    desk.retract(news)

    assert cancelled.status is S.PRE_TRANSIT
    record = desk.only_record()
    assert (record.type, record.status) == (X.OTHER, ExceptionStatus.OPEN)
    assert (record.opened_by_event_id, record.occurrences) == (news.id, 1)


def test_a_hold_and_missing_pieces_share_one_exception() -> None:
    desk = Desk()
    revived = desk.ship()
    desk.withdraw(revived)
    desk.ship()
    desk.tell(revived, make_event(E.PICKED_UP, 5), held_for(None, 6))
    record = desk.only_record()
    assert (record.severity, record.occurrences) == (ExceptionSeverity.HIGH, 2)

    desk.tell(revived, make_event(E.HOLD_RELEASED, 7))

    assert (record.status, record.occurrences) == (ExceptionStatus.OPEN, 1)
