"""Whatever carriers and customers have written stands on the page as text, within its place."""

import re
from typing import Any

import pytest

from tests.portal.page_text import PageText
from tests.portal.stub_site import TRACKING_ID, StubAsker, item_answer, order_answer, visiting

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}{% raw %}",
    "%(carrier)s %s %d %",
    "javascript:alert(1)",
    "\u202egnp.exe\u2066",
    "a\x00b\nc",
    "&lt;b&gt;",
    "x" * 10_000,
)
PATHS = (f"/t/{TRACKING_ID}", f"/t/{TRACKING_ID}/print")
SCRIPT = re.compile(r"/assets/[0-9a-f]+/[a-z]+\.js")
OF_OURS = frozenset({"href", "src", "action", "data-live"})
"""The attributes whose values are addresses."""


def dangerous_parts(html: str) -> list[object]:
    """The elements and attributes of a page that run or load something that is not ours."""
    tags = PageText(html).tags
    return [
        *(tag for tag, _ in tags if tag in ("img", "iframe", "object", "style", "base")),
        *(given for tag, given in tags if tag == "script" and not is_ours(given)),
        *(name for _, given in tags for name in given if name.startswith(("on", "style"))),
        *(
            given[name]
            for _, given in tags
            for name in OF_OURS & given.keys()
            if not (given[name] or "").startswith(("/", "#")) and given[name]
        ),
    ]


def is_ours(script: dict[str, str | None]) -> bool:
    return SCRIPT.fullmatch(script.get("src") or "") is not None


def hostile_order(text: str) -> dict[str, Any]:
    """An order in which every text is this one."""
    place = {"city": text, "region": text, "country": "JP"}
    event = {
        "id": "event-1",
        "type": "UNKNOWN",
        "classifier": "ACTUAL",
        "occurredAt": "2026-11-29T08:00:00+00:00",
        "localTime": text,
        "timeZoneSource": "OFFSET",
        "precision": "SECOND",
        "retractedAt": None,
        "description": text,
        "location": place,
        "shipment": {"id": "shipment-1"},
    }
    nothing = dict.fromkeys(("packedAt", "deliveredAt", "estimate", "signedBy"))
    shipment = {
        "id": "shipment-1",
        "carrier": text,
        "trackingNumber": text,
        "trackingUrl": text,
        "status": "IN_TRANSIT",
        "health": "ON_TRACK",
        "createdAt": "2026-11-28T08:00:00+00:00",
        "shippedAt": "2026-11-28T09:00:00+00:00",
        **nothing,
        "origin": place,
        "statusEvent": None,
        "estimates": [],
        "items": [{"quantity": 1, "item": {"id": "item-1"}}],
    }
    return order_answer(
        status="SHIPPED",
        destination=place,
        items=[item_answer(text, id="item-1")],
        shipments=[shipment],
        events={"totalCount": 1, "nodes": [event]},
    )


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("path", PATHS, ids=["page", "print"])
async def test_a_hostile_text_is_shown_as_text(text: str, path: str) -> None:
    async with visiting(StubAsker(hostile_order(text))) as client:
        reply = await client.get(path)

    assert reply.status_code == 200
    assert dangerous_parts(reply.text) == []
    assert "49" not in PageText(reply.text).lines()
    assert "external" not in reply.text


@pytest.mark.parametrize(
    ("address", "is_linked"),
    [
        ("https://carrier.example/?id=1&x=2", True),
        ("http://carrier.example/", True),
        ("javascript:alert(1)//https://", False),
        ("//carrier.example/", False),
        ("data:text/html,x", False),
        ("https://", False),
        ("http://[", False),
    ],
)
async def test_only_pages_of_the_web_are_linked(address: str, is_linked: bool) -> None:
    order = hostile_order("ups")
    order["shipments"][0]["trackingUrl"] = address
    async with visiting(StubAsker(order)) as client:
        page = (await client.get(PATHS[0])).text

    link = f'href="{address.replace("&", "&amp;")}" rel="noreferrer noopener external"'
    assert (link in page) is is_linked
    assert page.count("external") == is_linked


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_what_was_typed_is_shown_as_text(text: str) -> None:
    async with visiting(StubAsker()) as client:
        reply = await client.get("/track", params={"id": text})

    assert reply.status_code == 404
    assert dangerous_parts(reply.text) == []
    assert len(reply.text) < 20_000
