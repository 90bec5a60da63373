"""Headlines: which one an order gets, and what stands below it."""

from typing import Any

import pytest

from language.catalog import Catalogs
from language.facts import OrderFacts, PlaceFacts, TroubleFacts
from language.headline_parts import Headline, HeadlineKind
from language.headlines import headline
from language.locales import Language
from models.enums import (
    DeliveryMethod,
    ExceptionResolution,
    ExceptionStatus,
    ExceptionType,
    Health,
    OrderStatus,
    ShipmentStatus,
    TimePrecision,
    TimeZoneSource,
    TrackingEventType,
)
from tests.language.order_facts import (
    NOW,
    at,
    build_estimate,
    build_event,
    build_item,
    build_order,
    build_shipment,
    build_trouble,
)

SHIPPED = OrderStatus.SHIPPED
LOST_EVENT = build_event(TrackingEventType.LOST)


def told(english: Language, order: OrderFacts, **values: Any) -> tuple[str, str | None]:
    headline_ = headline(english, order, NOW, **values)
    return headline_.title, headline_.line


def test_a_cancelled_order_says_nothing_but_the_shops_words_on_refunds(english: Language) -> None:
    order = build_order(
        OrderStatus.CANCELLED, build_shipment(), troubles=(build_trouble(ExceptionType.LOST),)
    )

    assert told(english, order) == ("Your order was cancelled", None)
    assert told(english, order, refund_words="Refunds take five days.") == (
        "Your order was cancelled",
        "Refunds take five days.",
    )


@pytest.mark.parametrize(
    ("status", "line"),
    [
        (
            ExceptionStatus.OPEN,
            "We'll look into it with DHL Express. You don't have to do anything.",
        ),
        (
            ExceptionStatus.IN_PROGRESS,
            "We're on it with DHL Express. You don't have to do anything.",
        ),
        (ExceptionStatus.WAITING, "We're on it with DHL Express and wait for an answer."),
    ],
)
def test_a_lost_parcel_comes_before_all_else_and_says_who_works_on_it(
    english: Language, status: ExceptionStatus, line: str
) -> None:
    lost = build_shipment(ShipmentStatus.LOST, carrier="dhl_express")
    trouble = build_trouble(ExceptionType.LOST, status=status, shipment_id="parcel")

    assert told(english, build_order(SHIPPED, lost, troubles=(trouble,))) == (
        "We can't find your parcel",
        line,
    )


def test_one_lost_parcel_of_several_is_told_as_one(english: Language) -> None:
    parcels = (build_shipment(ShipmentStatus.LOST, id="1"), build_shipment(id="2"))
    lost = build_trouble(ExceptionType.LOST, shipment_id="1")
    stolen = build_trouble(ExceptionType.STOLEN, shipment_id="2")

    assert told(english, build_order(SHIPPED, *parcels, troubles=(lost,)))[0] == (
        "We can't find one of your parcels"
    )
    assert told(english, build_order(SHIPPED, *parcels, troubles=(stolen,)))[0] == (
        "One of your parcels was reported stolen"
    )


@pytest.mark.parametrize(
    ("resolution", "line"),
    [
        (ExceptionResolution.REFUNDED, "Solved: we refunded it"),
        (ExceptionResolution.REPLACED, "Solved: we replaced it"),
        (ExceptionResolution.CLAIM_PAID, "Closed: “We can't find your parcel”"),
    ],
)
def test_a_parcel_that_stays_lost_says_how_that_was_settled(
    english: Language, resolution: ExceptionResolution, line: str
) -> None:
    trouble = build_trouble(
        ExceptionType.LOST,
        status=ExceptionStatus.RESOLVED,
        resolution=resolution,
        resolved_at=NOW,
        shipment_id="parcel",
    )
    order = build_order(SHIPPED, build_shipment(ShipmentStatus.LOST), troubles=(trouble,))

    assert told(english, order) == ("Your parcel was lost", line)


def test_a_destroyed_parcel_is_not_looked_for(english: Language) -> None:
    event = build_event(TrackingEventType.DISPOSED)
    parcel = build_shipment(ShipmentStatus.LOST, status_event=event)
    open_ = build_order(SHIPPED, parcel, troubles=(build_trouble(ExceptionType.LOST),))

    assert told(english, open_)[0] == "Your parcel can't be delivered any more"
    assert told(english, build_order(SHIPPED, parcel)) == (
        "Your parcel can't be delivered any more",
        None,
    )


REFUSED = build_trouble(ExceptionType.RECIPIENT_REFUSED, status=ExceptionStatus.RESOLVED)
DISMISSED = build_trouble(ExceptionType.NOT_COLLECTED, status=ExceptionStatus.DISMISSED)


@pytest.mark.parametrize(
    ("troubles", "delivered_at", "line"),
    [
        ((), None, None),
        ((REFUSED,), None, "The delivery was refused."),
        ((DISMISSED,), None, None),
        # What was wrong before it was delivered is not why the customer sent it back.
        ((REFUSED,), NOW, None),
    ],
)
def test_a_parcel_that_goes_back_says_why(
    english: Language, troubles: tuple[TroubleFacts, ...], delivered_at: Any, line: str | None
) -> None:
    going = build_shipment(ShipmentStatus.RETURNING, delivered_at=delivered_at)
    gone = build_shipment(ShipmentStatus.RETURNED, delivered_at=delivered_at)

    assert told(english, build_order(SHIPPED, going, troubles=troubles)) == (
        "Your order is on its way back to us",
        line,
    )
    assert told(english, build_order(OrderStatus.RETURNED, gone, troubles=troubles)) == (
        "Your order is back with us",
        line,
    )


@pytest.mark.parametrize(
    ("types", "line"),
    [
        ((TrackingEventType.REFUSED,), "The delivery was refused."),
        ((TrackingEventType.NOT_COLLECTED,), "It wasn't collected in time."),
        ((TrackingEventType.REFUSED, TrackingEventType.OUT_FOR_DELIVERY), None),
        ((TrackingEventType.DELIVERY_ATTEMPTED,), None),
    ],
)
def test_an_event_says_why_a_parcel_turned_round_if_no_trouble_does(
    english: Language, types: tuple[TrackingEventType, ...], line: str | None
) -> None:
    """Events that come together leave no trouble behind: the last one has settled it."""
    events = tuple(map(build_event, (*types, TrackingEventType.RETURN_STARTED)))
    going = build_shipment(ShipmentStatus.RETURNING, events=events)

    assert told(english, build_order(SHIPPED, going)) == (
        "Your order is on its way back to us",
        line,
    )


READY = build_event(
    TrackingEventType.AVAILABLE_FOR_PICKUP, location=PlaceFacts(city="Olinda", country="BR")
)
CODE = "Bring an ID, and the code if UPS sent you one."


def test_a_parcel_to_collect_says_where_and_what_to_bring(english: Language) -> None:
    parcel = build_shipment(ShipmentStatus.AVAILABLE_FOR_PICKUP, status_event=READY)
    named = build_event(
        TrackingEventType.AVAILABLE_FOR_PICKUP,
        location=PlaceFacts(city="Olinda", name="Corner shop"),
    )
    at_a_shop = build_shipment(ShipmentStatus.AVAILABLE_FOR_PICKUP, status_event=named)
    ours = build_shipment(ShipmentStatus.AVAILABLE_FOR_PICKUP, carrier="own")

    assert told(english, build_order(SHIPPED, parcel)) == ("Ready to collect in Olinda", CODE)
    assert told(english, build_order(SHIPPED, at_a_shop))[1] == f"At Corner shop. {CODE}"
    assert told(english, build_order(SHIPPED, ours)) == (
        "Ready to collect",
        "Bring an ID and your order number.",
    )
    assert told(english, build_order(SHIPPED, parcel, build_shipment(id="2")))[0] == (
        "Part of your order is ready to collect"
    )


def test_names_that_are_too_long_are_left_out_of_the_title(english: Language) -> None:
    far = PlaceFacts(city="Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch")
    event = build_event(TrackingEventType.AVAILABLE_FOR_PICKUP, location=far)
    ready = build_shipment(ShipmentStatus.AVAILABLE_FOR_PICKUP, status_event=event)
    carrier = "the_longest_name_of_a_carrier_that_anybody_has_ever_heard_of"
    tried = build_shipment(ShipmentStatus.DELIVERY_ATTEMPTED, carrier=carrier)

    assert told(english, build_order(SHIPPED, ready))[0] == "Ready to collect"
    assert told(english, build_order(SHIPPED, tried))[0] == "It couldn't be delivered"


def test_a_try_says_what_was_wrong(english: Language) -> None:
    tried = build_shipment(
        ShipmentStatus.DELIVERY_ATTEMPTED, estimate=build_estimate("2026-12-02T09:00")
    )
    away = build_trouble(ExceptionType.RECIPIENT_UNAVAILABLE, shipment_id="parcel")
    order = build_order(SHIPPED, tried, troubles=(away,))

    said = headline(english, order, NOW)

    assert (said.title, said.line) == ("UPS couldn't deliver", "Nobody was there to take it")
    assert said.estimate is not None
    assert said.estimate.text == "Expected Wednesday 2 December"
    assert told(english, build_order(SHIPPED, tried, build_shipment(id="2")))[0] == (
        "Part of your order couldn't be delivered"
    )


@pytest.mark.parametrize(
    ("event", "title", "line", "question"),
    [
        (
            {},
            "Your order has arrived",
            "Monday 30 November, 11:00 in Berlin",
            "Not there? Tell us.",
        ),
        (
            {"local_time": "2026-11-30T07:28:00", "location": PlaceFacts(city="Recife")},
            "Your order has arrived",
            "Monday 30 November, 07:28 in Recife",
            "Not there? Tell us.",
        ),
        (
            {"precision": TimePrecision.DAY},
            "Your order has arrived",
            "Monday 30 November in Berlin",
            "Not there? Tell us.",
        ),
        (
            {"time_zone_source": TimeZoneSource.ASSUMED_UTC, "local_time": "2026-11-29T23:50:00"},
            "Your order has arrived",
            "Sunday 29 November in Berlin",
            "Not there? Tell us.",
        ),
        (
            {"type": TrackingEventType.COLLECTED},
            "Your order was collected",
            "Monday 30 November, 11:00 in Berlin",
            None,
        ),
    ],
)
def test_a_delivered_order_says_when_and_where_as_far_as_that_is_known(
    english: Language, event: dict[str, Any], title: str, line: str, question: str | None
) -> None:
    delivery = build_event(TrackingEventType.DELIVERED, **event)
    parcel = build_shipment(
        ShipmentStatus.DELIVERED, delivered_at=delivery.occurred_at, events=(delivery,)
    )

    assert headline(english, build_order(OrderStatus.DELIVERED, parcel), NOW) == Headline(
        HeadlineKind.ARRIVED, title, line, question
    )


def test_a_delivery_of_which_the_event_is_not_known_has_no_hour(english: Language) -> None:
    parcel = build_shipment(ShipmentStatus.DELIVERED, delivered_at=at("2026-11-30T23:30"))

    assert told(english, build_order(OrderStatus.DELIVERED, parcel))[1] == (
        "Tuesday 1 December in Berlin"
    )


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("fr", "Mardi 1er décembre"),
        ("es", "Martes, 1 de diciembre"),
        ("it", "Martedì 1 dicembre"),
    ],
)
def test_a_day_that_stands_alone_begins_like_a_sentence(
    catalogs: Catalogs, code: str, line: str
) -> None:
    parcel = build_shipment(ShipmentStatus.DELIVERED, delivered_at=at("2026-12-01T12:00"))
    nowhere = PlaceFacts(country="DE")
    order = build_order(OrderStatus.DELIVERED, parcel, destination=nowhere)

    assert headline(catalogs.language(code), order, NOW).line == line


def test_a_delivery_that_something_is_wrong_with_is_not_told_as_a_success(
    english: Language,
) -> None:
    def delivered_with(type_: ExceptionType) -> OrderFacts:
        parcel = build_shipment(ShipmentStatus.DELIVERED, delivered_at=NOW)
        return build_order(OrderStatus.DELIVERED, parcel, troubles=(build_trouble(type_),))

    assert told(english, delivered_with(ExceptionType.WRONG_DELIVERY))[0] == (
        "Delivered, but maybe to the wrong place"
    )
    assert told(english, delivered_with(ExceptionType.PARTIAL_DELIVERY))[0] == (
        "It has arrived, but something may be missing"
    )
    assert told(english, delivered_with(ExceptionType.DAMAGED))[0] == "Your order has arrived"


def test_pieces_are_counted_of_what_came_in_part(english: Language) -> None:
    items = (
        build_item(5, cancelled_quantity=1, shipped_quantity=3, delivered_quantity=2),
        build_item(1, id="2", returned_quantity=1),
    )

    assert told(english, build_order(OrderStatus.PARTIALLY_DELIVERED, items=items)) == (
        "Part of your order has arrived",
        "Arrived so far: 2 of 5 pieces.",
    )
    assert told(english, build_order(OrderStatus.PARTIALLY_RETURNED, items=items)) == (
        "Part of your order has come back to us",
        "Back with us: 1 of 5 pieces.",
    )
    assert told(english, build_order(OrderStatus.PARTIALLY_SHIPPED, items=items)) == (
        "Part of your order is on its way",
        "Still being prepared: 2 of 5 pieces.",
    )


def test_one_parcel_out_for_delivery_is_told_before_those_that_are_on_their_way(
    english: Language,
) -> None:
    out = build_shipment(ShipmentStatus.OUT_FOR_DELIVERY)

    assert told(english, build_order(OrderStatus.OUT_FOR_DELIVERY, out))[0] == "Out for delivery"
    assert told(english, build_order(SHIPPED, out, build_shipment(id="2")))[0] == (
        "Part of your order is out for delivery"
    )


def test_no_news_says_since_when_and_promises_no_work_that_nobody_does(english: Language) -> None:
    scan = build_event(TrackingEventType.IN_TRANSIT, occurred_at=at("2026-11-23T10:00"))
    retracted = build_event(
        TrackingEventType.IN_TRANSIT, occurred_at=at("2026-11-25T10:00"), retracted_at=NOW
    )
    silent = build_shipment(health=Health.STALE, events=(scan, retracted))
    stale = build_trouble(ExceptionType.STALE, status=ExceptionStatus.ACKNOWLEDGED)

    assert told(english, build_order(SHIPPED, silent)) == (
        "No news since Monday 23 November",
        "That often sorts itself out. If it doesn't, tell us.",
    )
    assert told(english, build_order(SHIPPED, silent, troubles=(stale,)))[1] == "We're on it."


@pytest.mark.parametrize(
    ("other", "title"),
    [
        (ShipmentStatus.RETURNING, "Part of your order is on its way back to us"),
        (ShipmentStatus.RETURNED, "Part of your order has come back to us"),
        (ShipmentStatus.LOST, "Part of your order was lost"),
    ],
)
def test_an_order_of_which_nothing_moves_towards_the_customer_is_not_on_its_way(
    english: Language, other: ShipmentStatus, title: str
) -> None:
    items = (build_item(3, shipped_quantity=2),)
    parcels = (build_shipment(other, id="1"), build_shipment(ShipmentStatus.LOST, id="2"))

    order = build_order(OrderStatus.PARTIALLY_SHIPPED, *parcels, items=items)

    assert told(english, order)[0] == title


@pytest.mark.parametrize(
    ("carrier", "method", "line"),
    [
        ("fedex", DeliveryMethod.STANDARD, "FedEx hasn't picked it up yet."),
        ("own", DeliveryMethod.STANDARD, "It hasn't left us yet."),
        (None, DeliveryMethod.EXPRESS, "It hasn't left us yet."),
        (None, DeliveryMethod.PICKUP, "It isn't ready to collect yet."),
        ("inpost", DeliveryMethod.PICKUP, "InPost hasn't picked it up yet."),
    ],
)
def test_a_packed_order_says_what_it_waits_for(
    english: Language, carrier: str | None, method: DeliveryMethod, line: str
) -> None:
    parcel = build_shipment(ShipmentStatus.PACKED, carrier=carrier)
    order = build_order(OrderStatus.PACKED, parcel, delivery_method=method)

    assert told(english, order) == ("Your order is packed", line)
