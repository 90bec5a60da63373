"""GraphQL over HTTP, with a body or an event stream for an answer.

After the specification of that name. It stands on bare ASGI: what a framework does for a request
would cost more than a short answer.
"""

from collections.abc import AsyncGenerator, Mapping

from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.http.ides import get_graphql_ide_html

from access.viewer import Viewer
from database.outages import is_outage
from engine.error_formatting import MASKED, UNAVAILABLE, error_from_refusal, log_exception
from engine.execution import refused_execution
from engine.operations import InvalidOperation, Operation
from errors import DomainError, Invalid, Unauthenticated
from models.positions import parse_position
from web.connection_registry import (
    RETRY_AFTER_SECONDS,
    ConnectionRegistry,
    TooManyConnections,
    host_of,
)
from web.graphql import responses, server_sent_events
from web.graphql.content_negotiation import Accepted, accepted, is_json
from web.graphql.request_parsing import (
    BadRequest,
    GraphQLRequest,
    request_from_body,
    request_from_query_string,
)
from web.graphql.responses import PAGE_TYPE, GraphQLResponse, Header
from web.graphql.server_sent_events import EventStream
from web.graphql.service import GraphQLService

MAXIMUM_BODY = 1024 * 1024
"""Bytes of a request: 500 tracking events fit."""

Head = Mapping[bytes, bytes]
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


class ClientDisconnected(Exception):
    """The client hung up in the middle of its request."""


class HttpEndpoint:
    """Everything that a caller can get wrong is answered in JSON, never with a traceback."""

    def __init__(
        self, answering: GraphQLService, connections: ConnectionRegistry, *, has_graphiql: bool
    ) -> None:
        self._answering, self._connections = answering, connections
        self._page = get_graphql_ide_html("graphiql").encode() if has_graphiql else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = _head_of(scope)
        takes = accepted(head.get(b"accept"))
        try:
            with self._answering.deadlines.limited():
                response = await self._respond(scope, head, takes, receive)
        except HttpError as error:
            response = responses.refusal(error.status, error.message, takes.form, *error.headers)
        except BadRequest as error:
            response = responses.refusal(400, str(error), takes.form)
        except Unauthenticated as error:
            response = responses.refusal(401, str(error), takes.form)
        except ClientDisconnected:
            return
        except Exception as error:
            log_exception(error, scope["path"])
            status, message = (503, UNAVAILABLE) if is_outage(error) else (500, MASKED)
            response = responses.refusal(status, message, takes.form)
        await response(scope, receive, send)

    async def _respond(
        self, scope: Scope, head: Head, takes: Accepted, receive: Receive
    ) -> ASGIApp:
        asked = await _asked(scope, head, receive)
        if asked is None:
            return self._shown_page(takes)
        if takes.form is None and not takes.takes_events:
            raise HttpError(406, NOT_ACCEPTED)
        viewer = await self._answering.callers.viewer(_authorization(head))
        if takes.form is None or takes.wants_events:
            return await self._stream(asked, viewer, scope, head)
        try:
            operation = self._answering.prepare(asked)
        except InvalidOperation as error:
            return responses.answer(refused_execution(error.errors), takes.form)
        if operation.is_subscription:
            if not takes.takes_events:
                raise HttpError(400, MANY_ANSWERS)
            return await self._stream(asked, viewer, scope, head)
        _demand_post(operation, scope)
        execution = await self._answering.execute(operation, asked.variables, viewer)
        return responses.answer(execution, takes.form)

    def _shown_page(self, takes: Accepted) -> ASGIApp:
        if not takes.wants_page:
            raise BadRequest("There is no query. Send one as ?query=, or by POST.")
        if self._page is None:
            raise HttpError(404, "There is no page here. Send a query by POST.")
        return GraphQLResponse(200, PAGE_TYPE, self._page)

    async def _stream(
        self, asked: GraphQLRequest, viewer: Viewer, scope: Scope, head: Head
    ) -> ASGIApp:
        """Errors of the operation are events too: a browser would not show a status."""
        if self._connections.is_leaving:
            return server_sent_events.retry_later()
        try:
            place = self._connections.admit(host_of(scope), viewer)
        except TooManyConnections:
            return server_sent_events.retry_later(RETRY_AFTER_SECONDS * 1000)
        try:
            events = await self._events(asked, viewer, scope, head)
        except BaseException as error:
            place.leave()
            if isinstance(error, Exception) and is_outage(error):
                log_exception(error, scope["path"])
                return server_sent_events.retry_later()
            raise
        return EventStream(events, self._connections, place, _authorization(head))

    async def _events(
        self, asked: GraphQLRequest, viewer: Viewer, scope: Scope, head: Head
    ) -> AsyncGenerator[str, None]:
        try:
            operation = self._answering.prepare(asked)
            if operation.is_subscription:
                follower = await self._answering.follower(
                    operation, asked.variables, viewer, _last_position(head)
                )
                return server_sent_events.events_of(follower)
            _demand_post(operation, scope)
            execution = await self._answering.execute(operation, asked.variables, viewer)
        except InvalidOperation as error:
            return server_sent_events.single(refused_execution(error.errors))
        except DomainError as refusal:
            return server_sent_events.single(refused_execution([error_from_refusal(refusal)]))
        return server_sent_events.single(execution)


def _head_of(scope: Scope) -> Head:
    """What is said twice is one list."""
    pairs = scope["headers"]
    head: dict[bytes, bytes] = dict(pairs)
    if len(head) == len(pairs):
        return head
    said: dict[bytes, list[bytes]] = {}
    for name, value in pairs:
        said.setdefault(name, []).append(value)
    return {name: b", ".join(values) for name, values in said.items()}


async def _asked(scope: Scope, head: Head, receive: Receive) -> GraphQLRequest | None:
    """None if nothing is asked for."""
    if scope["method"] == "POST":
        _demand_json(head)
        return request_from_body(await _body(receive))
    if scope["method"] == "GET":
        return request_from_query_string(scope["query_string"])
    raise HttpError(405, "Use GET or POST.", EITHER)


def _authorization(head: Head) -> str | None:
    said = head.get(b"authorization")
    return None if said is None else said.decode("latin-1")


def _demand_json(head: Head) -> None:
    is_plain = head.get(b"content-encoding", b"identity") == b"identity"
    if not is_plain or not is_json(head.get(b"content-type", b"")):
        raise HttpError(415, NOT_JSON)


def _demand_post(operation: Operation, scope: Scope) -> None:
    if operation.is_mutation and scope["method"] != "POST":
        raise HttpError(405, "A mutation is sent by POST.", POST_ONLY)


async def _body(receive: Receive) -> bytes:
    """Raises ClientDisconnected."""
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


def _last_position(head: Head) -> int | None:
    """Where a browser's EventSource says that it had come to. Raises Invalid."""
    said = head.get(b"last-event-id")
    if not said:
        return None
    try:
        return parse_position(said.decode("latin-1"))
    except ValueError as error:
        raise Invalid(f"Last-Event-ID {error}.") from None
