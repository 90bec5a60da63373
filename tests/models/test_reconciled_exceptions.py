"""Reconciliation opens, updates and closes exceptions by the result of the fold."""

import random
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from models.enums import (
    ChangeKind,
    ExceptionResolution,
    ExceptionSeverity,
    ExceptionStatus,
    Party,
)
from models.events import TrackingEvent
from models.exceptions import OrderException
from tests.factories.in_memory import build_event, build_exception, build_held_event, hour
from tests.models.event_table import E, X
from tests.models.reconciled_orders import ReconciledOrder, kinds
from tests.models.test_shipment_fold_properties import event_lists
from tests.profiles import examples

OPEN, RESOLVED = ExceptionStatus.OPEN, ExceptionStatus.RESOLVED
DISMISSED = ExceptionStatus.DISMISSED


def test_a_refused_delivery_opens_an_exception() -> None:
    reconciled = ReconciledOrder()
    refused = build_event(E.REFUSED, 5, location={"city": "Berlin", "country": "DE"})
    changes = reconciled.record(reconciled.ship(), refused)

    exception = reconciled.only_exception()
    assert (exception.type, exception.status) == (X.RECIPIENT_REFUSED, OPEN)
    assert (exception.severity, exception.caused_by) == (ExceptionSeverity.HIGH, Party.RECIPIENT)
    assert exception.action_required
    assert exception.summary == "Refused at Berlin, DE"
    assert (exception.occurrences, exception.opened_by_event_id) == (1, refused.id)
    assert (exception.opened_at, exception.due_at) == (hour(5), hour(29))
    assert ChangeKind.EXCEPTION_STATUS in kinds(changes)


def test_the_time_allowed_goes_by_severity() -> None:
    reconciled = ReconciledOrder()
    reconciled.record(
        reconciled.ship(),
        build_event(E.MISROUTED, 1),
        build_event(E.PICKUP_FAILED, 2),
        build_event(E.LOST, 3),
    )

    assert {exception.type: exception.due_at for exception in reconciled.exceptions} == {
        X.MISROUTED: None,
        X.PICKUP_FAILED: hour(2) + timedelta(hours=72),
        X.LOST: hour(3) + timedelta(hours=4),
    }


def test_another_event_of_the_same_type_adds_an_occurrence() -> None:
    reconciled = ReconciledOrder()
    shipment = reconciled.ship()
    reconciled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 5))
    changes = reconciled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 6))

    assert reconciled.only_exception().occurrences == 2
    (amended,) = [change for change in changes if change.kind is ChangeKind.EXCEPTION_AMENDED]
    assert amended.details == {
        "differences": [{"field": "occurrences", "before": "1", "after": "2"}]
    }


def test_an_older_event_dates_an_exception_back() -> None:
    reconciled = ReconciledOrder()
    shipment = reconciled.ship()
    reconciled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 6))
    first = build_event(E.DELIVERY_ATTEMPTED, 5)

    reconciled.record(shipment, first)

    exception = reconciled.only_exception()
    assert (exception.occurrences, exception.opened_by_event_id) == (2, first.id)
    assert (exception.opened_at, exception.due_at) == (hour(5), hour(77))


def test_a_delivery_clears_exceptions() -> None:
    reconciled = ReconciledOrder()
    shipment = reconciled.ship()
    reconciled.record(shipment, build_event(E.MISROUTED, 4), build_event(E.DELIVERY_ATTEMPTED, 5))
    reconciled.record(shipment, build_event(E.DELIVERED, 6))

    cleared = (RESOLVED, ExceptionResolution.CLEARED, hour(6))
    closed = [(row.status, row.resolution, row.resolved_at) for row in reconciled.exceptions]
    assert closed == [cleared] * 2


def test_an_exception_that_is_cleared_before_it_is_recorded_leaves_no_record() -> None:
    reconciled = ReconciledOrder()

    reconciled.record(
        reconciled.ship(), build_event(E.DELIVERY_ATTEMPTED, 5), build_event(E.DELIVERED, 6)
    )

    assert reconciled.exceptions == []


def test_retracting_the_event_dismisses_its_exception_with_a_reason() -> None:
    reconciled = ReconciledOrder()
    held = build_held_event(None, 5)
    reconciled.record(reconciled.ship(), held)

    changes = reconciled.retract(held)

    exception = reconciled.only_exception()
    assert (exception.type, exception.status, exception.resolution) == (X.OTHER, DISMISSED, None)
    (change,) = [change for change in changes if change.kind is ChangeKind.EXCEPTION_STATUS]
    assert change.reason == "The event that opened this exception was retracted."


def test_an_exception_is_dismissed_when_its_own_event_is_retracted() -> None:
    """An older event opened another exception, which is closed; that does not close this one."""
    reconciled = ReconciledOrder()
    shipment = reconciled.ship()
    reconciled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 1))
    reconciled.record(shipment, build_event(E.AVAILABLE_FOR_PICKUP, 2))
    again = build_event(E.DELIVERY_ATTEMPTED, 3)
    reconciled.record(shipment, again)

    reconciled.retract(again)

    assert [exception.status for exception in reconciled.exceptions] == [RESOLVED, DISMISSED]


def test_an_exception_with_another_event_left_stays_open() -> None:
    reconciled = ReconciledOrder()
    first, second = build_event(E.DELIVERY_ATTEMPTED, 5), build_event(E.DELIVERY_ATTEMPTED, 6)
    reconciled.record(reconciled.ship(), first, second)

    reconciled.retract(first)

    exception = reconciled.only_exception()
    assert (exception.status, exception.occurrences, exception.opened_at) == (OPEN, 1, hour(6))


def test_an_exception_closed_by_events_opens_again_when_the_clearing_event_is_retracted() -> None:
    reconciled = ReconciledOrder()
    shipment = reconciled.ship()
    reconciled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 5))
    delivered = build_event(E.DELIVERED, 6)
    reconciled.record(shipment, delivered)

    reconciled.retract(delivered)

    assert [exception.status for exception in reconciled.exceptions] == [RESOLVED, OPEN]


def test_an_exception_closed_by_a_person_stays_closed_for_the_same_event_and_for_older_ones() -> (
    None
):
    for status in (RESOLVED, DISMISSED):
        reconciled = ReconciledOrder()
        shipment = reconciled.ship()
        reconciled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 5))
        reconciled.close(reconciled.only_exception(), status)

        reconciled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 4))

        assert reconciled.only_exception().status is status


def test_an_event_newer_than_a_persons_decision_opens_a_new_exception() -> None:
    reconciled = ReconciledOrder()
    shipment = reconciled.ship()
    reconciled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 5))
    reconciled.close(reconciled.only_exception(), RESOLVED)

    reconciled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 7))

    closed, new = reconciled.exceptions
    assert (closed.status, closed.occurrences) == (RESOLVED, 1)
    assert (new.status, new.occurrences, new.opened_at) == (OPEN, 1, hour(7))


def open_by_person(reconciled: ReconciledOrder, **columns: Any) -> OrderException:
    """An exception that a person opened."""
    shipment_id = reconciled.loaded.shipments[0].id
    exception = build_exception(
        severity=ExceptionSeverity.LOW,
        type=X.DAMAGED,
        shipment_id=shipment_id,
        is_personal=True,
        was_opened_by_person=True,
        opened_at=hour(1),
        **columns,
    )
    reconciled.exceptions.append(exception)
    reconciled.reconcile()
    return exception


def test_no_event_closes_an_exception_opened_by_a_person() -> None:
    reconciled = ReconciledOrder()
    shipment = reconciled.ship()
    exception = open_by_person(reconciled)

    reconciled.record(shipment, build_event(E.DELIVERED, 5))
    reconciled.record(shipment, build_event(E.RETURNED, 6))

    assert (reconciled.only_exception(), exception.status) == (exception, OPEN)


def test_events_add_occurrences_to_an_exception_opened_by_a_person_and_leaves_the_rest() -> None:
    reconciled = ReconciledOrder()
    shipment = reconciled.ship()
    exception = open_by_person(reconciled)
    damaged = build_event(E.DAMAGED, 5)

    reconciled.record(shipment, damaged)
    assert (reconciled.only_exception(), exception.occurrences) == (exception, 2)
    assert (exception.severity, exception.opened_at) == (ExceptionSeverity.LOW, hour(1))

    reconciled.retract(damaged)
    assert (exception.status, exception.occurrences) == (OPEN, 2)


def test_closing_an_exception_opened_by_a_person_closes_the_events_that_it_counted() -> None:
    reconciled = ReconciledOrder()
    shipment = reconciled.ship()
    exception = open_by_person(reconciled)
    reconciled.record(shipment, build_event(E.DAMAGED, 5))

    reconciled.close(exception, RESOLVED)
    assert reconciled.open_types() == set()

    reconciled.record(shipment, build_event(E.DAMAGED, 6))
    assert [exception.occurrences for exception in reconciled.exceptions] == [2, 1]


@examples(60)
@given(event_lists, st.randoms(use_true_random=False))
def test_while_no_person_acts_the_open_exceptions_do_not_depend_on_the_order_of_arrival(
    events: list[TrackingEvent], chance: random.Random
) -> None:
    at_once, one_by_one = ReconciledOrder(), ReconciledOrder()
    at_once.record(at_once.ship(), *events)

    shipment = one_by_one.ship()
    for event in chance.sample(events, len(events)):
        one_by_one.record(shipment, event)

    assert one_by_one.open_types() == at_once.open_types()
    assert one_by_one.loaded.order.status is at_once.loaded.order.status
    assert one_by_one.loaded.order.health is at_once.loaded.order.health
