"""Cookies of the sign-in: which names and attributes they have, for the address that was called."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.types import Scope

from web.cookies import cookie_value
from web.headers import Header, Headers

SESSION, ATTEMPT = "wa_session", "wa_sign_in"
"""The cookies of a session, and of a sign-in that has begun."""
HOST_PREFIX = "__Host-"
"""Browsers take a cookie with this prefix only from the host itself, over https and for all paths:
no page of a neighbouring host can plant one."""
LONGEST_VALUE = 4_000
"""Characters of a cookie, which browsers limit to 4,096 with its attributes."""


def read_cookie(name: str, scope: Scope, headers: Headers) -> str | None:
    """Return the value of a cookie of ours, None if the request has none."""
    header = headers.get(b"cookie")
    if header is None:
        return None
    value = cookie_value(header.decode("latin-1"), _full_name(name, scope, headers))
    return value if value and len(value) <= LONGEST_VALUE else None


def set_cookie(name: str, value: str, seconds: int, scope: Scope, headers: Headers) -> Header:
    """Return the header that sets a cookie for so many seconds; zero takes it away.

    It is out of reach for scripts, and sent with requests of pages of other sites only when they
    lead here, so that links from mails work.
    """
    parts = [f"{_full_name(name, scope, headers)}={value}", "Path=/", f"Max-Age={seconds}"]
    parts += ["HttpOnly", "SameSite=Lax"]
    if is_secure(scope, headers):
        parts.append("Secure")
    return (b"set-cookie", "; ".join(parts).encode())


def _full_name(name: str, scope: Scope, headers: Headers) -> str:
    return f"{HOST_PREFIX}{name}" if is_secure(scope, headers) else name


def is_secure(scope: Scope, headers: Headers) -> bool:
    """Whether the cookie is for https only: everywhere but on plain http of this very machine."""
    is_encrypted = scope["scheme"] in ("https", "wss")
    return is_encrypted or not _is_loopback(headers.get(b"host", b"").decode("latin-1"))


def _is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
