"""Attempts: what a browser keeps in a cookie between the beginning and the end of a sign-in."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import orjson

from access.openid_provider import SignInAttempt

ATTEMPT_SECONDS = 600
"""Seconds for a person to sign in at the provider."""
LONGEST_PATH = 1_000
"""The most characters of the path to which a person returns."""
START = "/"
"""The path to which a person returns who wanted no other."""


def pack(attempt: SignInAttempt, path: str) -> str:
    """Return the value of the cookie: the attempt, and the path that the person wants to see."""
    parts = [attempt.state, attempt.nonce, attempt.verifier, path]
    return urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def unpack(value: str | None) -> tuple[SignInAttempt, str] | None:
    """Return the attempt and the path in a cookie, None if there are none."""
    if value is None:
        return None
    try:
        parts: Any = orjson.loads(urlsafe_b64decode(value + "=" * (-len(value) % 4)))
    except ValueError:
        return None
    if not isinstance(parts, list) or len(parts) != 4:
        return None
    if not all(isinstance(part, str) for part in parts):
        return None
    return SignInAttempt(*parts[:3]), own_path(parts[3])


def own_path(text: str | None) -> str:
    """Return the text if it is a path of this service, and START otherwise.

    A browser takes `//host` and `/\\host` for the addresses of other hosts, and drops tabs and line
    breaks inside an address.
    """
    is_path = text is not None and text.startswith("/") and text[1:2] not in ("/", "\\")
    if text is None or not is_path or len(text) > LONGEST_PATH:
        return START
    return text if text.isascii() and text.isprintable() and "\\" not in text else START
