"""The view of an order: which parcel comes first, where a card leads, and whose clock counts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from language.catalog import open_catalogs
from models.enums import ExceptionType, OrderStatus
from portal.layout import PageLink
from portal.next_steps import NextSteps
from portal.order_view import OrderView, view_order
from tests.portal.stub_site import (
    CARRIER,
    estimate_answer,
    item_answer,
    order_answer,
    shipment_answer,
    trouble_answer,
)
from web.pages.brand import Brand, Help

NOW = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
"""Noon in Tokyo."""
ENGLISH = open_catalogs().language("en")
HELPFUL = Brand(help=Help(url="https://shop.example/help"))
TO_CARRIER = PageLink(CARRIER, "Go to UPS", is_external=True)


def view(order: dict[str, Any], brand: Brand = HELPFUL, *, is_personal: bool = False) -> OrderView:
    return view_order(order, ENGLISH, brand, NOW, is_personal=is_personal)


def test_the_parcel_that_comes_next_is_first_and_open() -> None:
    parcels = view(
        order_answer(
            status="PARTIALLY_DELIVERED",
            shipments=[
                shipment_answer(5, "CANCELLED"),
                shipment_answer(4, "PENDING"),
                shipment_answer(3, "IN_TRANSIT", estimate=estimate_answer(3)),
                shipment_answer(2, "IN_TRANSIT", estimate=estimate_answer(2)),
                shipment_answer(1, "DELIVERED", deliveredAt="2026-11-30T08:00:00+00:00"),
            ],
        )
    ).parcels

    assert [(parcel.name, parcel.is_open) for parcel in parcels] == [
        ("Parcel 2 of 4", True),
        ("Parcel 3 of 4", False),
        ("Parcel 4 of 4", False),
        ("Parcel 1 of 4", False),
    ]
    assert [parcel.arrival and parcel.arrival.text for parcel in parcels] == [
        "Expected tomorrow, Wednesday 2 December, between 10:00 and 14:00",
        "Expected Thursday 3 December",
        None,
        "Arrived Monday 30 November",
    ]


@pytest.mark.parametrize(
    ("type_", "is_first"),
    [
        (ExceptionType.LOST, True),
        (ExceptionType.DAMAGED, True),
        (ExceptionType.ADDRESS_PROBLEM, True),
        (ExceptionType.DELAY, False),
    ],
)
def test_a_parcel_with_an_open_trouble_is_first_and_open(
    type_: ExceptionType, is_first: bool
) -> None:
    """A trouble that asks nothing of the customer leaves the next to arrive in its place."""
    order = order_answer(
        status="SHIPPED",
        shipments=[
            shipment_answer(3, "IN_TRANSIT", estimate=estimate_answer(3)),
            shipment_answer(2, "IN_TRANSIT", estimate=estimate_answer(2)),
            shipment_answer(1, "IN_TRANSIT"),
        ],
        exceptions=[trouble_answer(type_)],
    )
    parcels = view(order).parcels
    resolved = {**order["exceptions"][0], "status": "RESOLVED", "resolvedAt": order["placedAt"]}
    solved = view({**order, "exceptions": [resolved]}).parcels

    soonest_first = [("Parcel 2 of 3", True), ("Parcel 3 of 3", False), ("Parcel 1 of 3", False)]
    troubled_first = [("Parcel 1 of 3", True), ("Parcel 2 of 3", False), ("Parcel 3 of 3", False)]
    assert [(parcel.name, parcel.is_open) for parcel in parcels] == (
        troubled_first if is_first else soonest_first
    )
    assert [(parcel.name, parcel.is_open) for parcel in solved] == soonest_first


def test_pieces_that_are_in_no_parcel_are_counted() -> None:
    items = [item_answer("Mug", quantity=5, allocatedQuantity=2, cancelledQuantity=1)]

    assert view(order_answer(items=items)).in_preparation == (
        "2 of 4 pieces are still being prepared."
    )
    assert view(order_answer(items=[item_answer("Mug", quantity=5)])).in_preparation is None


def ready_answer(**place: Any) -> dict[str, Any]:
    event = {
        "id": "event 1",
        "type": "AVAILABLE_FOR_PICKUP",
        "occurredAt": "2026-11-30T08:00:00+00:00",
        "localTime": None,
        "timeZoneSource": "OFFSET",
        "precision": "SECOND",
        "location": {"city": "Tokyo", "region": None, "country": "JP", **place},
    }
    shipment = shipment_answer(1, "AVAILABLE_FOR_PICKUP", statusEvent=event)
    nothing = {"customer": None, "reference": None, "total": None, "shippingAddress": None}
    return order_answer(status="SHIPPED", shipments=[shipment], **nothing)


def test_the_link_shows_where_a_parcel_waits() -> None:
    order = ready_answer(name="Kiosk at the station", postalCode="100-0005")
    shown = view(order, is_personal=True)

    assert shown.detail is not None
    assert shown.detail.startswith("At Kiosk at the station.")
    assert shown.next_steps == NextSteps("100-0005 Tokyo", None, (TO_CARRIER,))


def test_a_place_without_a_name_has_no_address_of_its_own() -> None:
    assert view(ready_answer(name=None), is_personal=True).next_steps == NextSteps(
        links=(TO_CARRIER,)
    )


def test_without_the_link_the_page_says_how_to_see_where_a_parcel_waits() -> None:
    assert view(ready_answer()).next_steps == NextSteps(
        None,
        "With your postal code, this page also shows the pick-up point, if we know it.",
        (TO_CARRIER,),
    )


def test_the_way_to_the_carrier_is_not_said_twice() -> None:
    order = ready_answer() | {"exceptions": [trouble_answer(ExceptionType.NOT_COLLECTED)]}
    shown = view(order)

    assert shown.action is not None
    assert TO_CARRIER in shown.action.links
    assert shown.next_steps.links == ()


@pytest.mark.parametrize(
    ("counts", "note"),
    [
        ({}, None),
        ({"cancelledQuantity": 3}, "Cancelled"),
        ({"cancelledQuantity": 1, "returnedQuantity": 1}, "1 cancelled and 1 came back"),
        ({"lostQuantity": 2}, "2 lost"),
    ],
)
def test_an_item_says_what_became_of_pieces_that_do_not_arrive(
    counts: dict[str, int], note: str | None
) -> None:
    (item,) = view(order_answer(items=[item_answer("Mug", quantity=3, **counts)])).items

    assert (item.count, item.name, item.note) == ("3 ×", "Mug", note)


@pytest.mark.parametrize(
    ("exception", "note"),
    [
        ({}, "2 missing"),
        ({"type": "STOLEN", "status": "WAITING"}, "2 missing"),
        ({"shipment": None}, "2 missing"),
        ({"shipment": {"id": "shipment 2"}}, "2 lost"),
        ({"type": "DAMAGED"}, "2 lost"),
        ({"status": "RESOLVED", "resolvedAt": "2026-11-30T09:00:00+00:00"}, "2 lost"),
    ],
)
def test_pieces_are_lost_only_when_nobody_looks_for_them_any_more(
    exception: dict[str, Any], note: str
) -> None:
    item = item_answer("Mug", quantity=5, lostQuantity=2)
    held = [{"item": {"id": item["id"]}, "quantity": 2}]
    order = order_answer(
        status="SHIPPED",
        items=[item],
        shipments=[shipment_answer(2, "IN_TRANSIT"), shipment_answer(1, "LOST", items=held)],
        exceptions=[trouble_answer(ExceptionType.LOST, **exception)],
    )

    assert [line.note for line in view(order).items] == [note]


def test_pieces_that_were_lost_are_told_beside_those_that_are_missing() -> None:
    item = item_answer("Mug", quantity=5, lostQuantity=3)

    def lost_parcel(number: int, quantity: int) -> dict[str, Any]:
        held = [{"item": {"id": item["id"]}, "quantity": quantity}]
        return shipment_answer(number, "LOST", items=held)

    order = order_answer(
        status="SHIPPED",
        items=[item],
        shipments=[lost_parcel(2, 1), lost_parcel(1, 2)],
        exceptions=[trouble_answer(ExceptionType.LOST)],
    )

    assert [line.note for line in view(order).items] == ["2 missing and 1 lost"]


def test_pieces_that_were_destroyed_are_not_missing() -> None:
    item = item_answer("Mug", lostQuantity=1)
    held = [{"item": {"id": item["id"]}, "quantity": 1}]
    disposed = {
        "id": "event 1",
        "type": "DISPOSED",
        "occurredAt": "2026-11-30T08:00:00+00:00",
        "localTime": None,
        "timeZoneSource": "OFFSET",
        "precision": "SECOND",
        "location": None,
    }
    destroyed = shipment_answer(1, "LOST", items=held, statusEvent=disposed)
    order = order_answer(
        status="SHIPPED",
        items=[item],
        shipments=[destroyed],
        exceptions=[trouble_answer(ExceptionType.LOST)],
    )

    assert [line.note for line in view(order).items] == ["1 lost"]


@pytest.mark.parametrize("type_", list(ExceptionType))
def test_no_card_about_money_or_identity_leads_to_another_site(type_: ExceptionType) -> None:
    order = order_answer(
        status="SHIPPED",
        shipments=[shipment_answer(1, "IN_TRANSIT")],
        exceptions=[trouble_answer(type_)],
    )
    action = view(order).action

    links = () if action is None else action.links
    outside = [link.address for link in links if link.is_external]
    is_settled_there = type_ in (
        ExceptionType.RECIPIENT_UNAVAILABLE,
        ExceptionType.ACCESS_RESTRICTED,
        ExceptionType.NOT_COLLECTED,
    )
    assert outside == ([CARRIER] if is_settled_there else [])
    assert [link.address for link in links if not link.is_external] == (
        [] if action is None else ["https://shop.example/help"]
    )


def stale_answer(status: str, **values: Any) -> dict[str, Any]:
    """An order with two parcels, of one of which there is no news."""
    parcels = [shipment_answer(1, "IN_TRANSIT"), shipment_answer(2, status)]
    stale = trouble_answer(ExceptionType.STALE)
    return order_answer(status="SHIPPED", shipments=parcels, exceptions=[stale], **values)


def test_silence_is_on_a_card_when_the_headline_is_about_something_else() -> None:
    ready, silent = view(stale_answer("AVAILABLE_FOR_PICKUP")), view(stale_answer("IN_TRANSIT"))

    assert ready.headline == "Part of your order is ready to collect"
    assert ready.notice is not None
    assert [trouble.title for trouble in ready.notice.troubles] == ["There's no news of it"]
    assert (silent.headline, silent.notice) == ("There's no news of your order", None)


@pytest.mark.parametrize("type_", [ExceptionType.PAYMENT_DUE, ExceptionType.IDENTITY_CHECK_FAILED])
def test_no_link_leads_to_the_carrier_of_a_parcel_that_money_or_an_id_is_asked_for(
    type_: ExceptionType,
) -> None:
    """Somebody who is told to open the carrier's site by themselves is not given a link to it."""

    def links(**values: Any) -> tuple[list[str | None], list[str]]:
        order = order_answer(
            status="SHIPPED",
            shipments=[shipment_answer(2, "IN_TRANSIT"), shipment_answer(1, "IN_TRANSIT")],
            exceptions=[
                trouble_answer(ExceptionType.ACCESS_RESTRICTED, severity="HIGH"),
                trouble_answer(type_, **values),
            ],
        )
        shown = view(order)
        assert shown.action is not None
        assert shown.action.title == "The driver couldn't get to your door"
        outside = [link.address for link in shown.action.links if link.is_external]
        return [parcel.carrier_url for parcel in shown.parcels], outside

    assert links() == ([None, CARRIER], [])
    assert links(shipment=None) == ([None, None], [])
    assert links(shipment={"id": "shipment 2"}) == ([CARRIER, None], [CARRIER])
    assert links(status="RESOLVED", resolvedAt="2026-11-30T09:00:00+00:00") == (
        [CARRIER, CARRIER],
        [CARRIER],
    )


def test_a_card_has_no_link_that_would_lead_nowhere() -> None:
    order = order_answer(
        status="SHIPPED",
        shipments=[shipment_answer(1, "IN_TRANSIT", trackingUrl="javascript:alert(1)")],
        exceptions=[trouble_answer(ExceptionType.RECIPIENT_UNAVAILABLE)],
    )
    action = view(order, Brand()).action

    assert action is not None
    assert action.links == ()


def test_a_card_that_speaks_of_parcels_of_two_carriers_leads_to_neither() -> None:
    order = order_answer(
        status="SHIPPED",
        shipments=[
            shipment_answer(2, "IN_TRANSIT", carrier="dhl", trackingUrl="https://dhl.example/"),
            shipment_answer(1, "IN_TRANSIT"),
        ],
        exceptions=[trouble_answer(ExceptionType.ACCESS_RESTRICTED, shipment=None)],
    )
    action = view(order).action

    assert action is not None
    assert [link.address for link in action.links] == ["https://shop.example/help"]


def test_a_cancelled_order_says_when_that_was() -> None:
    cancelled = view(order_answer(status="CANCELLED", cancelledAt="2026-11-29T16:00:00+00:00"))

    assert cancelled.cancelled == "Cancelled on Monday 30 November"
    assert view(order_answer(status="CANCELLED")).cancelled is None
    assert view(order_answer()).cancelled is None


def test_a_late_order_without_a_reason_leads_to_the_help() -> None:
    late = order_answer(
        status="SHIPPED",
        isLate=True,
        estimate={**estimate_answer(1), "latest": "2026-11-30T05:00:00+00:00"},
        shipments=[shipment_answer(1, "IN_TRANSIT")],
    )
    late["estimate"]["earliest"] = late["estimate"]["latest"]
    explained = {**late, "exceptions": [trouble_answer(ExceptionType.WEATHER)]}
    to_help = PageLink("https://shop.example/help", "Contact us")

    assert view(late).next_steps == NextSteps(links=(to_help,))
    assert view(late, Brand()).next_steps == NextSteps()
    assert view(explained).next_steps == NextSteps()


def test_the_page_tells_its_time_by_the_clock_of_the_destination() -> None:
    tokyo = view(order_answer()).as_of
    nowhere = view(order_answer(destination={"city": None, "region": None, "country": "US"})).as_of

    assert (tokyo.day, tokyo.time, tokyo.moment) == ("Tue 1 Dec", "12:00", "2026-12-01T03:00+00:00")
    assert tokyo.city == "Tokyo"
    assert (nowhere.time, nowhere.city) == ("03:00 UTC", None)


def test_a_time_of_which_nobody_can_say_whose_clock_it_is_is_that_of_utc() -> None:
    somewhere = view(order_answer(destination={"city": None, "region": None, "country": "JP"}))

    assert (somewhere.as_of.time, somewhere.as_of.city) == ("03:00 UTC", None)


@pytest.mark.parametrize("status", list(OrderStatus))
def test_every_status_has_a_headline_and_a_look(status: OrderStatus) -> None:
    shown = view(order_answer(status=status))

    assert shown.headline
    assert shown.look.icon
    assert shown.is_live is (status not in (OrderStatus.CANCELLED, OrderStatus.RETURNED))


def test_a_parcel_whose_updates_are_left_out_is_not_said_to_be_waiting_for_its_carrier() -> None:
    order = order_answer(
        status="SHIPPED",
        shipments=[shipment_answer(1, "IN_TRANSIT")],
        events={"totalCount": 101, "nodes": []},
    )

    shown = view(order)
    assert shown.parcels[0].timeline.empty == "Older updates are not shown here."
    assert shown.left_out == "Older updates are not shown here."
    assert view({**order, "events": {"totalCount": 0, "nodes": []}}).left_out is None


@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("PICKUP", "It isn't ready to collect yet."),
        ("STANDARD", "It's packed and waits for its carrier."),
    ],
)
def test_a_packed_parcel_waits_for_a_carrier_only_if_one_comes(method: str, text: str) -> None:
    packed = shipment_answer(1, "PACKED", carrier=None, packedAt="2026-11-29T08:00:00+00:00")

    shown = view(order_answer(status="PACKED", deliveryMethod=method, shipments=[packed]))
    assert shown.parcels[0].timeline.empty == text
