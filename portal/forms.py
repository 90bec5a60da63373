"""The forms that visitors send, read within bounds."""

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from web.request_body import BodyTooLarge, read_body

FORM_TYPE = "application/x-www-form-urlencoded"
FORM_BYTES = 8_192
"""Bytes of a form: two short fields fit, of which each character may take a dozen bytes."""
FORM_SECONDS = 10.0
"""The time for the body of a form, which most browsers send together with its head."""
FORM_FIELDS = 20
"""Fields of a form: ours have four at most."""


class UnreadableForm(Exception):
    """The body of the request is not one of our forms. `status` is that of HTTP for it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"The form is answered with {status}.")
        self.status = status


async def read_form(request: Request) -> Mapping[str, str]:
    """Return the fields of a form, without the spaces around their values.

    Raises UnreadableForm, and ClientDisconnected.
    """
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if declared != FORM_TYPE:
        raise UnreadableForm(415)
    try:
        body = await _body(request)
        pairs = parse_qsl(body.decode(errors="replace"), max_num_fields=FORM_FIELDS)
    except BodyTooLarge:
        raise UnreadableForm(413) from None
    except TimeoutError:
        raise UnreadableForm(408) from None
    except ValueError:
        raise UnreadableForm(400) from None
    return {name: value.strip() for name, value in pairs}


async def _body(request: Request) -> bytes:
    async with asyncio.timeout(FORM_SECONDS):
        return await read_body(request.receive, FORM_BYTES)
