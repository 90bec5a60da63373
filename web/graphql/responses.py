"""Replies: answers over HTTP that are there as a whole."""

from collections.abc import Mapping, Sequence

import orjson
from starlette.types import Receive, Scope, Send

from engine.execution import Execution
from engine.responses import encode_body
from web.connection_registry import RETRY_AFTER
from web.graphql.content_negotiation import ResponseForm

CODES = {401: "UNAUTHENTICATED", 413: "LIMIT_EXCEEDED", 500: "INTERNAL", 503: "UNAVAILABLE"}
"""Of requests that are refused with such a status; all others are INVALID."""
STATUSES = {"FORBIDDEN": 403, "INTERNAL": 500, "UNAVAILABLE": 503}
"""Of operations that are not begun for such a reason; of all others 400."""

Header = tuple[bytes, bytes]
KEEP_NOTHING = (b"cache-control", b"no-store")
"""What one caller may see is not for the next."""
TYPES: Mapping[ResponseForm, Header] = {
    form: (b"content-type", f"{form.value}; charset=utf-8".encode()) for form in ResponseForm
}
PAGE_TYPE = (b"content-type", b"text/html; charset=utf-8")
ALWAYS: Mapping[int, Sequence[Header]] = {
    401: [(b"www-authenticate", b"Bearer")],
    503: [(name.lower().encode(), value.encode()) for name, value in RETRY_AFTER.items()],
}


class GraphQLResponse:
    """An ASGI response."""

    __slots__ = ("_body", "_headers", "_status")

    def __init__(self, status: int, kind: Header, body: bytes, *headers: Header) -> None:
        length = (b"content-length", str(len(body)).encode())
        self._status, self._body = status, body
        self._headers = [kind, length, KEEP_NOTHING, *headers]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send(
            {"type": "http.response.start", "status": self._status, "headers": self._headers}
        )
        await send({"type": "http.response.body", "body": self._body})


def answer(execution: Execution, form: ResponseForm) -> GraphQLResponse:
    """Of an operation."""
    is_fine = execution.has_begun or form is ResponseForm.JSON
    return GraphQLResponse(
        200 if is_fine else _status(execution), TYPES[form], encode_body(execution)
    )


def _status(execution: Execution) -> int:
    code = (execution.errors[0].extensions or {}).get("code")
    return STATUSES.get(str(code), 400)


def refusal(
    status: int, message: str, form: ResponseForm | None, *headers: Header
) -> GraphQLResponse:
    """Of a request, in JSON even to whoever would take neither form of it."""
    error = {"message": message, "extensions": {"code": CODES.get(status, "INVALID")}}
    body = orjson.dumps({"errors": [error]})
    return GraphQLResponse(
        status, TYPES[form or ResponseForm.JSON], body, *ALWAYS.get(status, ()), *headers
    )
