"""The cookie in which a browser keeps the tracking link of an order.

It is sent for the pages of this order alone, and to nobody but this service. The service checks the
token in it with every request, so a cookie that outlives its link shows nothing.
"""

from re import compile as pattern

from starlette.requests import Request

from access.tracking_links import LIFE, LIFE_AFTER_FINISH, LONGEST_TOKEN
from web.cookies import cookie_value
from web.headers import Header
from web.session_cookie import is_secure

NAME = "wa_link"
COOKIE_LIFE = LIFE + LIFE_AFTER_FINISH
"""Until when a token works is not known before its order has finished. This is enough for an order
that finishes within thirty days; afterwards the link in the mail opens it again."""
TOKEN = pattern(rf"[A-Za-z0-9_-]{{1,{LONGEST_TOKEN}}}")
"""The characters of tokens, none of which means anything in a cookie."""
UNREADABLE = "unreadable"
"""Kept in place of a token with other characters: it is refused as that would be."""


def readable_token(text: str) -> str:
    """Return the text if a token may look like it, or else one that is refused."""
    return text if TOKEN.fullmatch(text) else UNREADABLE


def link_of(request: Request) -> str | None:
    """Return the token that the browser keeps for the order, whether it is valid or not."""
    token = cookie_value("; ".join(request.headers.getlist("cookie")), NAME)
    return readable_token(token) if token else None


def keep_link(request: Request, address: str, token: str) -> Header:
    """Return the header by which the browser keeps the token for the order at this address."""
    return _cookie(request, address, readable_token(token), int(COOKIE_LIFE.total_seconds()))


def forget_link(request: Request, address: str) -> Header:
    """Return the header by which the browser forgets the token of the order at this address."""
    return _cookie(request, address, "", 0)


def _cookie(request: Request, address: str, token: str, seconds: int) -> Header:
    """Return the header of the cookie, which is out of reach for scripts.

    Pages of other sites may lead here with it, as mail programs in a browser do, but not send it
    with a form.
    """
    parts = [f"{NAME}={token}", f"Path={address}", f"Max-Age={seconds}"]
    parts += ["HttpOnly", "SameSite=Lax"]
    if is_secure(request.scope, dict(request.scope["headers"])):
        parts.append("Secure")
    return (b"set-cookie", "; ".join(parts).encode())
