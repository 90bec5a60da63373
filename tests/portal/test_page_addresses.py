"""Every order has one address, to which all spellings lead, and no address gives a bare error."""

import pytest

from portal.documents import ORDER_PAGE
from tests.portal.page_text import PageText
from tests.portal.stub_site import TRACKING_ID, StubAsker, visiting
from web.pages.brand import Brand

TYPED = "wa 7k3m 9qxp 2v4t 8hrc j"
ORDER = f"/t/{TRACKING_ID}"


async def test_the_root_leads_to_the_form_or_to_the_shop() -> None:
    async with visiting(StubAsker()) as client:
        form = await client.get("/")
    async with visiting(StubAsker(), Brand(home_url="https://shop.example/")) as client:
        shop = await client.get("/")

    assert (form.status_code, form.headers["location"]) == (303, "/track")
    assert (shop.status_code, shop.headers["location"]) == (303, "https://shop.example/")


async def test_the_form_may_be_kept_and_found() -> None:
    async with visiting(StubAsker()) as client:
        reply = await client.get("/track")

    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "public, max-age=300"
    assert "x-robots-tag" not in reply.headers
    assert PageText(reply.text).lines()[:3] == [
        "Track your order",
        "Tracking number",
        "You find it in your order confirmation. Capitals, spaces and dashes don't matter.",
    ]


@pytest.mark.parametrize("query", ["", "&lang=de"])
async def test_the_form_leads_to_the_order_however_its_id_is_typed(query: str) -> None:
    async with visiting(StubAsker()) as client:
        reply = await client.get(f"/track?id={TYPED}{query}")

    expected = ORDER + query.replace("&", "?")
    assert (reply.status_code, reply.headers["location"]) == (303, expected)
    assert reply.headers["cache-control"] == "no-store"


async def test_the_form_says_at_once_that_an_id_cannot_be_right() -> None:
    asker = StubAsker()
    async with visiting(asker) as client:
        reply = await client.get(f"/track?id={TRACKING_ID[:-1]}6")

    page = PageText(reply.text)
    assert reply.status_code == 404
    assert page.lines()[:4] == [
        "We can't find this order",
        "Is a character missing, or one too many?",
        "Have you just ordered? Try again in a few minutes.",
        "Did a mail bring you here? Open its link again, and all of it.",
    ]
    assert page.attributes["id"]["value"] == f"{TRACKING_ID[:-1]}6"
    assert asker.asked == []


@pytest.mark.parametrize(
    ("typed", "is_foreign"),
    [
        ("1Z999AA10123456784", True),
        ("SO-2026-1", True),
        ("00340434161094042557", True),
        ("12345678901234567", True),
        (TRACKING_ID[:-3], False),
        (f"{TRACKING_ID[3:-1]}6", False),
    ],
)
async def test_a_number_of_another_kind_is_told_from_a_mistyped_one(
    typed: str, is_foreign: bool
) -> None:
    """Whoever has only the shop's number can go on with it at once."""
    async with visiting(StubAsker()) as client:
        replies = [
            await client.get("/track", params={"id": typed}),
            await client.get(f"/t/{typed}"),
        ]

    for reply in replies:
        page = PageText(reply.text)
        assert reply.status_code == 404
        assert page.lines()[1] == (
            "That looks like a carrier's number or an order number; ours begins with WA-."
            if is_foreign
            else "Is a character missing, or one too many?"
        )
        assert page.lines("by-reference")[0] == "Only your order number at hand?"


@pytest.mark.parametrize("ending", ["", "/print", "?lang=fr", "/print?lang=fr"])
async def test_other_spellings_lead_to_the_one_address(ending: str) -> None:
    asker = StubAsker()
    async with visiting(asker) as client:
        reply = await client.get(f"/t/{TYPED}{ending}")

    assert (reply.status_code, reply.headers["location"]) == (308, ORDER + ending)
    assert asker.asked == []


async def test_an_unknown_order_is_answered_like_an_id_that_cannot_be_right() -> None:
    asker = StubAsker(order=None)
    async with visiting(asker) as client:
        unknown = await client.get(ORDER)
        impossible = await client.get(f"{ORDER[:-1]}6")

    assert (unknown.status_code, impossible.status_code) == (404, 404)
    lines, others = (PageText(reply.text).lines() for reply in (unknown, impossible))
    assert lines == others
    assert asker.asked == [ORDER_PAGE]


@pytest.mark.parametrize("path", ["/", ORDER, f"{ORDER}/print"])
async def test_pages_are_not_written_to(path: str) -> None:
    async with visiting(StubAsker()) as client:
        reply = await client.post(path)

    assert (reply.status_code, reply.headers["allow"]) == (405, "GET, HEAD")
    assert PageText(reply.text).lines() == [
        "This doesn't work that way",
        "Nothing was sent or changed.",
        "Track your order",
    ]


@pytest.mark.parametrize("path", [f"{ORDER}/unlock", f"{ORDER}/lock"])
async def test_forms_are_not_read(path: str) -> None:
    async with visiting(StubAsker()) as client:
        reply = await client.get(path)

    assert (reply.status_code, reply.headers["allow"]) == (405, "POST")


async def test_robots_may_read_the_pages_that_tell_them_not_to_show_them() -> None:
    async with visiting(StubAsker()) as client:
        robots = await client.get("/robots.txt")
        order = await client.get(ORDER)

    assert robots.text == "User-agent: *\nDisallow: /graphql\nDisallow: /console/\n"
    assert order.headers["x-robots-tag"] == "noindex, nofollow, noarchive"
