"""Attempts: what somebody who tried to deliver leaves of an estimate that was given before."""

from datetime import timedelta

import pytest

from language.estimates import EstimateText, order_estimate, shipment_estimate
from language.facts import EventFacts, OrderFacts, ShipmentFacts
from language.locales import Language
from models.enums import EventClassifier, OrderStatus, ShipmentStatus, TrackingEventType
from tests.language.order_facts import NOW, build_estimate, build_event, build_order, build_shipment

TODAY = build_estimate("2026-11-30T13:00", "2026-11-30T16:00")
TOMORROW = build_estimate("2026-12-01T13:00", "2026-12-01T16:00")
HOURS = "Expected today, Monday 30 November, between 14:00 and 17:00"
NOT_KNOWN = EstimateText("A new day isn't known yet")
TRIED = build_event(TrackingEventType.DELIVERY_ATTEMPTED, occurred_at=NOW - timedelta(hours=1))


def parcel(
    status: ShipmentStatus = ShipmentStatus.DELIVERY_ATTEMPTED,
    *events: EventFacts,
    revised: timedelta = timedelta(hours=-2),
    id_: str = "1",
) -> ShipmentFacts:
    """A parcel that is expected today by an estimate which was made before or after now."""
    estimate = build_estimate("2026-11-30T13:00", "2026-11-30T16:00", revised_at=NOW + revised)
    return build_shipment(status, id=id_, estimate=estimate, events=events or (TRIED,))


def texts(language: Language, *shipments: ShipmentFacts) -> list[str | None]:
    """What is said of the order, and of its first parcel."""
    order = build_order(OrderStatus.SHIPPED, *shipments)
    both = (
        order_estimate(language, order, NOW),
        shipment_estimate(language, order, shipments[0], NOW),
    )
    return [None if text is None else text.text for text in both]


@pytest.mark.parametrize("hours", [0, 6])
def test_an_estimate_from_before_an_attempt_is_told_no_more(english: Language, hours: int) -> None:
    order = build_order(OrderStatus.SHIPPED, parcel())
    now = NOW + timedelta(hours=hours)

    assert order_estimate(english, order, now) == NOT_KNOWN
    assert shipment_estimate(english, order, order.shipments[0], now) == NOT_KNOWN


@pytest.mark.parametrize("revised", [timedelta(hours=-1), timedelta(minutes=-5)])
def test_an_estimate_that_was_made_at_the_attempt_or_after_it_is_told(
    english: Language, revised: timedelta
) -> None:
    assert texts(english, parcel(revised=revised)) == [HOURS, HOURS]


@pytest.mark.parametrize(
    "changes", [{"classifier": EventClassifier.PLANNED}, {"retracted_at": NOW}]
)
def test_an_attempt_that_was_not_made_changes_nothing(
    english: Language, changes: dict[str, object]
) -> None:
    event = build_event(TrackingEventType.DELIVERY_ATTEMPTED, **changes)

    assert texts(english, parcel(ShipmentStatus.IN_TRANSIT, event)) == [HOURS, HOURS]


def test_the_event_of_the_status_tells_the_attempt_too(english: Language) -> None:
    tried = build_shipment(
        ShipmentStatus.DELIVERY_ATTEMPTED, estimate=TODAY, events=(), status_event=TRIED
    )

    assert texts(english, tried) == [NOT_KNOWN.text] * 2


def test_a_parcel_that_is_out_again_has_no_day_until_there_is_a_new_one(english: Language) -> None:
    assert texts(english, parcel(ShipmentStatus.OUT_FOR_DELIVERY)) == [None, None]
    assert texts(english, parcel(ShipmentStatus.IN_TRANSIT)) == [NOT_KNOWN.text] * 2


def test_an_order_has_no_day_while_that_of_one_of_its_parcels_is_not_known(
    english: Language,
) -> None:
    other = build_shipment(id="2", estimate=TOMORROW)

    assert texts(english, parcel(), other) == [NOT_KNOWN.text] * 2
    assert texts(english, parcel(ShipmentStatus.OUT_FOR_DELIVERY), other) == [
        "Expected tomorrow, Tuesday 1 December, between 14:00 and 17:00",
        None,
    ]


@pytest.mark.parametrize(
    ("status", "text"),
    [(ShipmentStatus.DELIVERY_ATTEMPTED, NOT_KNOWN), (ShipmentStatus.OUT_FOR_DELIVERY, None)],
)
def test_the_estimate_of_the_order_is_one_from_before_the_attempt_too(
    english: Language, status: ShipmentStatus, text: EstimateText | None
) -> None:
    tried = build_shipment(status, events=(TRIED,))
    order: OrderFacts = build_order(OrderStatus.SHIPPED, tried, estimate=TOMORROW)

    assert order_estimate(english, order, NOW) == text
