"""The page of an order says in every state where it is, when it comes, and what is to be done."""

from datetime import UTC

import pytest

from portal import order_pages
from tests.factories.customer_orders import STATES, CustomerOrders
from tests.live_server import RunningService
from tests.portal.days import NOON, day, short_day
from tests.portal.page_text import PageText
from unit_of_work.unit_of_work import Tracker

DOOR = ("Ordered", "Packed", "On its way", "Out for delivery", "Delivered")
COUNTER = ("Ordered", "Packed", "On its way", "Ready to collect", "Collected")
HOURS = "between 13:00 and 16:00"
TODAY = [f"Expected today, {day(0)}, {HOURS}", "Local time in Tokyo"]
TOMORROW = [f"Expected tomorrow, {day(1)}, {HOURS}", "Local time in Tokyo"]


def steps(current: int, names: tuple[str, ...] = DOOR) -> list[str]:
    """The steps of which one is the current one, and those before it are done."""
    return [*(f"{name} (done)" for name in names[:current]), *names[current:]]


SAID = {
    "pending": ["We've received your order", *steps(0)],
    "confirmed": ["We're preparing your order", f"Promised by {day(3)}", *steps(0)],
    "on_hold": [
        "Your order is on hold",
        "It won't be sent for now. If we need something from you, we'll write.",
        *steps(0),
    ],
    "cancelled": ["Your order was cancelled"],
    "packed": ["Your order is packed", "It hasn't left us yet.", *steps(1)],
    "not_picked_up": [
        "Your order is packed",
        f"Expected {day(2)}",
        "UPS hasn't picked it up yet.",
        *steps(1),
    ],
    "shipped": ["Your order is on its way", *TOMORROW, *steps(2)],
    "out_for_delivery": ["Out for delivery", *TODAY, *steps(3)],
    "delayed": [
        "Your order is on its way",
        f"Expected {day(3)}",
        f"was {short_day(1)}",
        *steps(2),
    ],
    "overdue": [
        "Your order is on its way",
        f"Was expected by yesterday, {day(-1)}",
        "It's late. No reason is known yet. If nothing comes, contact us.",
        *steps(2),
    ],
    "attempted": ["UPS couldn't deliver", "A new day isn't known yet", *steps(3)],
    "address_problem": ["Your order is on its way", *TOMORROW, *steps(2)],
    "payment_due": ["Your order is on its way", *TOMORROW, *steps(2)],
    "ready_to_collect": [
        "Ready to collect in Tokyo",
        "Bring an ID, and the code if UPS sent you one.",
        "With your postal code, this page also shows the pick-up point, if we know it.",
        "Go to UPS",
        *steps(3, COUNTER),
    ],
    "delivered": [
        "Your order has arrived",
        f"{day(0)}, 11:40 in Tokyo",
        "Not there? Tell us.",
        *steps(4),
    ],
    "wrong_delivery": [
        "Delivered, but maybe to the wrong place",
        "Not there? Tell us.",
        *steps(4),
    ],
    "lost": [
        "We can't find your parcel",
        "We'll look into it with UPS. You don't have to do anything.",
    ],
    "damaged": ["Your order is on its way", *TOMORROW, *steps(2)],
    "going_back": ["Your order is on its way back to us", "The delivery was refused."],
    "returned": ["Your order is back with us"],
    "stale": [f"No news since {day(-1)}", *TOMORROW, "We'll look into it.", *steps(2)],
    "partly_shipped": [
        "Part of your order is on its way",
        *TOMORROW,
        "Still being prepared: 3 of 5 pieces.",
        *steps(2),
    ],
    "partly_delivered": [
        "Part of your order has arrived",
        *TODAY,
        "Arrived so far: 2 of 5 pieces.",
        *steps(3),
    ],
}
"""The lines of the card that says where the order is, without the last one."""
ASKED = {
    "attempted": [
        "Nobody was there to take it",
        "UPS usually tries again or leaves it at a pick-up point.",
        "Choose a day or a place on the website of UPS.",
        "Go to UPS",
    ],
    "address_problem": [
        "Something is wrong with the address",
        "Check your address with us, before the parcel goes back.",
    ],
    "payment_due": [
        "Duties or fees are due",
        "We never ask for card details in a message.",
        "Pay only on the website of UPS. Open it yourself, not by a link.",
    ],
    "wrong_delivery": [
        "It may be in the wrong place",
        "We'll look into it.",
        "Look around your door and ask your neighbours. Not there? Tell us.",
    ],
    "damaged": [
        "Your parcel was damaged",
        "We'll look into it.",
        "Already have it? Keep the packaging and send us photos.",
    ],
}
"""The lines of the card that asks for something; with other states there is none."""
EXPLAINED = {
    "delayed": ["Why it's late", "It's delayed by the weather. It goes on as soon as it can."],
}
"""The lines of the card with the troubles that ask for nothing."""
EARLIER = [
    f"Yesterday, {day(-1)}",
    *("Reached Nagoya", "Japan · 06:00"),
    day(-2),
    *("Left Osaka", "Japan · 13:00"),
    *("UPS has it", "Osaka, Japan · 08:00"),
    day(-3),
    *("UPS knows about it", "10:00"),
]


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_pages, "current_minute", lambda: NOON.astimezone(UTC))


def _as_of(state: str) -> str:
    """The last line of that card: whose clock it is stands there, if not above it already."""
    return "As of 12:00" if "Local time in Tokyo" in SAID[state] else "As of 12:00 in Tokyo"


async def read_page(service: RunningService, tracker: Tracker, state: str) -> PageText:
    order = await CustomerOrders(tracker, NOON).make(state)
    reply = await service.http.get(f"/t/{order.tracking_id}")
    assert (reply.status_code, reply.headers["content-language"]) == (200, "en")
    return PageText(reply.text)


def test_every_state_is_expected() -> None:
    assert set(SAID) == set(STATES)


@pytest.mark.parametrize("state", STATES)
async def test_a_page_says_where_the_order_is(
    state: str, service: RunningService, tracker: Tracker
) -> None:
    page = await read_page(service, tracker, state)

    (printed,) = (named["href"] for _, named in page.tags if "/print" in (named.get("href") or ""))
    tracking_id = (printed or "").split("/")[2]
    *said, foot = page.lines("where")
    when, _, number = foot.partition(" Tracking number ")
    assert (said, number) == (SAID[state], tracking_id)
    if state == "cancelled":
        assert when.startswith("Cancelled on ")
    else:
        assert when == _as_of(state)
    assert page.lines("action") == ASKED.get(state, [])
    assert page.lines("notice") == EXPLAINED.get(state, [])


async def test_a_parcel_shows_its_carrier_and_its_updates(
    service: RunningService, tracker: Tracker
) -> None:
    page = await read_page(service, tracker, "out_for_delivery")

    assert page.lines("parcel-1") == [
        *("Your parcel", "UPS", "Parcel number 1Z999AA00000000002", "Copy", "Open at UPS"),
        "Updates, newest first",
        f"Today, {day(0)}",
        *("Out for delivery", "Tokyo, Japan · 10:00"),
        *("At the local depot", "Tokyo, Japan · 06:00"),
        f"Yesterday, {day(-1)}",
        *("Left Nagoya", "Japan · 12:00"),
        *("Show 4 earlier updates", *EARLIER),
    ]


async def test_a_parcel_without_news_says_what_comes(
    service: RunningService, tracker: Tracker
) -> None:
    page = await read_page(service, tracker, "not_picked_up")

    assert page.lines("parcel-1")[-2:] == [
        "Updates, newest first",
        "UPS doesn't have it yet. The first scan usually comes within a day.",
    ]


async def test_several_parcels_are_folded_but_the_next_to_arrive(
    service: RunningService, tracker: Tracker
) -> None:
    page = await read_page(service, tracker, "partly_delivered")

    heads = [page.lines(f"parcel-{number}")[:3] for number in (2, 1)]
    assert heads == [
        ["Parcel 2 of 2", "Out for delivery", TODAY[0]],
        ["Parcel 1 of 2", "Delivered", f"Arrived {day(0)}, 11:00"],
    ]
    assert ["open" in page.attributes[f"parcel-{number}"] for number in (2, 1)] == [True, False]
    assert page.lines("parcel-2")[-2:] == ["In this parcel", "2 × Desk lamp"]
    assert "1 of 5 pieces is still being prepared." in page.lines("parcels")


async def test_a_stranger_sees_what_was_ordered_and_a_form_to_see_more(
    service: RunningService, tracker: Tracker
) -> None:
    page = await read_page(service, tracker, "shipped")

    assert page.lines("items") == ["Your order", "2 ×", "Enamel mug", "1 ×", "Desk lamp"]
    assert page.lines("unlock") == [
        "Address and prices",
        "Is it your order? The postal code of the delivery address shows you more.",
        "Postal code",
        *("Use your e-mail address instead", "E-mail address"),
        "Show more",
    ]
    assert page.lines("personal") == []
    assert page.lines("help") == ["Something wrong?", "Turn to the shop where you ordered."]


async def test_a_page_announces_the_headline_and_when_it_comes(
    service: RunningService, tracker: Tracker
) -> None:
    page = await read_page(service, tracker, "out_for_delivery")

    assert page.attributes["main"]["data-announce"] == f"Out for delivery. {TODAY[0]}"


@pytest.mark.parametrize(
    ("state", "is_live"),
    [("shipped", True), ("delivered", True), ("returned", False), ("cancelled", False)],
)
async def test_a_page_follows_its_order_until_nothing_more_happens(
    state: str, is_live: bool, service: RunningService, tracker: Tracker
) -> None:
    page = await read_page(service, tracker, state)

    assert ("data-live" in page.attributes["main"]) is is_live
    assert ("live" in page.attributes) is is_live
