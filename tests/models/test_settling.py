"""Settling derives shipments, their pieces and the order from the recorded facts."""

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
from tests.factories.in_memory import build_estimate, build_event, build_held_event, hour
from tests.models.event_table import E, S, X
from tests.models.settled_orders import SettledOrder, kinds


def changes_of(changes: list[Change], kind: ChangeKind) -> list[Change]:
    return [change for change in changes if change.kind is kind]


def test_an_orders_new_status_is_dated_by_the_news_that_brought_it() -> None:
    settled = SettledOrder()

    changes = settled.record(
        settled.ship(), build_event(E.PICKED_UP, 5), build_held_event(X.CUSTOMS_HOLD, 7)
    )

    (moved,) = changes_of(changes, ChangeKind.ORDER_STATUS)
    assert (moved.previous, moved.status) == (OrderStatus.PACKED, OrderStatus.SHIPPED)
    assert moved.occurred_at == hour(5)


def test_an_orders_new_status_is_dated_by_the_command_where_no_shipment_changed() -> None:
    settled = SettledOrder(now=7)
    settled.loaded.order.hold_reason = "Payment"

    (moved,) = changes_of(settled.settle(), ChangeKind.ORDER_STATUS)

    assert moved.occurred_at == hour(7)


def test_settling_twice_changes_nothing_more() -> None:
    settled = SettledOrder(promised_at=hour(50))
    settled.record(settled.ship(1), build_event(E.PICKED_UP, 1), build_event(E.MISROUTED, 2))

    assert kinds(settled.settle()) == []


def test_a_shipment_shows_the_events_that_decide_it() -> None:
    settled = SettledOrder()
    shipment = settled.ship()
    picked, unknown = build_event(E.PICKED_UP, 1), build_event(E.UNKNOWN, 2)

    settled.record(shipment, unknown, picked)

    assert (shipment.status_event_id, shipment.last_event_id) == (picked.id, unknown.id)
    assert settled.loaded.order.last_event_id == unknown.id


def test_a_finished_shipment_knows_when_it_ended() -> None:
    settled = SettledOrder()
    shipment = settled.ship()
    delivered = build_event(E.DELIVERED, 5)
    settled.record(shipment, delivered)
    assert shipment.finished_at == hour(5)

    settled.retract(delivered)
    assert shipment.finished_at is None

    settled.withdraw(shipment)
    assert shipment.finished_at == hour(100)


def test_an_order_expects_the_latest_of_its_unfinished_shipments() -> None:
    settled = SettledOrder(ordered=3, promised_at=hour(500))
    order = settled.loaded.order
    assert (order.estimate_source, order.estimate_latest) == (EstimateSource.PROMISE, hour(500))

    first, second = settled.ship(1), settled.ship(1)
    settled.loaded.estimates[first.id].append(build_estimate(EstimateSource.CARRIER, 1, 200))
    settled.loaded.estimates[second.id].append(build_estimate(EstimateSource.OPERATOR, 1, 300))
    settled.settle()
    assert order.estimate_latest == hour(300)

    settled.record(second, build_event(E.DELIVERED, 9))
    assert order.estimate_latest == hour(200)

    settled.record(first, build_event(E.DELIVERED, 9))
    assert (order.estimate_source, order.estimate_latest) == (EstimateSource.PROMISE, hour(500))

    settled.record(settled.ship(1), build_event(E.DELIVERED, 9))
    assert order.estimate_latest is None


def test_a_new_estimate_is_told_and_a_promise_is_the_orders_to_tell() -> None:
    settled = SettledOrder(promised_at=hour(500))
    shipment = settled.ship()
    settled.loaded.order.promised_at = hour(400)
    assert ChangeKind.ESTIMATE not in kinds(settled.settle())
    assert shipment.estimate_latest == hour(400)

    settled.loaded.estimates[shipment.id].append(build_estimate(EstimateSource.CARRIER, 1, 200))
    assert kinds(settled.settle()).count(ChangeKind.ESTIMATE) == 1

    settled.loaded.order.promised_at = None
    settled.loaded.estimates[shipment.id].clear()
    (amended,) = changes_of(settled.settle(), ChangeKind.SHIPMENT_AMENDED)
    assert amended.details is not None
    assert amended.details["differences"][0]["field"] == "estimate"


def test_a_promise_taken_away_is_the_orders_to_tell_too() -> None:
    settled = SettledOrder(promised_at=hour(500))
    shipment = settled.ship()

    settled.loaded.order.promised_at = None

    assert kinds(settled.settle()) == []
    assert shipment.estimate_latest is None


def test_the_deadline_is_the_promise_else_the_first_estimate() -> None:
    settled = SettledOrder()
    shipment = settled.ship()
    settled.loaded.estimates[shipment.id] = [
        build_estimate(EstimateSource.OPERATOR, 5, 300),
        build_estimate(EstimateSource.CARRIER, 4, 200),
    ]
    settled.settle()
    assert (shipment.late_after, settled.loaded.order.late_after) == (hour(200), hour(200))

    settled.loaded.order.promised_at = hour(400)
    settled.settle()
    assert (shipment.late_after, settled.loaded.order.late_after) == (hour(400), hour(400))


@pytest.mark.parametrize("classifier", ["ACTUAL", "ESTIMATED", "PLANNED"])
def test_any_standing_news_keeps_a_shipment_from_being_stale(classifier: str) -> None:
    settled = SettledOrder(now=150)
    shipment = settled.ship()
    settled.record(shipment, build_event(E.PICKED_UP, 1))
    assert (shipment.health, settled.loaded.order.health) == (Health.STALE, Health.STALE)

    news = build_event(E.ESTIMATE_UPDATED, 100, classifier=classifier)
    settled.record(shipment, news)
    assert (shipment.health, settled.loaded.order.sweep_at) == (Health.ON_TRACK, hour(220))

    settled.retract(news)
    assert shipment.health is Health.STALE


def test_a_revived_shipment_without_its_pieces_is_an_exception() -> None:
    settled = SettledOrder()
    revived = settled.ship()
    settled.withdraw(revived)
    other = settled.ship()
    scan = build_event(E.PICKED_UP, 5)

    settled.record(revived, scan)

    exception = settled.only_exception()
    assert (exception.type, exception.severity) == (X.OTHER, ExceptionSeverity.HIGH)
    assert (exception.caused_by, exception.action_required) == (Party.SHIPPER, True)
    assert str(exception.summary).startswith("It was cancelled, and lives again")
    assert (exception.opened_by_event_id, exception.opened_at) == (scan.id, hour(5))

    settled.withdraw(other)
    assert exception.status is ExceptionStatus.RESOLVED
    assert settled.loaded.order.status is OrderStatus.SHIPPED


@pytest.mark.parametrize("later", [E.OUT_FOR_DELIVERY, E.DELIVERED, E.HOLD_RELEASED])
def test_missing_pieces_are_one_exception_that_no_later_scan_moves(
    later: TrackingEventType,
) -> None:
    settled = SettledOrder()
    revived = settled.ship()
    settled.withdraw(revived)
    settled.ship()
    settled.record(revived, build_event(E.PICKED_UP, 5))

    settled.record(revived, build_event(later, 6))
    exception = settled.only_exception()
    assert (exception.status, exception.opened_at) == (ExceptionStatus.OPEN, hour(5))

    settled.close(exception, ExceptionStatus.RESOLVED)
    settled.record(revived, build_event(later, 7))
    assert settled.open_types() == set()


def test_a_revival_taken_back_dismisses_the_exception_of_its_pieces() -> None:
    settled = SettledOrder()
    revived = settled.ship()
    settled.withdraw(revived)
    settled.ship()
    scan = build_event(E.PICKED_UP, 5)
    settled.record(revived, scan)

    settled.retract(scan)

    assert revived.status is S.CANCELLED
    assert settled.only_exception().status is ExceptionStatus.DISMISSED


def test_a_cancellation_taken_back_opens_the_exception_of_its_pieces() -> None:
    settled = SettledOrder()
    cancelled = settled.ship()
    news = build_event(E.CANCELLED, 5)
    settled.record(cancelled, news)
    settled.ship()

    settled.retract(news)

    assert cancelled.status is S.PRE_TRANSIT
    exception = settled.only_exception()
    assert (exception.type, exception.status) == (X.OTHER, ExceptionStatus.OPEN)
    assert (exception.opened_by_event_id, exception.occurrences) == (news.id, 1)


def test_a_hold_and_missing_pieces_share_one_exception() -> None:
    settled = SettledOrder()
    revived = settled.ship()
    settled.withdraw(revived)
    settled.ship()
    settled.record(revived, build_event(E.PICKED_UP, 5), build_held_event(None, 6))
    exception = settled.only_exception()
    assert (exception.severity, exception.occurrences) == (ExceptionSeverity.HIGH, 2)

    settled.record(revived, build_event(E.HOLD_RELEASED, 7))

    assert (exception.status, exception.occurrences) == (ExceptionStatus.OPEN, 1)
