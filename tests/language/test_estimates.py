"""When it comes: what is said of an estimate, by its source, its place and the time of reading."""

import pytest

from language.estimates import EstimateText, order_estimate, shipment_estimate
from language.facts import OrderFacts, PlaceFacts
from language.locales import Language
from models.enums import (
    EstimateSource,
    OrderStatus,
    ShipmentStatus,
)
from tests.language.order_facts import (
    NOW,
    at,
    build_estimate,
    build_order,
    build_shipment,
)

PLACES = {
    "Berlin": PlaceFacts(city="Berlin", country="DE"),
    "London": PlaceFacts(city="London", country="GB"),
    "Recife": PlaceFacts(city="Recife", region="PE", country="BR"),
    "New York": PlaceFacts(city="New York", region="NY", country="US"),
    "Honolulu": PlaceFacts(city="Honolulu", region="HI", country="US"),
    "Auckland": PlaceFacts(city="Auckland", country="NZ"),
    "Suva": PlaceFacts(city="Suva", country="FJ"),
    "Alofi": PlaceFacts(city="Alofi", country="NU"),
    "Kathmandu": PlaceFacts(city="Kathmandu", country="NP"),
    "a village in Texas": PlaceFacts(city="Marfa", region="TX", country="US"),
    "the United States": PlaceFacts(city="Springfield", country="US"),
    "nobody knows": PlaceFacts(city="Atlantis", country="XX"),
}
"""Berlin is an hour ahead of UTC in these tests, Recife three behind, New York five, Honolulu ten,
Alofi eleven; Suva is twelve ahead and Auckland thirteen."""
THIN = "\N{THIN SPACE}"
TO = f"{THIN}\N{EN DASH}{THIN}"


def _order(
    place: str, earliest: str, latest: str, source: EstimateSource, status: ShipmentStatus
) -> OrderFacts:
    estimate = build_estimate(earliest, latest, source=source)
    return build_order(
        OrderStatus.SHIPPED,
        build_shipment(status, estimate=estimate),
        destination=PLACES[place],
    )


def told(english: Language, order: OrderFacts, now: str) -> EstimateText:
    text = order_estimate(english, order, at(now))
    assert text is not None
    return text


TOMORROW = "Expected tomorrow, Tuesday 1 December"
TODAY = "Expected today, Tuesday 1 December"
NOON = "2026-11-30T12:00"
"""A Monday; the Tuesday after it is 1 December."""

HOURS = [
    # Hours are told for today and tomorrow, of windows up to six hours of one local day.
    ("Berlin", NOON, "2026-11-30T13:00", "2026-11-30T17:00",
     "Expected today, Monday 30 November, between 14:00 and 18:00"),
    ("Berlin", NOON, "2026-12-01T09:00", "2026-12-01T13:00",
     "Expected tomorrow, Tuesday 1 December, between 10:00 and 14:00"),
    ("Berlin", NOON, "2026-12-02T09:00", "2026-12-02T13:00", "Expected Wednesday 2 December"),
    ("Berlin", NOON, "2026-12-01T09:00", "2026-12-01T15:00",
     "Expected tomorrow, Tuesday 1 December, between 10:00 and 16:00"),
    ("Berlin", NOON, "2026-12-01T09:00", "2026-12-01T15:01", TOMORROW),
    ("Berlin", NOON, "2026-11-30T14:05", "2026-11-30T14:05",
     "Expected today, Monday 30 November, by 15:05"),
    ("Berlin", NOON, "2026-12-01T14:05", "2026-12-01T14:05",
     "Expected tomorrow, Tuesday 1 December, by 15:05"),
    # The window crosses the local midnight, so it is one of two days.
    ("Berlin", NOON, "2026-11-30T22:00", "2026-11-30T23:30", f"Expected Mon 30 Nov{TO}Tue 1 Dec"),
    ("Recife", NOON, "2026-12-01T01:00", "2026-12-01T05:00", f"Expected Mon 30 Nov{TO}Tue 1 Dec"),
    # Midnight ends the day before it.
    ("Berlin", NOON, "2026-11-30T17:00", "2026-11-30T23:00",
     "Expected today, Monday 30 November, by the end of the day"),
    ("Berlin", NOON, "2026-12-01T19:00", "2026-12-01T23:00",
     "Expected tomorrow, Tuesday 1 December, by the end of the day"),
    ("Berlin", NOON, "2026-11-30T23:00", "2026-12-01T23:00", TOMORROW),
    ("Berlin", NOON, "2026-12-01T23:00", "2026-12-01T23:00",
     "Expected tomorrow, Tuesday 1 December, by the end of the day"),
    ("Recife", NOON, "2026-11-30T21:00", "2026-12-01T03:00",
     "Expected today, Monday 30 November, by the end of the day"),
    # Today and tomorrow are those of the destination.
    ("Recife", NOON, "2026-11-30T13:00", "2026-11-30T17:00",
     "Expected today, Monday 30 November, between 10:00 and 14:00"),
    ("New York", NOON, "2026-12-01T02:00", "2026-12-01T04:00",
     "Expected today, Monday 30 November, between 21:00 and 23:00"),
    ("New York", "2026-12-01T04:00", "2026-12-01T15:00", "2026-12-01T19:00",
     "Expected tomorrow, Tuesday 1 December, between 10:00 and 14:00"),
    ("Honolulu", "2026-12-01T09:59", "2026-12-01T20:00", "2026-12-02T00:00",
     "Expected tomorrow, Tuesday 1 December, between 10:00 and 14:00"),
    ("Honolulu", "2026-12-01T10:00", "2026-12-01T20:00", "2026-12-02T00:30",
     "Expected today, Tuesday 1 December, between 10:00 and 14:30"),
    ("Alofi", NOON, "2026-11-30T20:00", "2026-11-30T23:00",
     "Expected today, Monday 30 November, between 09:00 and 12:00"),
    ("Suva", NOON, "2026-11-30T22:00", "2026-12-01T02:00",
     "Expected today, Tuesday 1 December, between 10:00 and 14:00"),
    ("Auckland", "2026-11-30T10:59", "2026-11-30T21:00", "2026-12-01T01:00",
     "Expected tomorrow, Tuesday 1 December, between 10:00 and 14:00"),
    ("Auckland", "2026-11-30T11:00", "2026-11-30T21:00", "2026-12-01T01:00",
     "Expected today, Tuesday 1 December, between 10:00 and 14:00"),
    ("Kathmandu", NOON, "2026-12-01T04:15", "2026-12-01T08:15",
     "Expected tomorrow, Tuesday 1 December, between 10:00 and 14:00"),
    # Days on which the clocks change: 25 hours, and 23.
    ("Berlin", "2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T05:00",
     "Expected today, Sunday 25 October, between 02:30 and 06:00"),
    ("Berlin", "2026-10-24T12:00", "2026-10-25T22:00", "2026-10-25T23:00",
     "Expected tomorrow, Sunday 25 October, by the end of the day"),
    ("Berlin", "2026-03-28T12:00", "2026-03-29T00:30", "2026-03-29T01:30",
     "Expected tomorrow, Sunday 29 March, between 01:30 and 03:30"),
    ("New York", "2026-10-31T16:00", "2026-11-01T05:30", "2026-11-01T07:00",
     "Expected tomorrow, Sunday 1 November, between 01:30 and 02:00"),
    ("Auckland", "2026-09-26T00:00", "2026-09-26T13:30", "2026-09-26T14:30",
     "Expected tomorrow, Sunday 27 September, between 01:30 and 03:30"),
]  # fmt: skip
DAYS = [
    # A whole day in UTC, however it is written, has no hours.
    ("Berlin", NOON, "2026-12-01T00:00", "2026-12-01T00:00", TOMORROW),
    ("Berlin", NOON, "2026-12-01T00:00", "2026-12-01T23:59:59",
     TOMORROW),
    ("New York", NOON, "2026-12-01T00:00", "2026-12-01T23:59:59",
     TOMORROW),
    ("Auckland", NOON, "2026-12-01T00:00", "2026-12-03T00:00", f"Expected Tue 1 Dec{TO}Wed 2 Dec"),
    ("London", NOON, "2026-12-01T00:00", "2026-12-02T00:00", TOMORROW),
    ("London", NOON, "2026-12-01T00:00", "2026-12-01T23:59:59",
     TOMORROW),
    ("New York", NOON, "2026-12-01T00:00", "2026-12-01T00:00", TOMORROW),
    ("Honolulu", NOON, "2026-12-01T00:00", "2026-12-01T00:00", TOMORROW),
    ("Alofi", NOON, "2026-12-01T00:00", "2026-12-01T00:00", TOMORROW),
    ("Suva", NOON, "2026-12-01T00:00", "2026-12-01T00:00", TODAY),
    ("Berlin", NOON, "2026-12-01T23:59:59", "2026-12-01T23:59:59", TOMORROW),
    ("Berlin", NOON, "2026-12-01T23:59", "2026-12-01T23:59", TOMORROW),
    ("New York", NOON, "2026-12-01T23:59:59", "2026-12-01T23:59:59", TOMORROW),
    ("Alofi", NOON, "2026-12-01T23:59:59", "2026-12-01T23:59:59", TOMORROW),
    ("Auckland", NOON, "2026-12-01T23:59:59", "2026-12-01T23:59:59", TODAY),
    # One end can be a day while the other is a moment.
    ("Berlin", NOON, "2026-12-01T09:30", "2026-12-03T23:59:59", f"Expected Tue 1 Dec{TO}Thu 3 Dec"),
    ("Auckland", NOON, "2026-12-01T09:30", "2026-12-03T23:59:59",
     f"Expected Tue 1 Dec{TO}Thu 3 Dec"),
    ("New York", NOON, "2026-12-01T00:00", "2026-12-03T17:00", f"Expected Tue 1 Dec{TO}Thu 3 Dec"),
    ("New York", NOON, "2026-12-01T17:00", "2026-12-04T00:00", f"Expected Tue 1 Dec{TO}Thu 3 Dec"),
    ("Auckland", NOON, "2026-12-01T13:00", "2026-12-01T23:59:59",
     "Expected tomorrow, Wednesday 2 December"),
    # The hours of a short window are never days.
    ("Auckland", NOON, "2026-11-30T21:00", "2026-11-30T23:59:59",
     "Expected today, Tuesday 1 December, between 10:00 and 12:59"),
    ("Auckland", NOON, "2026-12-01T00:00", "2026-12-01T00:00", TODAY),
    # Ranges, of which only what is left is told; wide ones by their end.
    ("Berlin", NOON, "2026-12-01T08:00", "2026-12-03T17:00", f"Expected Tue 1 Dec{TO}Thu 3 Dec"),
    ("Berlin", NOON, "2026-11-28T08:00", "2026-12-03T17:00", f"Expected Mon 30 Nov{TO}Thu 3 Dec"),
    ("Berlin", NOON, "2026-11-28T08:00", "2026-11-30T17:00", "Expected today, Monday 30 November"),
    ("Berlin", NOON, "2026-12-01T08:00", "2026-12-11T17:00", f"Expected Tue 1 Dec{TO}Fri 11 Dec"),
    ("Berlin", NOON, "2026-12-01T08:00", "2026-12-12T17:00", "Expected by Sat 12 Dec"),
    ("Berlin", NOON, "2026-12-30T08:00", "2027-01-02T17:00", f"Expected Wed 30 Dec{TO}Sat 2 Jan"),
    ("Berlin", NOON, "2027-08-02T08:00", "2027-08-02T17:00", "Expected Monday, 2 August 2027"),
    # Where the clock is not certain: the later day, and neither an hour nor a word for the day.
    ("a village in Texas", NOON, "2026-11-30T18:00", "2026-11-30T20:00",
     "Expected today, Monday 30 November"),
    ("a village in Texas", NOON, "2026-12-01T06:30", "2026-12-01T06:30",
     TOMORROW),
    ("a village in Texas", "2026-12-01T06:30", "2026-12-01T15:00", "2026-12-01T19:00",
     "Expected Tuesday 1 December"),
    ("the United States", NOON, "2026-12-01T15:00", "2026-12-01T19:00",
     TOMORROW),
    ("nobody knows", NOON, "2026-12-01T15:00", "2026-12-01T19:00", "Expected Wednesday 2 December"),
    ("nobody knows", NOON, "2026-12-01T09:00", "2026-12-01T09:30", "Expected Tuesday 1 December"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "now", "earliest", "latest", "text"), [*HOURS, *DAYS])
def test_a_carriers_window_is_told_by_the_clock_of_the_destination(
    english: Language, place: str, now: str, earliest: str, latest: str, text: str
) -> None:
    order = _order(place, earliest, latest, EstimateSource.CARRIER, ShipmentStatus.IN_TRANSIT)

    assert told(english, order, now).text == text


LATE = [
    ("2026-11-30T09:00", "2026-11-30T11:00", "Was expected today, Monday 30 November, by 12:00"),
    ("2026-11-30T05:00", "2026-11-30T12:00", "Was expected earlier today, Monday 30 November"),
    ("2026-11-29T08:00", "2026-11-29T17:00", "Was expected by yesterday, Sunday 29 November"),
    ("2026-11-26T08:00", "2026-11-29T23:00", "Was expected by yesterday, Sunday 29 November"),
    ("2026-11-26T08:00", "2026-11-28T17:00", "Was expected by Saturday 28 November"),
    ("2025-11-26T08:00", "2025-11-28T17:00", "Was expected by Friday, 28 November 2025"),
]


@pytest.mark.parametrize(("earliest", "latest", "text"), LATE)
def test_what_is_past_is_told_as_past_and_no_new_day_is_invented(
    english: Language, earliest: str, latest: str, text: str
) -> None:
    order = _order("Berlin", earliest, latest, EstimateSource.CARRIER, ShipmentStatus.IN_TRANSIT)

    assert told(english, order, NOON) == EstimateText(
        text,
        reason="It's late. No reason is known yet. If nothing comes, contact us.",
        is_late=True,
        is_unexplained=True,
    )


WINDOW = ("2026-12-01T09:00", "2026-12-01T13:00")
DAY = "tomorrow, Tuesday 1 December"


@pytest.mark.parametrize("status", [ShipmentStatus.PENDING, ShipmentStatus.PACKED,
                                    ShipmentStatus.PRE_TRANSIT, ShipmentStatus.IN_TRANSIT,
                                    ShipmentStatus.OUT_FOR_DELIVERY,
                                    ShipmentStatus.DELIVERY_ATTEMPTED])  # fmt: skip
@pytest.mark.parametrize(
    ("source", "text", "late"),
    [
        (EstimateSource.PROMISE, f"Promised for {DAY}", "Was promised by Tuesday 1 December"),
        (EstimateSource.CARRIER, f"Expected {DAY}, between 10:00 and 14:00", None),
        (EstimateSource.OPERATOR, f"Expected {DAY}, between 10:00 and 14:00", None),
        (EstimateSource.PREDICTION, f"Probably arrives {DAY}", None),
    ],
)
def test_each_source_has_words_of_its_own(
    english: Language, status: ShipmentStatus, source: EstimateSource, text: str, late: str | None
) -> None:
    order = _order("Berlin", *WINDOW, source, status)

    assert told(english, order, NOON).text == text
    expected_late = late or "Was expected by Tuesday 1 December"
    assert told(english, order, "2026-12-03T12:00").text == expected_late


@pytest.mark.parametrize("source", EstimateSource)
@pytest.mark.parametrize(
    "status",
    [
        *(ShipmentStatus.AVAILABLE_FOR_PICKUP, ShipmentStatus.DELIVERED, ShipmentStatus.LOST),
        *(ShipmentStatus.RETURNING, ShipmentStatus.RETURNED, ShipmentStatus.CANCELLED),
    ],
)
def test_nothing_is_estimated_of_what_does_not_come_any_more(
    english: Language, status: ShipmentStatus, source: EstimateSource
) -> None:
    order = _order("Berlin", *WINDOW, source, status)

    assert shipment_estimate(english, order, order.shipments[0], NOW) is None
