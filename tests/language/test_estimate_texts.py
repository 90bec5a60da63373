"""What stands beside an estimate: why it is late, what was said before, and when that changes."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.delivery_windows import delivery_window
from language.estimates import EstimateText, order_estimate
from language.facts import EstimateFacts, OrderFacts, PlaceFacts
from language.locales import Language
from language.zones import clock_of
from models.enums import (
    EstimateSource,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    OrderStatus,
    ShipmentStatus,
)
from tests.language.order_facts import (
    NOW,
    at,
    build_estimate,
    build_item,
    build_order,
    build_shipment,
    build_trouble,
)
from tests.language.test_estimates import PLACES

TOMORROW = build_estimate("2026-12-01T09:00", "2026-12-01T17:00")
YESTERDAY = build_estimate("2026-11-29T09:00", "2026-11-29T17:00")


def _text(english: Language, order: OrderFacts, now: datetime = NOW) -> EstimateText:
    text = order_estimate(english, order, now)
    assert text is not None
    return text


@pytest.mark.parametrize(
    ("types", "reason"),
    [
        ([], "It's late. No reason is known yet. If nothing comes, contact us."),
        ([ExceptionType.DELAY], "It's late. No reason is known yet. If nothing comes, contact us."),
        ([ExceptionType.OTHER], "It's late. No reason is known yet. If nothing comes, contact us."),
        ([ExceptionType.WEATHER], "It's late: “It's delayed by the weather”."),
        ([ExceptionType.DELAY, ExceptionType.MISROUTED], "It's late: “It took a wrong turn”."),
        ([ExceptionType.PICKUP_FAILED], "It's late: “UPS didn't pick it up from us”."),
    ],
)
def test_a_late_parcel_says_why_if_that_is_known(
    english: Language, types: list[ExceptionType], reason: str
) -> None:
    troubles = tuple(build_trouble(each, shipment_id="parcel") for each in types)
    parcel = build_shipment(estimate=YESTERDAY)

    assert _text(english, build_order(OrderStatus.SHIPPED, parcel, troubles=troubles)).reason == (
        reason
    )


def test_the_worst_open_trouble_is_the_reason(english: Language) -> None:
    troubles = (
        build_trouble(ExceptionType.WEATHER, severity=ExceptionSeverity.LOW),
        build_trouble(ExceptionType.CUSTOMS_HOLD, severity=ExceptionSeverity.HIGH),
        build_trouble(
            ExceptionType.DAMAGED,
            severity=ExceptionSeverity.CRITICAL,
            status=ExceptionStatus.RESOLVED,
        ),
    )
    parcel = build_shipment(estimate=YESTERDAY)
    order = build_order(OrderStatus.SHIPPED, parcel, troubles=troubles)

    assert _text(english, order).reason == "It's late: “Customs is checking it”."


@pytest.mark.parametrize(
    ("estimates", "promise", "previous"),
    [
        ((), None, None),
        ((TOMORROW,), None, None),
        ((build_estimate("2026-12-03T09:00"), TOMORROW), None, "was Thu 3 Dec"),
        ((YESTERDAY, TOMORROW), None, "was Sun 29 Nov"),
        # The same day at another hour is not another day.
        ((build_estimate("2026-12-01T07:00"), TOMORROW), None, None),
        ((YESTERDAY, build_estimate("2026-12-01T07:00"), TOMORROW), None, "was Sun 29 Nov"),
        ((TOMORROW,), "2026-11-30T17:00", "was Mon 30 Nov"),
        ((TOMORROW,), "2026-12-01T17:00", None),
        ((YESTERDAY, TOMORROW), "2026-11-28T17:00", "was Sun 29 Nov"),
        # A guess that the carrier has replaced was told by nobody who knew.
        ((replace(YESTERDAY, source=EstimateSource.PREDICTION), TOMORROW), None, None),
    ],
)
def test_the_day_that_was_told_before_stands_under_the_new_one(
    english: Language,
    estimates: tuple[EstimateFacts, ...],
    promise: str | None,
    previous: str | None,
) -> None:
    parcel = build_shipment(estimate=TOMORROW, estimates=estimates)
    promised_at = None if promise is None else at(promise)

    order = build_order(OrderStatus.SHIPPED, parcel, promised_at=promised_at)

    assert _text(english, order).previous == previous


@pytest.mark.parametrize(
    ("now", "text"),
    [
        ("2026-12-01T08:59", "Expected today, Tuesday 1 December, between 11:00 and 13:00"),
        ("2026-12-01T09:00", "Expected within 3 hours: today, Tuesday 1 December, by 13:00"),
        ("2026-12-01T10:00", "Expected within 2 hours: today, Tuesday 1 December, by 13:00"),
        ("2026-12-01T10:01", "Expected within 2 hours: today, Tuesday 1 December, by 13:00"),
        ("2026-12-01T11:00", "Expected within 1 hour: today, Tuesday 1 December, by 13:00"),
        ("2026-12-01T11:59", "Expected within 1 hour: today, Tuesday 1 December, by 13:00"),
        ("2026-12-01T12:00", "Was expected today, Tuesday 1 December, by 13:00"),
    ],
)
def test_the_last_hours_are_counted_of_what_is_out_for_delivery(
    english: Language, now: str, text: str
) -> None:
    window = build_estimate("2026-12-01T10:00", "2026-12-01T12:00")
    parcel = build_shipment(ShipmentStatus.OUT_FOR_DELIVERY, estimate=window)

    assert _text(english, build_order(OrderStatus.OUT_FOR_DELIVERY, parcel), at(now)).text == text


def test_hours_say_whose_clock_they_are_and_days_need_not(english: Language) -> None:
    hours = build_estimate("2026-12-01T09:00", "2026-12-01T11:00")

    assert _text(
        english, build_order(OrderStatus.SHIPPED, build_shipment(estimate=hours))
    ).note == ("Local time in Berlin")
    assert (
        _text(english, build_order(OrderStatus.SHIPPED, build_shipment(estimate=TOMORROW))).note
        is None
    )


@pytest.mark.parametrize(
    "status",
    [
        *(OrderStatus.ON_HOLD, OrderStatus.CANCELLED, OrderStatus.RETURNED),
        OrderStatus.PARTIALLY_RETURNED,
    ],
)
def test_an_order_that_does_not_come_has_no_estimate(
    english: Language, status: OrderStatus
) -> None:
    assert order_estimate(english, build_order(status, estimate=TOMORROW), NOW) is None


@pytest.mark.parametrize("status", [OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.PACKED])
def test_an_order_without_parcels_has_its_own_estimate(
    english: Language, status: OrderStatus
) -> None:
    promise = replace(TOMORROW, source=EstimateSource.PROMISE)
    order = build_order(status, estimate=promise, items=(build_item(),))

    assert _text(english, order).text == "Promised for tomorrow, Tuesday 1 December"


def test_an_order_comes_with_the_last_parcel_that_still_comes(english: Language) -> None:
    later, latest = build_estimate("2026-12-03T09:00"), build_estimate("2026-12-05T09:00")
    order = build_order(
        OrderStatus.SHIPPED,
        build_shipment(id="1", estimate=TOMORROW),
        build_shipment(id="2", estimate=later),
        build_shipment(ShipmentStatus.RETURNING, id="3", estimate=latest),
        build_shipment(ShipmentStatus.AVAILABLE_FOR_PICKUP, id="4", estimate=latest),
        build_shipment(ShipmentStatus.LOST, id="5", estimate=latest),
        estimate=latest,
    )

    assert _text(english, order).text == "Expected Thursday 3 December"


def test_an_order_of_which_all_is_ready_to_collect_has_no_estimate(english: Language) -> None:
    parcel = build_shipment(ShipmentStatus.AVAILABLE_FOR_PICKUP, estimate=TOMORROW)
    order = build_order(
        OrderStatus.SHIPPED,
        parcel,
        estimate=TOMORROW,
        items=(build_item(allocated_quantity=1, shipped_quantity=1),),
    )

    assert order_estimate(english, order, NOW) is None


moments = st.integers(0, int(timedelta(days=730).total_seconds())).map(
    lambda seconds: at("2026-01-01") + timedelta(seconds=seconds)
)
whole_days = moments.map(lambda moment: moment.replace(hour=0, minute=0, second=0))


@st.composite
def estimates(draw: st.DrawFn) -> EstimateFacts:
    earliest = draw(st.one_of(moments, whole_days))
    length = draw(st.one_of(st.timedeltas(timedelta(0), timedelta(days=14)), st.just(timedelta(0))))
    latest = earliest + timedelta(seconds=int(length.total_seconds()))
    return EstimateFacts(earliest, latest, draw(st.sampled_from(EstimateSource)), earliest)


@given(estimate=estimates(), place=st.sampled_from([*PLACES.values()]), now=moments)
def test_a_day_that_is_over_is_never_told_as_one_to_come(
    english: Language, estimate: EstimateFacts, place: PlaceFacts, now: datetime
) -> None:
    order = build_order(OrderStatus.SHIPPED, build_shipment(estimate=estimate), destination=place)
    text, clock = _text(english, order, now), clock_of(place)
    window = delivery_window(estimate, clock)

    earliest_day = min(now.astimezone(zone).date() for zone in clock.zones)
    assert text.is_late or window.last >= earliest_day
    assert text.is_late == text.text.startswith("Was ")


@given(
    day=whole_days,
    days=st.integers(0, 5),
    place=st.sampled_from([*PLACES.values()]),
    source=st.sampled_from(EstimateSource),
    ahead=st.timedeltas(timedelta(days=-3), timedelta(days=3)),
)
def test_a_whole_day_never_gets_an_hour(
    english: Language,
    day: datetime,
    days: int,
    place: PlaceFacts,
    source: EstimateSource,
    ahead: timedelta,
) -> None:
    estimate = EstimateFacts(day, day + timedelta(days=days), source, day)
    parcel = build_shipment(ShipmentStatus.OUT_FOR_DELIVERY, estimate=estimate)
    order = build_order(OrderStatus.OUT_FOR_DELIVERY, parcel, destination=place)

    text = _text(english, order, day + ahead)

    assert ":" not in text.text
    assert "hour" not in text.text
