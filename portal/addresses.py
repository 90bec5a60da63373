"""The addresses that pages have, and those of others that they lead to."""

import re
from urllib.parse import quote, urlencode, urlsplit

from starlette.requests import Request

from web.origins import asked_host

LINK_PARAMETER = "k"
"""The parameter in which a tracking link has its token."""

FORMS_OF_ORDERS = ("/unlock", "/lock")
"""The ends of paths to which the forms on an order's page are sent."""
TRACK = "/track"
LONGEST_PATH = 200
"""Characters of a path that pages name in links; a longer one is not that of an order."""
HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]+)?", re.IGNORECASE)
"""A host as browsers name it. Other clients may write anything in its place."""


def order_address(tracking_id: str) -> str:
    """Return the path of an order's page."""
    return f"/t/{quote(tracking_id, safe='')}"


def full_address(path: str, request: Request, public_address: str) -> str | None:
    """Return the address of a path with its host, None if nobody knows that.

    It is at the public address of the service, or where the visitor has asked for it: only they
    may be shown that.
    """
    if public_address:
        return public_address + path
    host = asked_host(request.scope, request.headers) or ""
    return f"{request.scope['scheme']}://{host}{path}" if HOST.fullmatch(host) else None


def page_address(request: Request) -> str:
    """Return the path of the page that a request is for: that of a form stands on its page."""
    path = quote(request.scope["path"])
    for ending in FORMS_OF_ORDERS:
        path = path.removesuffix(ending)
    return path if len(path) <= LONGEST_PATH else TRACK


def with_query(path: str, request: Request) -> str:
    """Return the path with the query of a request, such as its language, but without the token."""
    pairs = request.query_params.multi_items()
    query = urlencode([(name, value) for name, value in pairs if name != LINK_PARAMETER])
    return f"{path}?{query}" if query else path


def web_address(url: str | None) -> str | None:
    """Return an address from others if it is one of the web, else None: it may be a program."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None
