"""The cards of a page: one asks at a time, and what another trouble asks is told after it."""

from typing import Any

from models.enums import ExceptionType
from tests.portal.page_text import PageText
from tests.portal.stub_site import (
    TRACKING_ID,
    StubAsker,
    order_answer,
    shipment_answer,
    trouble_answer,
    visiting,
)

ADDRESS = trouble_answer(ExceptionType.ADDRESS_PROBLEM, severity="HIGH")
FEE = trouble_answer(ExceptionType.PAYMENT_DUE)
ASKED_FOR_THE_FEE = "Pay only on the website of UPS. Open it yourself, not by a link."


async def read(path: str, *exceptions: dict[str, Any], status: str = "IN_TRANSIT") -> PageText:
    order = order_answer(
        status="SHIPPED", shipments=[shipment_answer(1, status)], exceptions=list(exceptions)
    )
    async with visiting(StubAsker(order)) as client:
        reply = await client.get(f"/t/{TRACKING_ID}{path}")
    return PageText(reply.text)


async def test_only_one_card_asks_for_something() -> None:
    both = await read("", ADDRESS, FEE)

    assert both.lines("action") == [
        "Something is wrong with the address",
        "Check your address with us, before the parcel goes back.",
    ]
    assert both.lines("notice") == [
        "What else is going on",
        "Duties or fees are due. We never ask for card details in a message.",
    ]


async def test_what_another_trouble_asks_comes_when_the_first_is_solved() -> None:
    solved = {**ADDRESS, "status": "RESOLVED", "resolvedAt": "2026-11-30T09:00:00+00:00"}
    page = await read("", solved, FEE)

    assert page.lines("action") == [
        "Duties or fees are due",
        "We never ask for card details in a message.",
        ASKED_FOR_THE_FEE,
    ]
    assert page.lines("notice") == []


async def test_a_page_that_says_not_to_come_by_a_link_has_none() -> None:
    with_fee, without = await read("", FEE), await read("")

    assert "Open at UPS" not in with_fee.lines("parcel-1")
    assert "Open at UPS" in without.lines("parcel-1")


async def test_the_headline_does_not_repeat_the_card_above_it() -> None:
    absent = trouble_answer(ExceptionType.RECIPIENT_UNAVAILABLE)

    page = await read("", absent, status="DELIVERY_ATTEMPTED")
    assert page.lines("action")[0] == "Nobody was there to take it"
    assert "Nobody was there to take it" not in page.lines("where")


async def test_a_printed_page_says_what_is_wrong_and_whose_clock_it_shows() -> None:
    absent = trouble_answer(ExceptionType.RECIPIENT_UNAVAILABLE)

    lines = (await read("/print", absent, status="DELIVERY_ATTEMPTED")).lines()
    assert lines[:2] == ["UPS couldn't deliver", "Nobody was there to take it"]
    assert "Local time in Tokyo" in lines[lines.index("As of") + 1]
