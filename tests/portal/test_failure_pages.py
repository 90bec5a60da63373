"""A page that cannot be shown says what to do, in the visitor's language, and asks nothing more."""

import logging
from pathlib import Path

import pytest

from tests.portal.page_text import PageText
from tests.portal.stub_site import TRACKING_ID, StubAsker, visiting
from web.pages.asker import AskFailed, AskFault
from web.pages.brand import Brand, Help

TEMPLATE = Path(__file__).parents[2] / "language" / "locale" / "messages.pot"
ORDER = f"/t/{TRACKING_ID}"


@pytest.mark.parametrize(
    ("seconds", "wait"),
    [(1, "in 1 second"), (90, "in 90 seconds"), (91, "in 2 minutes"), (3600, "in 60 minutes")],
)
async def test_too_many_tries_say_when_to_come_back(seconds: int, wait: str) -> None:
    asker = StubAsker(failure=AskFailed(AskFault.TOO_MANY, seconds))
    async with visiting(asker) as client:
        reply = await client.get(ORDER)

    assert (reply.status_code, reply.headers["retry-after"]) == (429, str(seconds))
    assert reply.headers["cache-control"] == "no-store"
    assert PageText(reply.text).lines() == [
        "Too many tries",
        f"Many orders were looked up from your network. You can try again {wait}.",
        "Try again",
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "بعد ثانية واحدة"),
        (2, "بعد ثانيتين"),
        (120, "بعد دقيقتين"),
        (180, "بعد 3 دقائق"),
    ],
)
async def test_a_wait_is_told_in_a_whole_sentence_of_the_language(seconds: int, text: str) -> None:
    assert "%(wait)s" not in TEMPLATE.read_text(encoding="utf-8")
    for fault, before in (
        (AskFault.TOO_MANY, "يمكنك المحاولة مجددًا"),
        (AskFault.UNAVAILABLE, "يُرجى المحاولة مجددًا"),
    ):
        async with visiting(StubAsker(failure=AskFailed(fault, seconds))) as client:
            reply = await client.get(f"{ORDER}?lang=ar")

        assert f"{before} {text}." in reply.text


async def test_an_outage_says_that_nothing_is_lost() -> None:
    asker = StubAsker(failure=AskFailed(AskFault.UNAVAILABLE))
    async with visiting(asker) as client:
        reply = await client.get(f"{ORDER}?lang=en")

    assert (reply.status_code, reply.headers["retry-after"]) == (503, "10")
    page = PageText(reply.text)
    assert page.attributes["main"]["data-retry"] == "10"
    assert page.lines() == [
        "We can't show it just now",
        "Nothing is lost. Please try again in 10 seconds.",
        "Check again",
    ]
    assert ("a", {"class": "button", "href": f"{ORDER}?lang=en"}) in page.tags
    assert len(asker.asked) == 1


@pytest.mark.parametrize("failure", [AskFailed(AskFault.INTERNAL), RuntimeError("a mistake")])
async def test_a_mistake_of_ours_shows_nothing_of_it(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "whereabouts.portal")
    async with visiting(StubAsker(failure=failure)) as client:
        reply = await client.get(ORDER)

    assert reply.status_code == 500
    assert "retry-after" not in reply.headers
    assert PageText(reply.text).lines() == [
        "That was our mistake",
        "We can't show this page. Your order is not affected by that. Please try again later.",
        "Check again",
    ]
    assert "a mistake" not in reply.text
    is_logged = [record.getMessage() for record in caplog.records] != []
    assert is_logged is isinstance(failure, RuntimeError)
    assert TRACKING_ID not in caplog.text


async def test_help_and_languages_are_on_every_page() -> None:
    brand = Brand(name="Sample Goods", help=Help(mail="help@shop.example", phone="+49 30 123 456"))
    asker = StubAsker(failure=AskFailed(AskFault.UNAVAILABLE))
    async with visiting(asker, brand) as client:
        pages = [(await client.get(path)).text for path in (ORDER, "/track", "/t/hello")]

    for page in pages:
        assert '<a href="mailto:help@shop.example"><bdi>help@shop.example</bdi></a>' in page
        assert '<a href="tel:+4930123456"><bdi>+49 30 123 456</bdi></a>' in page
        assert page.count("hreflang=") == 9
