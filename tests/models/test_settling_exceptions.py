"""Exceptions: the walk's result against the records."""

import random
from datetime import timedelta

from hypothesis import given, settings
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
from tests.models.event_table import E, X
from tests.models.rows import held_for, hour, make_event, make_exception
from tests.models.settlements import Desk, kinds
from tests.models.test_fold_properties import news

OPEN, RESOLVED = ExceptionStatus.OPEN, ExceptionStatus.RESOLVED
DISMISSED = ExceptionStatus.DISMISSED


def test_bad_news_opens_an_exception() -> None:
    desk = Desk()
    refused = make_event(E.REFUSED, 5, location={"city": "Berlin", "country": "DE"})
    changes = desk.tell(desk.ship(), refused)

    record = desk.only_record()
    assert (record.type, record.status) == (X.RECIPIENT_REFUSED, OPEN)
    assert (record.severity, record.caused_by) == (ExceptionSeverity.HIGH, Party.RECIPIENT)
    assert record.action_required
    assert record.summary == "Refused at Berlin, DE"
    assert (record.occurrences, record.opened_by_event_id) == (1, refused.id)
    assert (record.opened_at, record.due_at) == (hour(5), hour(29))
    assert ChangeKind.EXCEPTION_STATUS in kinds(changes)


def test_the_time_allowed_goes_by_severity() -> None:
    desk = Desk()
    desk.tell(
        desk.ship(),
        make_event(E.MISROUTED, 1),
        make_event(E.PICKUP_FAILED, 2),
        make_event(E.LOST, 3),
    )

    assert {one.type: one.due_at for one in desk.records} == {
        X.MISROUTED: None,
        X.PICKUP_FAILED: hour(2) + timedelta(hours=72),
        X.LOST: hour(3) + timedelta(hours=4),
    }


def test_the_same_news_again_adds_an_occurrence() -> None:
    desk = Desk()
    shipment = desk.ship()
    desk.tell(shipment, make_event(E.DELIVERY_ATTEMPTED, 5))
    changes = desk.tell(shipment, make_event(E.DELIVERY_ATTEMPTED, 6))

    assert desk.only_record().occurrences == 2
    (amended,) = [one for one in changes if one.kind is ChangeKind.EXCEPTION_AMENDED]
    assert amended.details == {
        "differences": [{"field": "occurrences", "before": "1", "after": "2"}]
    }


def test_older_news_dates_an_exception_back() -> None:
    desk = Desk()
    shipment = desk.ship()
    desk.tell(shipment, make_event(E.DELIVERY_ATTEMPTED, 6))
    first = make_event(E.DELIVERY_ATTEMPTED, 5)

    desk.tell(shipment, first)

    record = desk.only_record()
    assert (record.occurrences, record.opened_by_event_id) == (2, first.id)
    assert (record.opened_at, record.due_at) == (hour(5), hour(77))


def test_good_news_clears() -> None:
    desk = Desk()
    shipment = desk.ship()
    desk.tell(shipment, make_event(E.MISROUTED, 4), make_event(E.DELIVERY_ATTEMPTED, 5))
    desk.tell(shipment, make_event(E.DELIVERED, 6))

    cleared = (RESOLVED, ExceptionResolution.CLEARED, hour(6))
    assert [(one.status, one.resolution, one.resolved_at) for one in desk.records] == [cleared] * 2


def test_what_was_opened_and_cleared_before_we_heard_leaves_no_record() -> None:
    desk = Desk()

    desk.tell(desk.ship(), make_event(E.DELIVERY_ATTEMPTED, 5), make_event(E.DELIVERED, 6))

    assert desk.records == []


def test_news_taken_back_dismisses_and_says_so() -> None:
    desk = Desk()
    held = held_for(None, 5)
    desk.tell(desk.ship(), held)

    changes = desk.retract(held)

    record = desk.only_record()
    assert (record.type, record.status, record.resolution) == (X.OTHER, DISMISSED, None)
    (said,) = [one for one in changes if one.kind is ChangeKind.EXCEPTION_STATUS]
    assert said.reason == "The news that opened it was taken back."


def test_a_record_is_dismissed_when_its_own_news_is_taken_back() -> None:
    """That older news had opened another record, since cleared, does not clear this one."""
    desk = Desk()
    shipment = desk.ship()
    desk.tell(shipment, make_event(E.DELIVERY_ATTEMPTED, 1))
    desk.tell(shipment, make_event(E.AVAILABLE_FOR_PICKUP, 2))
    again = make_event(E.DELIVERY_ATTEMPTED, 3)
    desk.tell(shipment, again)

    desk.retract(again)

    assert [one.status for one in desk.records] == [RESOLVED, DISMISSED]


def test_a_record_with_other_news_left_stays_open() -> None:
    desk = Desk()
    first, second = make_event(E.DELIVERY_ATTEMPTED, 5), make_event(E.DELIVERY_ATTEMPTED, 6)
    desk.tell(desk.ship(), first, second)

    desk.retract(first)

    record = desk.only_record()
    assert (record.status, record.occurrences, record.opened_at) == (OPEN, 1, hour(6))


def test_what_events_closed_opens_again_when_the_good_news_is_taken_back() -> None:
    desk = Desk()
    shipment = desk.ship()
    desk.tell(shipment, make_event(E.DELIVERY_ATTEMPTED, 5))
    delivered = make_event(E.DELIVERED, 6)
    desk.tell(shipment, delivered)

    desk.retract(delivered)

    assert [one.status for one in desk.records] == [RESOLVED, OPEN]


def test_what_a_person_closed_stays_closed_for_the_same_news_and_for_older() -> None:
    for status in (RESOLVED, DISMISSED):
        desk = Desk()
        shipment = desk.ship()
        desk.tell(shipment, make_event(E.DELIVERY_ATTEMPTED, 5))
        desk.close(desk.only_record(), status)

        desk.tell(shipment, make_event(E.DELIVERY_ATTEMPTED, 4))

        assert desk.only_record().status is status


def test_newer_news_than_a_person_knew_opens_a_new_record_of_its_own() -> None:
    desk = Desk()
    shipment = desk.ship()
    desk.tell(shipment, make_event(E.DELIVERY_ATTEMPTED, 5))
    desk.close(desk.only_record(), RESOLVED)

    desk.tell(shipment, make_event(E.DELIVERY_ATTEMPTED, 7))

    closed, new = desk.records
    assert (closed.status, closed.occurrences) == (RESOLVED, 1)
    assert (new.status, new.occurrences, new.opened_at) == (OPEN, 1, hour(7))


def own_record(desk: Desk, **values: object) -> OrderException:
    """What a person opened."""
    shipment_id = desk.loaded.shipments[0].id
    record = make_exception(
        ExceptionSeverity.LOW,
        type=X.DAMAGED,
        shipment_id=shipment_id,
        is_personal=True,
        was_opened_by_person=True,
        opened_at=hour(1),
        **values,
    )
    desk.records.append(record)
    desk.settle()
    return record


def test_what_a_person_opened_no_news_closes() -> None:
    desk = Desk()
    shipment = desk.ship()
    record = own_record(desk)

    desk.tell(shipment, make_event(E.DELIVERED, 5))
    desk.tell(shipment, make_event(E.RETURNED, 6))

    assert (desk.only_record(), record.status) == (record, OPEN)


def test_news_adds_to_what_a_person_opened_and_leaves_the_rest() -> None:
    desk = Desk()
    shipment = desk.ship()
    record = own_record(desk)
    damaged = make_event(E.DAMAGED, 5)

    desk.tell(shipment, damaged)
    assert (desk.only_record(), record.occurrences) == (record, 2)
    assert (record.severity, record.opened_at) == (ExceptionSeverity.LOW, hour(1))

    desk.retract(damaged)
    assert (record.status, record.occurrences) == (OPEN, 2)


def test_a_person_who_closes_their_own_record_closes_the_news_that_it_counted() -> None:
    desk = Desk()
    shipment = desk.ship()
    record = own_record(desk)
    desk.tell(shipment, make_event(E.DAMAGED, 5))

    desk.close(record, RESOLVED)
    assert desk.open_types() == set()

    desk.tell(shipment, make_event(E.DAMAGED, 6))
    assert [one.occurrences for one in desk.records] == [2, 1]


@settings(max_examples=60)
@given(news, st.randoms(use_true_random=False))
def test_while_no_person_acts_the_open_exceptions_do_not_depend_on_the_order_of_arrival(
    events: list[TrackingEvent], chance: random.Random
) -> None:
    at_once, one_by_one = Desk(), Desk()
    at_once.tell(at_once.ship(), *events)

    shipment = one_by_one.ship()
    for event in chance.sample(events, len(events)):
        one_by_one.tell(shipment, event)

    assert one_by_one.open_types() == at_once.open_types()
    assert one_by_one.loaded.order.status is at_once.loaded.order.status
    assert one_by_one.loaded.order.health is at_once.loaded.order.health
