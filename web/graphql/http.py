"""GraphQL over HTTP, with a body or an event stream for an answer.

It follows the specification of that name. It stands on bare ASGI: what a framework does for a
request would cost more than a short answer.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence

from graphql import OperationType
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.http.ides import get_graphql_ide_html

from access.viewer import Viewer
from database.outages import is_outage
from engine.error_formatting import MASKED, UNAVAILABLE, error_from_refusal, log_exception
from engine.execution import refused_execution
from engine.operations import InvalidOperation
from errors import DomainError, Invalid, TooManyRequests, Unauthenticated
from models.positions import parse_position
from web.clients import client_address, client_network
from web.connection_registry import (
    RETRY_AFTER_SECONDS,
    ClientDisconnected,
    ConnectionRegistry,
    Slot,
    TooManyConnections,
)
from web.graphql import responses, server_sent_events
from web.graphql.content_negotiation import Accepted, accepted, is_json
from web.graphql.long_answers import send_long
from web.graphql.request_parsing import (
    BadRequest,
    GraphQLRequest,
    request_from_body,
    request_from_query_string,
)
from web.graphql.responses import PAGE_TYPE, GraphQLResponse, Header
from web.graphql.server_sent_events import EventStream
from web.graphql.service import EXECUTED, GraphQLService, OperationTypeNotAllowed
from web.unsent_answers import PART_BYTES

MAXIMUM_BODY = 1024 * 1024
"""The most bytes of a request's body: 500 tracking events fit."""
BY_GET = (OperationType.QUERY,)
"""The operations that GET executes: it must be safe to repeat."""

Headers = Mapping[bytes, bytes]
NOT_ACCEPTED = "Accept application/json, application/graphql-response+json or text/event-stream."
NOT_JSON = "Send a JSON object as Content-Type: application/json, in UTF-8 and not compressed."
MANY_ANSWERS = (
    "A subscription has many answers."
    " Ask for it with Accept: text/event-stream, or over a websocket."
)
EITHER: Header = (b"allow", b"GET, POST")
POST_ONLY: Header = (b"allow", b"POST")


class HttpError(Exception):
    """A request that is answered with a status of its own."""

    def __init__(self, status: int, message: str, *headers: Header) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers


class HttpEndpoint:
    """Answers every mistake of a caller in JSON, never with a traceback."""

    def __init__(
        self, service: GraphQLService, connections: ConnectionRegistry, *, has_graphiql: bool
    ) -> None:
        self._service, self._connections = service, connections
        self._page = get_graphql_ide_html("graphiql").encode() if has_graphiql else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers_of(scope)
        accept = accepted(headers.get(b"accept"))
        try:
            with self._service.deadlines.limited():
                response = await self._respond(scope, headers, accept, receive)
        except HttpError as error:
            response = responses.refusal(error.status, error.message, accept.form, *error.headers)
        except OperationTypeNotAllowed:
            message = "A mutation is sent by POST."
            response = responses.refusal(405, message, accept.form, POST_ONLY)
        except BadRequest as error:
            response = responses.refusal(400, str(error), accept.form)
        except Unauthenticated as error:
            response = responses.refusal(401, str(error), accept.form)
        except TooManyRequests as error:
            response = responses.refusal(429, error.message, accept.form)
        except ClientDisconnected:
            return
        except Exception as error:
            log_exception(error, scope["path"])
            status, message = (503, UNAVAILABLE) if is_outage(error) else (500, MASKED)
            response = responses.refusal(status, message, accept.form)
        if isinstance(response, GraphQLResponse) and response.size > PART_BYTES:
            await send_long(response, accept.form, self._connections.unsent, scope, receive, send)
        else:
            await response(scope, receive, send)

    async def _respond(
        self, scope: Scope, headers: Headers, accept: Accepted, receive: Receive
    ) -> ASGIApp:
        request = await _read_request(scope, headers, receive)
        if request is None:
            return self._graphiql(accept)
        if accept.form is None and not accept.takes_events:
            raise HttpError(406, NOT_ACCEPTED)
        if accept.form is None or accept.wants_events:
            return await self._stream(request, scope, headers)
        try:
            execution = await self._service.execute(
                request,
                _authorization(headers),
                client_network(scope),
                _allowed_types(scope),
                is_limited=True,
            )
            return responses.answer(execution, accept.form)
        except InvalidOperation as error:
            return responses.answer(refused_execution(error.errors), accept.form)
        except OperationTypeNotAllowed as error:
            if not error.operation.is_subscription:
                raise
        if not accept.takes_events:
            raise HttpError(400, MANY_ANSWERS)
        return await self._stream(request, scope, headers)

    def _graphiql(self, accept: Accepted) -> ASGIApp:
        if not accept.wants_page:
            raise BadRequest("There is no query. Send one as ?query=, or by POST.")
        if self._page is None:
            raise HttpError(404, "There is no page here. Send a query by POST.")
        return GraphQLResponse(200, PAGE_TYPE, self._page)

    async def _stream(self, request: GraphQLRequest, scope: Scope, headers: Headers) -> ASGIApp:
        """Send errors of the operation as events, too: a browser would not show a status."""
        authorization = _authorization(headers)
        viewer = await self._service.authenticate(authorization)
        if self._connections.is_draining:
            return server_sent_events.retry_later()
        try:
            slot = self._connections.admit(client_address(scope), viewer)
        except TooManyConnections:
            return server_sent_events.retry_later(RETRY_AFTER_SECONDS * 1000)
        try:
            events = await self._events(request, viewer, slot, scope, headers)
        except BaseException as error:
            slot.release()
            if isinstance(error, Exception) and is_outage(error):
                log_exception(error, scope["path"])
                return server_sent_events.retry_later()
            raise
        return EventStream(events, self._connections, slot, authorization)

    async def _events(
        self,
        request: GraphQLRequest,
        viewer: Viewer,
        slot: Slot,
        scope: Scope,
        headers: Headers,
    ) -> AsyncGenerator[str, None]:
        try:
            operation = await self._service.prepare(request, viewer, slot.client)
            if operation.is_subscription:
                subscription = await self._service.subscribe(
                    request, viewer, slot.network, _last_position(headers)
                )
                return server_sent_events.events_of(subscription, slot)
            execution = await self._service.execute(
                request, viewer, slot.network, _allowed_types(scope), is_limited=True
            )
        except InvalidOperation as error:
            return server_sent_events.single(refused_execution(error.errors), slot)
        except DomainError as refusal:
            return server_sent_events.single(refused_execution([error_from_refusal(refusal)]), slot)
        return server_sent_events.single(execution, slot)


def _headers_of(scope: Scope) -> Headers:
    """Return the headers by name; the values of a repeated header are joined to one list."""
    pairs = scope["headers"]
    headers: dict[bytes, bytes] = dict(pairs)
    if len(headers) == len(pairs):
        return headers
    values_by_name: dict[bytes, list[bytes]] = {}
    for name, value in pairs:
        values_by_name.setdefault(name, []).append(value)
    return {name: b", ".join(values) for name, values in values_by_name.items()}


async def _read_request(scope: Scope, headers: Headers, receive: Receive) -> GraphQLRequest | None:
    """Return None if the URL asks for no operation.

    Raises BadRequest, ClientDisconnected, and HttpError.
    """
    if scope["method"] == "POST":
        _require_json(headers)
        return request_from_body(await _read_body(receive))
    if scope["method"] == "GET":
        return request_from_query_string(scope["query_string"])
    raise HttpError(405, "Use GET or POST.", EITHER)


def _authorization(headers: Headers) -> str | None:
    value = headers.get(b"authorization")
    return None if value is None else value.decode("latin-1")


def _require_json(headers: Headers) -> None:
    """Raise HttpError unless the body is declared as plain JSON."""
    is_plain = headers.get(b"content-encoding", b"identity") == b"identity"
    if not is_plain or not is_json(headers.get(b"content-type", b"")):
        raise HttpError(415, NOT_JSON)


def _allowed_types(scope: Scope) -> Sequence[OperationType]:
    return EXECUTED if scope["method"] == "POST" else BY_GET


async def _read_body(receive: Receive) -> bytes:
    """Return the whole body. Raises ClientDisconnected, and HttpError if it is too long."""
    message = await receive()
    chunks, size = [message.get("body", b"")], len(message.get("body", b""))
    while size <= MAXIMUM_BODY and message.get("more_body"):
        message = await receive()
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
    if message["type"] == "http.disconnect":
        raise ClientDisconnected
    if size > MAXIMUM_BODY:
        raise HttpError(413, f"A request has at most {MAXIMUM_BODY} bytes.")
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _last_position(headers: Headers) -> int | None:
    """Return the position after which a browser's EventSource resumes. Raises Invalid."""
    value = headers.get(b"last-event-id")
    if not value:
        return None
    try:
        return parse_position(value.decode("latin-1"))
    except ValueError as error:
        raise Invalid(f"Last-Event-ID {error}.") from None
