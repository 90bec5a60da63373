"""GraphQL over HTTP, with a body or an event stream for an answer.

It follows the specification of that name. It stands on bare ASGI: what a framework does for a
request would cost more than a short answer.
"""

from collections.abc import Sequence
from time import perf_counter

from graphql import OperationType
from starlette.types import Receive, Scope, Send

from database.outages import is_outage
from engine.error_formatting import MASKED, UNAVAILABLE, log_exception
from engine.execution import refused_execution
from engine.operations import InvalidOperation
from errors import TooManyRequests, Unauthenticated
from runtime.current_request import begin_request
from web.clients import client_address, client_network
from web.connection_registry import ClientDisconnected, ConnectionRegistry
from web.credentials import CredentialsReader, CrossSiteRequest
from web.deadlines import Deadline
from web.graphql import responses
from web.graphql.access_log import (
    is_wanted,
    label_of,
    log_operation,
    record_forbidden,
)
from web.graphql.content_negotiation import Accepted, ResponseForm, accepted, is_json
from web.graphql.graphiql import Graphiql
from web.graphql.request_parsing import (
    BadRequest,
    GraphQLRequest,
    request_from_body,
    request_from_query_string,
)
from web.graphql.responses import PAGE_TYPE, GraphQLResponse
from web.graphql.service import EXECUTED, GraphQLService, OperationTypeNotAllowed
from web.graphql.stream_endpoint import StreamEndpoint
from web.graphql.streams import EventStream
from web.headers import Header, Headers
from web.request_body import MAXIMUM_BODY, BodyTooLarge, read_body
from web.request_ids import REQUEST_ID_HEADER, request_id_of
from web.security_headers import POLICY, SecurityHeaders
from web.unsent_answers import PART_BYTES

BY_GET = (OperationType.QUERY,)
"""The operations that GET executes: it must be safe to repeat."""

NOT_ACCEPTED = "Accept application/json, application/graphql-response+json or text/event-stream."
NOT_JSON = "Send a JSON object as Content-Type: application/json, in UTF-8 and not compressed."
MANY_ANSWERS = (
    "A subscription has many answers."
    " Ask for it with Accept: text/event-stream, or over a websocket."
)
EITHER: Header = (b"allow", b"GET, HEAD, POST")
POST_ONLY: Header = (b"allow", b"POST")


class HttpError(Exception):
    """A request that is answered with a status of its own."""

    def __init__(self, status: int, message: str, *headers: Header) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers


class HttpEndpoint:
    """Answers every mistake of a caller in JSON, never with a traceback."""

    def __init__(
        self,
        service: GraphQLService,
        connections: ConnectionRegistry,
        credentials: CredentialsReader,
        page: Graphiql | None,
    ) -> None:
        self._service, self._connections, self._page = service, connections, page
        self._credentials = credentials
        self._streams = StreamEndpoint(service, connections)
        self.security_headers = SecurityHeaders()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started_at = perf_counter()
        headers = _headers_of(scope)
        accept = accepted(headers.get(b"accept"))
        request_id = request_id_of(headers)
        begin_request(request_id.decode(), client_address(scope), _traceparent(headers))
        request, response = None, None
        try:
            with self._service.deadlines.limited() as deadline:
                request = await _read_request(scope, headers, receive)
                response = await self._respond(request, scope, headers, accept, deadline)
        except ClientDisconnected:
            return
        except Exception as error:
            response = _refusal(error, scope["path"], accept.form)
        response.headers += self.security_headers.missing_in(response.headers)
        response.headers.append((REQUEST_ID_HEADER, request_id))
        label = None
        if isinstance(response, EventStream):
            # The request refers to the syntax tree, and a stream may live for days.
            label, request = label_of(request), None
        try:
            if isinstance(response, GraphQLResponse) and response.size > PART_BYTES:
                unsent = self._connections.unsent
                sending = self.security_headers.added(send)
                await responses.send_long(response, accept.form, unsent, scope, receive, sending)
            else:
                await response(scope, receive, send)
        finally:
            record_forbidden(response.codes)
            if is_wanted():
                log_operation(
                    label or label_of(request),
                    transport="stream" if isinstance(response, EventStream) else "http",
                    seconds=perf_counter() - started_at,
                    address=client_address(scope),
                    status=response.status,
                    codes=response.codes,
                    request_id=request_id.decode(),
                )

    async def _respond(
        self,
        request: GraphQLRequest | None,
        scope: Scope,
        headers: Headers,
        accept: Accepted,
        deadline: Deadline,
    ) -> GraphQLResponse | EventStream:
        if request is None:
            return self._without_operation(scope, accept)
        if accept.form is None and not accept.takes_stream:
            raise HttpError(406, NOT_ACCEPTED)
        allowed = _allowed_types(scope)
        authorization = self._credentials.of_request(scope, headers)
        if accept.form is None or accept.wants_events:
            return await self._streams.open(
                request, scope, headers, authorization, accept, allowed, deadline
            )
        try:
            execution = await self._service.execute(
                request,
                authorization,
                client_network(scope),
                allowed,
                deadline=deadline,
            )
            return responses.answer(execution, accept.form)
        except InvalidOperation as error:
            return responses.answer(refused_execution(error.errors), accept.form)
        except OperationTypeNotAllowed as error:
            if not error.operation.is_subscription:
                raise
        if not accept.takes_stream:
            raise HttpError(400, MANY_ANSWERS)
        return await self._streams.open(
            request, scope, headers, authorization, accept, allowed, deadline
        )

    def _without_operation(self, scope: Scope, accept: Accepted) -> GraphQLResponse:
        """Return the page, or to HEAD only that there is a service."""
        if scope["method"] == "HEAD":
            return GraphQLResponse(200, PAGE_TYPE, b"", EITHER)
        if not accept.wants_page:
            raise BadRequest("There is no query. Send one as ?query=, or by POST.")
        if self._page is None:
            raise HttpError(404, "There is no page here. Send a query by POST.")
        return GraphQLResponse(200, PAGE_TYPE, self._page.page, (POLICY, self._page.policy))


def _refusal(error: Exception, path: str, form: ResponseForm | None) -> GraphQLResponse:
    """Return the response to a request that failed. What is not the caller's fault is logged."""
    if isinstance(error, HttpError):
        return responses.refusal(error.status, error.message, form, *error.headers)
    if isinstance(error, OperationTypeNotAllowed):
        return responses.refusal(405, "A mutation is sent by POST.", form, POST_ONLY)
    if isinstance(error, BadRequest):
        return responses.refusal(400, str(error), form)
    if isinstance(error, CrossSiteRequest):
        return responses.refusal(403, str(error), form)
    if isinstance(error, Unauthenticated):
        return responses.refusal(401, str(error), form)
    if isinstance(error, TooManyRequests):
        return responses.too_many(error, form)
    log_exception(error, path)
    status, message = (503, UNAVAILABLE) if is_outage(error) else (500, MASKED)
    return responses.refusal(status, message, form)


def _traceparent(headers: Headers) -> str | None:
    """Return what a tracing library of the caller says, for those that are trusted."""
    value = headers.get(b"traceparent")
    return None if value is None else value.decode("latin-1")


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
        try:
            return request_from_body(await read_body(receive))
        except BodyTooLarge:
            raise HttpError(413, f"A request has at most {MAXIMUM_BODY} bytes.") from None
    if scope["method"] == "GET":
        return request_from_query_string(scope["query_string"])
    if scope["method"] == "HEAD":
        return None
    raise HttpError(405, "Use GET or POST.", EITHER)


def _require_json(headers: Headers) -> None:
    """Raise HttpError unless the body is declared as plain JSON."""
    is_plain = headers.get(b"content-encoding", b"identity") == b"identity"
    if not is_plain or not is_json(headers.get(b"content-type", b"")):
        raise HttpError(415, NOT_JSON)


def _allowed_types(scope: Scope) -> Sequence[OperationType]:
    return EXECUTED if scope["method"] == "POST" else BY_GET
