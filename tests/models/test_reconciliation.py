"""Reconciliation derives shipments, their pieces and the order from the recorded facts."""

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
from tests.models.reconciled_orders import ReconciledOrder, kinds


def changes_of(changes: list[Change], kind: ChangeKind) -> list[Change]:
    return [change for change in changes if change.kind is kind]


def test_an_orders_new_status_is_dated_by_the_event_that_caused_it() -> None:
    reconciled = ReconciledOrder()

    changes = reconciled.record(
        reconciled.ship(), build_event(E.PICKED_UP, 5), build_held_event(X.CUSTOMS_HOLD, 7)
    )

    (moved,) = changes_of(changes, ChangeKind.ORDER_STATUS)
    assert (moved.previous, moved.status) == (OrderStatus.PACKED, OrderStatus.SHIPPED)
    assert moved.occurred_at == hour(5)


def test_an_orders_new_status_is_dated_by_the_command_where_no_shipment_changed() -> None:
    reconciled = ReconciledOrder(now=7)
    reconciled.loaded.order.hold_reason = "Payment"

    (moved,) = changes_of(reconciled.reconcile(), ChangeKind.ORDER_STATUS)

    assert moved.occurred_at == hour(7)


def test_reconciling_twice_changes_nothing_more() -> None:
    reconciled = ReconciledOrder(promised_at=hour(50))
    reconciled.record(reconciled.ship(1), build_event(E.PICKED_UP, 1), build_event(E.MISROUTED, 2))

    assert kinds(reconciled.reconcile()) == []


def test_a_shipment_shows_the_events_that_decide_it() -> None:
    reconciled = ReconciledOrder()
    shipment = reconciled.ship()
    picked, unknown = build_event(E.PICKED_UP, 1), build_event(E.UNKNOWN, 2)

    reconciled.record(shipment, unknown, picked)

    assert (shipment.status_event_id, shipment.last_event_id) == (picked.id, unknown.id)
    assert reconciled.loaded.order.last_event_id == unknown.id


def test_a_finished_shipment_knows_when_it_ended() -> None:
    reconciled = ReconciledOrder()
    shipment = reconciled.ship()
    delivered = build_event(E.DELIVERED, 5)
    reconciled.record(shipment, delivered)
    assert shipment.finished_at == hour(5)

    reconciled.retract(delivered)
    assert shipment.finished_at is None

    reconciled.withdraw(shipment)
    assert shipment.finished_at == hour(100)


def test_an_order_expects_the_latest_of_its_unfinished_shipments() -> None:
    reconciled = ReconciledOrder(ordered=3, promised_at=hour(500))
    order = reconciled.loaded.order
    assert (order.estimate_source, order.estimate_latest) == (EstimateSource.PROMISE, hour(500))

    first, second = reconciled.ship(1), reconciled.ship(1)
    reconciled.loaded.estimates[first.id].append(build_estimate(EstimateSource.CARRIER, 1, 200))
    reconciled.loaded.estimates[second.id].append(build_estimate(EstimateSource.OPERATOR, 1, 300))
    reconciled.reconcile()
    assert order.estimate_latest == hour(300)

    reconciled.record(second, build_event(E.DELIVERED, 9))
    assert order.estimate_latest == hour(200)

    reconciled.record(first, build_event(E.DELIVERED, 9))
    assert (order.estimate_source, order.estimate_latest) == (EstimateSource.PROMISE, hour(500))

    reconciled.record(reconciled.ship(1), build_event(E.DELIVERED, 9))
    assert order.estimate_latest is None


def test_a_new_estimate_is_told_and_a_promise_is_the_orders_to_tell() -> None:
    reconciled = ReconciledOrder(promised_at=hour(500))
    shipment = reconciled.ship()
    reconciled.loaded.order.promised_at = hour(400)
    assert ChangeKind.ESTIMATE not in kinds(reconciled.reconcile())
    assert shipment.estimate_latest == hour(400)

    reconciled.loaded.estimates[shipment.id].append(build_estimate(EstimateSource.CARRIER, 1, 200))
    assert kinds(reconciled.reconcile()).count(ChangeKind.ESTIMATE) == 1

    reconciled.loaded.order.promised_at = None
    reconciled.loaded.estimates[shipment.id].clear()
    (amended,) = changes_of(reconciled.reconcile(), ChangeKind.SHIPMENT_AMENDED)
    assert amended.details is not None
    assert amended.details["differences"][0]["field"] == "estimate"


def test_a_promise_taken_away_is_the_orders_to_tell_too() -> None:
    reconciled = ReconciledOrder(promised_at=hour(500))
    shipment = reconciled.ship()

    reconciled.loaded.order.promised_at = None

    assert kinds(reconciled.reconcile()) == []
    assert shipment.estimate_latest is None


def test_the_deadline_is_the_promise_else_the_first_estimate() -> None:
    reconciled = ReconciledOrder()
    shipment = reconciled.ship()
    reconciled.loaded.estimates[shipment.id] = [
        build_estimate(EstimateSource.OPERATOR, 5, 300),
        build_estimate(EstimateSource.CARRIER, 4, 200),
    ]
    reconciled.reconcile()
    assert (shipment.late_after, reconciled.loaded.order.late_after) == (hour(200), hour(200))

    reconciled.loaded.order.promised_at = hour(400)
    reconciled.reconcile()
    assert (shipment.late_after, reconciled.loaded.order.late_after) == (hour(400), hour(400))


@pytest.mark.parametrize("classifier", ["ACTUAL", "ESTIMATED", "PLANNED"])
def test_any_event_that_is_not_retracted_keeps_a_shipment_from_being_stale(classifier: str) -> None:
    reconciled = ReconciledOrder(now=150)
    shipment = reconciled.ship()
    reconciled.record(shipment, build_event(E.PICKED_UP, 1))
    assert (shipment.health, reconciled.loaded.order.health) == (Health.STALE, Health.STALE)

    event = build_event(E.ESTIMATE_UPDATED, 100, classifier=classifier)
    reconciled.record(shipment, event)
    assert (shipment.health, reconciled.loaded.order.sweep_at) == (Health.ON_TRACK, hour(220))

    reconciled.retract(event)
    assert shipment.health is Health.STALE


def test_a_revived_shipment_without_its_pieces_is_an_exception() -> None:
    reconciled = ReconciledOrder()
    revived = reconciled.ship()
    reconciled.withdraw(revived)
    other = reconciled.ship()
    scan = build_event(E.PICKED_UP, 5)

    reconciled.record(revived, scan)

    exception = reconciled.only_exception()
    assert (exception.type, exception.severity) == (X.OTHER, ExceptionSeverity.HIGH)
    assert (exception.caused_by, exception.action_required) == (Party.SHIPPER, True)
    assert str(exception.summary).startswith("This shipment was cancelled but has moved again")
    assert (exception.opened_by_event_id, exception.opened_at) == (scan.id, hour(5))

    reconciled.withdraw(other)
    assert exception.status is ExceptionStatus.RESOLVED
    assert reconciled.loaded.order.status is OrderStatus.SHIPPED


@pytest.mark.parametrize("later", [E.OUT_FOR_DELIVERY, E.DELIVERED, E.HOLD_RELEASED])
def test_missing_pieces_are_one_exception_that_no_later_scan_moves(
    later: TrackingEventType,
) -> None:
    reconciled = ReconciledOrder()
    revived = reconciled.ship()
    reconciled.withdraw(revived)
    reconciled.ship()
    reconciled.record(revived, build_event(E.PICKED_UP, 5))

    reconciled.record(revived, build_event(later, 6))
    exception = reconciled.only_exception()
    assert (exception.status, exception.opened_at) == (ExceptionStatus.OPEN, hour(5))

    reconciled.close(exception, ExceptionStatus.RESOLVED)
    reconciled.record(revived, build_event(later, 7))
    assert reconciled.open_types() == set()


def test_a_revival_taken_back_dismisses_the_exception_of_its_pieces() -> None:
    reconciled = ReconciledOrder()
    revived = reconciled.ship()
    reconciled.withdraw(revived)
    reconciled.ship()
    scan = build_event(E.PICKED_UP, 5)
    reconciled.record(revived, scan)

    reconciled.retract(scan)

    assert revived.status is S.CANCELLED
    assert reconciled.only_exception().status is ExceptionStatus.DISMISSED


def test_a_cancellation_taken_back_opens_the_exception_of_its_pieces() -> None:
    reconciled = ReconciledOrder()
    cancelled = reconciled.ship()
    event = build_event(E.CANCELLED, 5)
    reconciled.record(cancelled, event)
    reconciled.ship()

    reconciled.retract(event)

    assert cancelled.status is S.PRE_TRANSIT
    exception = reconciled.only_exception()
    assert (exception.type, exception.status) == (X.OTHER, ExceptionStatus.OPEN)
    assert (exception.opened_by_event_id, exception.occurrences) == (event.id, 1)


def test_a_hold_and_missing_pieces_share_one_exception() -> None:
    reconciled = ReconciledOrder()
    revived = reconciled.ship()
    reconciled.withdraw(revived)
    reconciled.ship()
    reconciled.record(revived, build_event(E.PICKED_UP, 5), build_held_event(None, 6))
    exception = reconciled.only_exception()
    assert (exception.severity, exception.occurrences) == (ExceptionSeverity.HIGH, 2)

    reconciled.record(revived, build_event(E.HOLD_RELEASED, 7))

    assert (exception.status, exception.occurrences) == (ExceptionStatus.OPEN, 1)
