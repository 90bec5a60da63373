"""Health and lateness, exact to the microsecond."""

from datetime import datetime, timedelta

import pytest

from models.enums import EstimateSource, ExceptionSeverity, Health, OrderStatus, ShipmentStatus
from models.estimates import Expectation
from models.exceptions import OrderException
from models.health import clock_moments, is_late, order_health, shipment_health
from tests.factories.in_memory import START, build_exception, build_shipment, hour
from tests.models.event_table import S

NOW = hour(1000)
MOMENT = timedelta(microseconds=1)
FIVE_DAYS = timedelta(days=5)
FINISHED = [S.DELIVERED, S.RETURNED, S.LOST, S.CANCELLED]
GRAVE = [ExceptionSeverity.MEDIUM, ExceptionSeverity.HIGH, ExceptionSeverity.CRITICAL]
LOW = ExceptionSeverity.LOW


def expected_by(latest: datetime) -> Expectation:
    return Expectation(START, latest, EstimateSource.CARRIER, None, START)


def health(
    status: ShipmentStatus = S.IN_TRANSIT,
    *unresolved: OrderException,
    last_event_at: datetime | None = NOW,
    latest: datetime | None = None,
    promised_at: datetime | None = None,
    has_moved: bool = True,
) -> Health:
    expected = None if latest is None else expected_by(latest)
    return shipment_health(
        status, last_event_at, expected, promised_at, unresolved, NOW, has_moved=has_moved
    )


def test_a_shipment_without_exceptions_is_on_track() -> None:
    assert health() is Health.ON_TRACK


@pytest.mark.parametrize("severity", GRAVE)
@pytest.mark.parametrize("status", ShipmentStatus)
def test_medium_or_worse_is_an_exception_whatever_the_status(
    severity: ExceptionSeverity, status: ShipmentStatus
) -> None:
    assert (
        health(status, build_exception(severity=severity), last_event_at=START) is Health.EXCEPTION
    )


def test_five_days_without_an_event_are_stale() -> None:
    assert health(last_event_at=NOW - FIVE_DAYS) is Health.STALE
    assert health(last_event_at=NOW - FIVE_DAYS + MOMENT) is Health.ON_TRACK


def test_a_shipment_that_has_not_moved_is_not_stale() -> None:
    assert health(S.PRE_TRANSIT, last_event_at=START, has_moved=False) is Health.ON_TRACK


def test_stale_outweighs_delayed() -> None:
    assert health(S.IN_TRANSIT, build_exception(severity=LOW), last_event_at=START) is Health.STALE


def test_a_low_exception_delays() -> None:
    assert health(S.IN_TRANSIT, build_exception(severity=LOW)) is Health.DELAYED


def test_an_estimate_after_the_promise_delays() -> None:
    later = NOW + FIVE_DAYS

    assert health(latest=later, promised_at=later) is Health.ON_TRACK
    assert health(latest=later + MOMENT, promised_at=later) is Health.DELAYED


def test_a_passed_estimate_delays() -> None:
    assert health(latest=NOW) is Health.ON_TRACK
    assert health(latest=NOW - MOMENT) is Health.DELAYED


@pytest.mark.parametrize("status", FINISHED)
def test_a_finished_shipment_is_neither_stale_nor_delayed(status: ShipmentStatus) -> None:
    result = health(
        status, build_exception(severity=LOW), last_event_at=START, latest=START, promised_at=START
    )

    assert result is Health.ON_TRACK


def of_order(
    *unfinished: Health,
    unresolved: list[OrderException] | None = None,
    promised_at: datetime | None = None,
    has_pieces_in_no_shipment: bool = False,
    is_cancelled: bool = False,
    is_unanswered_loss: bool = False,
) -> Health:
    return order_health(
        unfinished,
        unresolved or [],
        promised_at,
        NOW,
        has_pieces_in_no_shipment=has_pieces_in_no_shipment,
        is_cancelled=is_cancelled,
        is_unanswered_loss=is_unanswered_loss,
    )


def test_an_order_is_as_healthy_as_the_worst_of_its_unfinished_shipments() -> None:
    assert of_order() is Health.ON_TRACK
    assert of_order(Health.ON_TRACK, Health.DELAYED) is Health.DELAYED
    assert of_order(Health.DELAYED, Health.STALE) is Health.STALE
    assert of_order(Health.STALE, Health.EXCEPTION) is Health.EXCEPTION


@pytest.mark.parametrize("shipment_id", [None, build_shipment().id])
def test_a_grave_exception_anywhere_is_the_orders(shipment_id: object) -> None:
    grave = build_exception(severity=GRAVE[0], shipment_id=shipment_id)

    assert of_order(unresolved=[grave]) is Health.EXCEPTION


def test_a_low_exception_of_the_order_itself_delays_it() -> None:
    own, of_finished = (
        build_exception(severity=LOW),
        build_exception(severity=LOW, shipment_id=build_shipment().id),
    )

    assert of_order(unresolved=[own]) is Health.DELAYED
    assert of_order(unresolved=[of_finished]) is Health.ON_TRACK
    assert of_order(Health.STALE, unresolved=[own]) is Health.STALE


def test_pieces_without_a_shipment_are_delayed_once_the_promise_has_passed() -> None:
    passed = NOW - MOMENT

    assert of_order(promised_at=passed, has_pieces_in_no_shipment=True) is Health.DELAYED
    assert of_order(promised_at=NOW, has_pieces_in_no_shipment=True) is Health.ON_TRACK
    assert of_order(promised_at=passed) is Health.ON_TRACK
    assert (
        of_order(promised_at=passed, has_pieces_in_no_shipment=True, is_cancelled=True)
        is Health.ON_TRACK
    )


def test_the_clock_may_change_a_moving_shipment_twice() -> None:
    moments = clock_moments(S.IN_TRANSIT, START, expected_by(NOW), has_moved=True)

    assert list(moments) == [START + FIVE_DAYS, NOW]


def test_the_clock_changes_nothing_that_is_finished_or_waits_without_an_estimate() -> None:
    assert list(clock_moments(S.DELIVERED, START, expected_by(NOW), has_moved=True)) == []
    assert list(clock_moments(S.PACKED, START, None, has_moved=False)) == []


def test_an_arrival_at_the_deadline_is_in_time() -> None:
    deadline = hour(10)

    assert not is_late(S.DELIVERED, deadline, deadline, NOW)
    assert is_late(S.DELIVERED, deadline, deadline + MOMENT, NOW)


def test_a_missing_arrival_is_late_once_the_deadline_has_passed() -> None:
    assert not is_late(OrderStatus.SHIPPED, NOW, None, NOW)
    assert is_late(OrderStatus.SHIPPED, NOW - MOMENT, None, NOW)
    assert is_late(S.LOST, NOW - MOMENT, None, NOW)


def test_without_a_deadline_nothing_is_late() -> None:
    assert not is_late(S.IN_TRANSIT, None, None, NOW)
    assert not is_late(S.DELIVERED, None, NOW, NOW)


@pytest.mark.parametrize("status", [S.CANCELLED, OrderStatus.CANCELLED])
def test_a_cancelled_shipment_or_order_is_never_late(status: ShipmentStatus | OrderStatus) -> None:
    assert not is_late(status, START, None, NOW)
    assert not is_late(status, START, hour(1), NOW)


@pytest.mark.parametrize("status", [S.RETURNED, S.RETURNING, OrderStatus.RETURNED])
def test_a_returned_shipment_or_order_is_late_only_by_its_delivery(
    status: ShipmentStatus | OrderStatus,
) -> None:
    assert not is_late(status, START, None, NOW)
    assert not is_late(status, START, START, NOW)
    assert is_late(status, START, hour(1), NOW)


def test_a_delivery_that_names_its_day_is_late_only_after_a_promise_before_that_day() -> None:
    midnight = hour(16)

    assert is_late(S.DELIVERED, midnight - MOMENT, midnight, NOW)
    assert not is_late(S.DELIVERED, midnight, midnight, NOW)
