"""Settling opens, updates and closes exceptions by the result of the fold."""

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
from tests.models.settled_orders import SettledOrder, kinds
from tests.models.test_fold_properties import news
from tests.profiles import examples

OPEN, RESOLVED = ExceptionStatus.OPEN, ExceptionStatus.RESOLVED
DISMISSED = ExceptionStatus.DISMISSED


def test_bad_news_opens_an_exception() -> None:
    settled = SettledOrder()
    refused = build_event(E.REFUSED, 5, location={"city": "Berlin", "country": "DE"})
    changes = settled.record(settled.ship(), refused)

    exception = settled.only_exception()
    assert (exception.type, exception.status) == (X.RECIPIENT_REFUSED, OPEN)
    assert (exception.severity, exception.caused_by) == (ExceptionSeverity.HIGH, Party.RECIPIENT)
    assert exception.action_required
    assert exception.summary == "Refused at Berlin, DE"
    assert (exception.occurrences, exception.opened_by_event_id) == (1, refused.id)
    assert (exception.opened_at, exception.due_at) == (hour(5), hour(29))
    assert ChangeKind.EXCEPTION_STATUS in kinds(changes)


def test_the_time_allowed_goes_by_severity() -> None:
    settled = SettledOrder()
    settled.record(
        settled.ship(),
        build_event(E.MISROUTED, 1),
        build_event(E.PICKUP_FAILED, 2),
        build_event(E.LOST, 3),
    )

    assert {exception.type: exception.due_at for exception in settled.exceptions} == {
        X.MISROUTED: None,
        X.PICKUP_FAILED: hour(2) + timedelta(hours=72),
        X.LOST: hour(3) + timedelta(hours=4),
    }


def test_the_same_news_again_adds_an_occurrence() -> None:
    settled = SettledOrder()
    shipment = settled.ship()
    settled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 5))
    changes = settled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 6))

    assert settled.only_exception().occurrences == 2
    (amended,) = [change for change in changes if change.kind is ChangeKind.EXCEPTION_AMENDED]
    assert amended.details == {
        "differences": [{"field": "occurrences", "before": "1", "after": "2"}]
    }


def test_older_news_dates_an_exception_back() -> None:
    settled = SettledOrder()
    shipment = settled.ship()
    settled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 6))
    first = build_event(E.DELIVERY_ATTEMPTED, 5)

    settled.record(shipment, first)

    exception = settled.only_exception()
    assert (exception.occurrences, exception.opened_by_event_id) == (2, first.id)
    assert (exception.opened_at, exception.due_at) == (hour(5), hour(77))


def test_good_news_clears() -> None:
    settled = SettledOrder()
    shipment = settled.ship()
    settled.record(shipment, build_event(E.MISROUTED, 4), build_event(E.DELIVERY_ATTEMPTED, 5))
    settled.record(shipment, build_event(E.DELIVERED, 6))

    cleared = (RESOLVED, ExceptionResolution.CLEARED, hour(6))
    closed = [(row.status, row.resolution, row.resolved_at) for row in settled.exceptions]
    assert closed == [cleared] * 2


def test_an_exception_that_is_cleared_before_it_is_recorded_leaves_no_record() -> None:
    settled = SettledOrder()

    settled.record(
        settled.ship(), build_event(E.DELIVERY_ATTEMPTED, 5), build_event(E.DELIVERED, 6)
    )

    assert settled.exceptions == []


def test_news_taken_back_dismisses_and_says_so() -> None:
    settled = SettledOrder()
    held = build_held_event(None, 5)
    settled.record(settled.ship(), held)

    changes = settled.retract(held)

    exception = settled.only_exception()
    assert (exception.type, exception.status, exception.resolution) == (X.OTHER, DISMISSED, None)
    (change,) = [change for change in changes if change.kind is ChangeKind.EXCEPTION_STATUS]
    assert change.reason == "The news that opened it was taken back."


def test_a_record_is_dismissed_when_its_own_news_is_taken_back() -> None:
    """Older news opened another exception, which is closed; that does not close this one."""
    settled = SettledOrder()
    shipment = settled.ship()
    settled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 1))
    settled.record(shipment, build_event(E.AVAILABLE_FOR_PICKUP, 2))
    again = build_event(E.DELIVERY_ATTEMPTED, 3)
    settled.record(shipment, again)

    settled.retract(again)

    assert [exception.status for exception in settled.exceptions] == [RESOLVED, DISMISSED]


def test_a_record_with_other_news_left_stays_open() -> None:
    settled = SettledOrder()
    first, second = build_event(E.DELIVERY_ATTEMPTED, 5), build_event(E.DELIVERY_ATTEMPTED, 6)
    settled.record(settled.ship(), first, second)

    settled.retract(first)

    exception = settled.only_exception()
    assert (exception.status, exception.occurrences, exception.opened_at) == (OPEN, 1, hour(6))


def test_an_exception_closed_by_events_opens_again_when_the_good_news_is_taken_back() -> None:
    settled = SettledOrder()
    shipment = settled.ship()
    settled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 5))
    delivered = build_event(E.DELIVERED, 6)
    settled.record(shipment, delivered)

    settled.retract(delivered)

    assert [exception.status for exception in settled.exceptions] == [RESOLVED, OPEN]


def test_an_exception_closed_by_a_person_stays_closed_for_the_same_news_and_for_older() -> None:
    for status in (RESOLVED, DISMISSED):
        settled = SettledOrder()
        shipment = settled.ship()
        settled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 5))
        settled.close(settled.only_exception(), status)

        settled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 4))

        assert settled.only_exception().status is status


def test_newer_news_than_a_person_knew_opens_a_new_record_of_its_own() -> None:
    settled = SettledOrder()
    shipment = settled.ship()
    settled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 5))
    settled.close(settled.only_exception(), RESOLVED)

    settled.record(shipment, build_event(E.DELIVERY_ATTEMPTED, 7))

    closed, new = settled.exceptions
    assert (closed.status, closed.occurrences) == (RESOLVED, 1)
    assert (new.status, new.occurrences, new.opened_at) == (OPEN, 1, hour(7))


def open_by_person(settled: SettledOrder, **columns: Any) -> OrderException:
    """An exception that a person opened."""
    shipment_id = settled.loaded.shipments[0].id
    exception = build_exception(
        severity=ExceptionSeverity.LOW,
        type=X.DAMAGED,
        shipment_id=shipment_id,
        is_personal=True,
        was_opened_by_person=True,
        opened_at=hour(1),
        **columns,
    )
    settled.exceptions.append(exception)
    settled.settle()
    return exception


def test_no_news_closes_an_exception_opened_by_a_person() -> None:
    settled = SettledOrder()
    shipment = settled.ship()
    exception = open_by_person(settled)

    settled.record(shipment, build_event(E.DELIVERED, 5))
    settled.record(shipment, build_event(E.RETURNED, 6))

    assert (settled.only_exception(), exception.status) == (exception, OPEN)


def test_news_adds_occurrences_to_an_exception_opened_by_a_person_and_leaves_the_rest() -> None:
    settled = SettledOrder()
    shipment = settled.ship()
    exception = open_by_person(settled)
    damaged = build_event(E.DAMAGED, 5)

    settled.record(shipment, damaged)
    assert (settled.only_exception(), exception.occurrences) == (exception, 2)
    assert (exception.severity, exception.opened_at) == (ExceptionSeverity.LOW, hour(1))

    settled.retract(damaged)
    assert (exception.status, exception.occurrences) == (OPEN, 2)


def test_a_person_who_closes_their_own_record_closes_the_news_that_it_counted() -> None:
    settled = SettledOrder()
    shipment = settled.ship()
    exception = open_by_person(settled)
    settled.record(shipment, build_event(E.DAMAGED, 5))

    settled.close(exception, RESOLVED)
    assert settled.open_types() == set()

    settled.record(shipment, build_event(E.DAMAGED, 6))
    assert [exception.occurrences for exception in settled.exceptions] == [2, 1]


@examples(60)
@given(news, st.randoms(use_true_random=False))
def test_while_no_person_acts_the_open_exceptions_do_not_depend_on_the_order_of_arrival(
    events: list[TrackingEvent], chance: random.Random
) -> None:
    at_once, one_by_one = SettledOrder(), SettledOrder()
    at_once.record(at_once.ship(), *events)

    shipment = one_by_one.ship()
    for event in chance.sample(events, len(events)):
        one_by_one.record(shipment, event)

    assert one_by_one.open_types() == at_once.open_types()
    assert one_by_one.loaded.order.status is at_once.loaded.order.status
    assert one_by_one.loaded.order.health is at_once.loaded.order.health
