"""Responses over HTTP that are sent as a whole."""

from collections.abc import Mapping, Sequence

import orjson
from starlette.types import Receive, Scope, Send

from engine.execution import Execution
from engine.responses import encode_body
from errors import RateLimited, TooManyRequests, TopLevelCode
from web.clients import client_network
from web.connection_registry import RETRY_AFTER
from web.graphql.access_log import codes_of
from web.graphql.content_negotiation import ResponseForm
from web.headers import Header
from web.unsent_answers import PART_BYTES, UnsentAnswers, send_watched

CODES = {
    401: TopLevelCode.UNAUTHENTICATED,
    403: TopLevelCode.FORBIDDEN,
    413: TopLevelCode.LIMIT_EXCEEDED,
    429: TopLevelCode.LIMIT_EXCEEDED,
    500: TopLevelCode.INTERNAL,
    503: TopLevelCode.UNAVAILABLE,
}
"""The error code of a refused request by its status; with other statuses it is INVALID."""
STATUSES: Mapping[str, int] = {
    TopLevelCode.FORBIDDEN: 403,
    TopLevelCode.INTERNAL: 500,
    TopLevelCode.UNAVAILABLE: 503,
}
"""The status of an operation that was not begun by its error code; with other codes it is 400."""

NO_STORE = (b"cache-control", b"no-store")
"""A shared cache must not give one caller's answer to the next."""
TYPES: Mapping[ResponseForm, Header] = {
    form: (b"content-type", f"{form.value}; charset=utf-8".encode()) for form in ResponseForm
}
PAGE_TYPE = (b"content-type", b"text/html; charset=utf-8")
LATER = [(name.lower().encode(), value.encode()) for name, value in RETRY_AFTER.items()]
HEADERS_BY_STATUS: Mapping[int, Sequence[Header]] = {
    401: [(b"www-authenticate", b"Bearer")],
    429: LATER,
    503: LATER,
}


class GraphQLResponse:
    """An ASGI response. `codes` are those of its errors; one that `is_owed` is sent in any case."""

    __slots__ = ("_body", "codes", "headers", "is_owed", "status")

    def __init__(
        self,
        status: int,
        content_type: Header,
        body: bytes,
        *headers: Header,
        codes: Sequence[str] = (),
        is_owed: bool = False,
    ) -> None:
        length = (b"content-length", str(len(body)).encode())
        self.status, self._body, self.codes, self.is_owed = status, body, codes, is_owed
        self.headers = [content_type, length, NO_STORE, *headers]

    @property
    def size(self) -> int:
        """The bytes of the body."""
        return len(self._body)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        if len(self._body) > PART_BYTES:
            await send_watched(self._body, scope, receive, send)
        else:
            await send({"type": "http.response.body", "body": self._body})


def answer(execution: Execution, form: ResponseForm) -> GraphQLResponse:
    """Return the response to an operation. With the older media type its status is always 200."""
    is_200 = execution.has_begun or form is ResponseForm.JSON
    return GraphQLResponse(
        200 if is_200 else _status(execution),
        TYPES[form],
        encode_body(execution),
        codes=codes_of(execution.errors),
        is_owed=execution.is_mutation,
    )


def _status(execution: Execution) -> int:
    code = (execution.errors[0].extensions or {}).get("code")
    return STATUSES.get(str(code), 400)


def refusal(
    status: int, message: str, form: ResponseForm | None, *headers: Header
) -> GraphQLResponse:
    """Return the response to a refused request: plain JSON if the client accepts neither form."""
    code = CODES.get(status, TopLevelCode.INVALID)
    error = {"message": message, "extensions": {"code": code}}
    return GraphQLResponse(
        status,
        TYPES[form or ResponseForm.JSON],
        orjson.dumps({"errors": [error]}),
        *HEADERS_BY_STATUS.get(status, ()),
        *headers,
        codes=(code,),
    )


def too_many(error: TooManyRequests, form: ResponseForm | None) -> GraphQLResponse:
    """Return the response to a client that shall come back later, and says when."""
    response = refusal(429, error.message, form)
    if isinstance(error, RateLimited):
        others = [header for header in response.headers if header not in LATER]
        response.headers = [*others, (LATER[0][0], str(error.retry_after).encode())]
    return response


async def send_long(
    response: GraphQLResponse,
    form: ResponseForm | None,
    unsent: UnsentAnswers,
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    """Send the response, or a refusal if too much waits for its client already."""
    try:
        with unsent.holding(client_network(scope), response.size, is_owed=response.is_owed):
            await response(scope, receive, send)
    except TooManyRequests as error:
        await refusal(429, error.message, form)(scope, receive, send)
