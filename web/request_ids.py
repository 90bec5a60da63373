"""Ids of requests, by which lines of the log belong together: a client's or proxy's, or our own."""

from collections.abc import Mapping
from itertools import count
from re import compile as pattern
from secrets import token_hex

REQUEST_ID = pattern(rb"[A-Za-z0-9._:/+=-]{1,128}")
"""Ids that are taken over from a client or a proxy: UUIDs and the ids of tracing libraries fit."""
REQUEST_ID_HEADER = b"x-request-id"

_prefix = token_hex(6).encode()
_numbers = count(1)


def request_id_of(headers: Mapping[bytes, bytes]) -> bytes:
    """Return the id that the request has, or else a new one, as this header's value."""
    given = headers.get(REQUEST_ID_HEADER)
    if given is not None and REQUEST_ID.fullmatch(given):
        return given
    # No random number for each request: the process has one, and that is enough.
    return b"%s-%x" % (_prefix, next(_numbers))
