"""Replies with pages: their language, what browsers keep of them, and what is not sent again."""

import gzip

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from language.catalog import open_catalogs
from web.pages.replies import REVALIDATED, page_reply
from web.pages.security_headers import frame_headers, page_headers
from web.pages.templates import RenderedPage

ETAG = 'W/"one"'
PAGE = RenderedPage("<!doctype html><title>Grüße</title>", open_catalogs().language("pt_BR"))
VARY = "Accept-Language, Cookie, Accept-Encoding"


async def get(sent: dict[str, str] | None = None, **options: object) -> httpx2.Response:
    async def send(request: Request) -> Response:
        return page_reply(request, PAGE, **options)  # type: ignore[arg-type]

    transport = httpx2.ASGITransport(Starlette(routes=[Route("/", send)]))
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        client.headers.pop("accept-encoding")
        return await client.get("/", headers=sent)


def own_headers(answer: httpx2.Response) -> dict[str, str]:
    """The headers that are not those of security."""
    of_security = {name.decode() for name, _ in page_headers()}
    return {name: value for name, value in answer.headers.items() if name not in of_security}


async def test_a_page_is_not_kept_unless_that_is_asked_for() -> None:
    answer = await get()

    assert answer.content == PAGE.html
    assert own_headers(answer) == {
        "content-type": "text/html; charset=utf-8",
        "content-length": str(len(PAGE.html)),
        "content-language": "pt-BR",
        "cache-control": "no-store",
        "vary": VARY,
    }


async def test_every_reply_has_the_headers_of_security() -> None:
    expected = {name.decode(): value.decode() for name, value in page_headers()}
    whole, known = await get(etag=ETAG), await get({"If-None-Match": ETAG}, etag=ETAG)

    for answer in (whole, known):
        assert expected.items() <= dict(answer.headers).items()


async def test_a_frame_has_headers_of_its_own() -> None:
    answer = await get(headers=frame_headers(["https://shop.example"]))

    assert "frame-ancestors https://shop.example;" in answer.headers["content-security-policy"]


async def test_a_page_is_compressed() -> None:
    answer = await get({"Accept-Encoding": "gzip"})

    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == PAGE.html
    assert answer.headers["content-length"] == str(len(PAGE.compressed))
    assert gzip.decompress(PAGE.compressed) == PAGE.html


@pytest.mark.parametrize(
    "held", [ETAG, '"one"', f'W/"two", {ETAG}', "*"], ids=["weak", "strong", "list", "any"]
)
async def test_a_page_that_the_browser_holds_is_not_sent_again(held: str) -> None:
    answer = await get({"If-None-Match": held}, etag=ETAG, cache_control=REVALIDATED)

    assert (answer.status_code, answer.content) == (304, b"")
    assert own_headers(answer) == {"cache-control": "private, no-cache", "vary": VARY, "etag": ETAG}


@pytest.mark.parametrize("held", ["", 'W/"two"', "one", 'W/"one'])
async def test_another_page_is_sent(held: str) -> None:
    answer = await get({"If-None-Match": held}, etag=ETAG, cache_control=REVALIDATED)

    assert (answer.status_code, answer.headers["etag"]) == (200, ETAG)
    assert answer.content == PAGE.html


async def test_a_failure_is_always_sent() -> None:
    answer = await get({"If-None-Match": ETAG}, etag=ETAG, status=503)

    assert (answer.status_code, answer.content) == (503, PAGE.html)
