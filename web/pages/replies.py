"""Replies with pages: their language, how long they are kept, and what is not sent again."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from web.headers import Header
from web.pages.assets import accepts_gzip
from web.pages.security_headers import page_headers
from web.pages.templates import RenderedPage

NEVER_KEPT = "no-store"
REVALIDATED = "private, no-cache"
"""Only the browser keeps the page, and asks each time whether it still holds."""
VARY = "Accept-Language, Cookie, Accept-Encoding"


def page_reply(
    request: Request,
    page: RenderedPage,
    *,
    status: int = 200,
    etag: str | None = None,
    cache_control: str = NEVER_KEPT,
    headers: Sequence[Header] | None = None,
) -> Response:
    """Return the reply with a page, or 304 if the browser has that of the ETag already.

    `headers` are those of security, if not those of a page that nobody frames.
    """
    is_known = etag is not None and status == 200 and is_held(request, etag)
    reply = Response(status_code=304) if is_known else _whole(request, page, status)
    if is_known:
        # Starlette counts the empty content, which is not that of the page.
        del reply.headers["content-length"]
    reply.headers["cache-control"] = cache_control
    reply.headers["vary"] = VARY
    if etag is not None:
        reply.headers["etag"] = etag
    reply.raw_headers += page_headers() if headers is None else headers
    return reply


def is_held(request: Request, etag: str) -> bool:
    """Return whether the browser holds the page of this weak ETag."""
    held = request.headers.get("if-none-match", "")
    opaque = etag.removeprefix("W/")
    return any(one.strip().removeprefix("W/") in (opaque, "*") for one in held.split(","))


def _whole(request: Request, page: RenderedPage, status: int) -> Response:
    is_compressed = accepts_gzip(request)
    reply = Response(
        page.compressed if is_compressed else page.html,
        status_code=status,
        media_type="text/html",
        headers={"Content-Language": page.language_tag},
    )
    if is_compressed:
        reply.headers["content-encoding"] = "gzip"
    return reply
