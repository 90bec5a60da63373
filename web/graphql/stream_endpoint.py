"""The endpoint of streams: opens an event stream or a multipart one for one operation."""

from collections.abc import AsyncGenerator, Sequence

from graphql import OperationType
from starlette.types import Scope

from access.credentials import Authorization
from access.viewer import Viewer
from database.outages import is_outage
from engine.error_formatting import UNAVAILABLE, error_from_refusal, log_exception
from engine.execution import refused_execution
from engine.operations import InvalidOperation
from errors import DomainError, Invalid, TopLevelCode
from models.positions import parse_position
from web.clients import client_address, client_network
from web.connection_registry import (
    RETRY_AFTER_SECONDS,
    TOO_MANY,
    ConnectionRegistry,
    Slot,
    TooManyConnections,
)
from web.deadlines import Deadline
from web.graphql import responses
from web.graphql.access_log import codes_of
from web.graphql.content_negotiation import EVENTS, Accepted
from web.graphql.multipart import MULTIPART
from web.graphql.request_parsing import GraphQLRequest
from web.graphql.responses import GraphQLResponse
from web.graphql.server_sent_events import RETRY_MS, SERVER_SENT_EVENTS
from web.graphql.service import GraphQLService
from web.graphql.stream_format import StreamFormat
from web.graphql.streams import EventStream, events_of, single
from web.headers import Headers

BROWSER_HEADERS = (b"sec-fetch-mode", b"origin", b"referer")
"""Headers of browsers: each of them sends one of these from every page, and other programs none."""


class StreamEndpoint:
    """Answers an operation by a stream, in which errors of the operation are events, too."""

    def __init__(self, service: GraphQLService, connections: ConnectionRegistry) -> None:
        self._service, self._connections = service, connections

    async def open(
        self,
        request: GraphQLRequest,
        scope: Scope,
        headers: Headers,
        authorization: Authorization,
        accept: Accepted,
        allowed: Sequence[OperationType],
        deadline: Deadline,
    ) -> EventStream | GraphQLResponse:
        """Return the response. Raises Unauthenticated, BadRequest, and OperationTypeNotAllowed."""
        request.viewer = viewer = await self._service.callers.authenticate(
            authorization, client_network(scope)
        )
        if self._connections.is_draining:
            return _retry_later(scope, headers, UNAVAILABLE)
        try:
            slot = self._connections.admit(client_address(scope), viewer)
        except TooManyConnections:
            return _retry_later(scope, headers, TOO_MANY, RETRY_AFTER_SECONDS * 1000)
        form = MULTIPART if accept.takes_parts else SERVER_SENT_EVENTS
        try:
            events, codes = await self._events(
                request, viewer, slot, headers, form, allowed, deadline
            )
        except BaseException as error:
            slot.release()
            if isinstance(error, Exception) and is_outage(error):
                log_exception(error, scope["path"])
                return _retry_later(scope, headers, UNAVAILABLE)
            raise
        return EventStream(events, form, self._connections, slot, authorization, codes)

    async def _events(
        self,
        request: GraphQLRequest,
        viewer: Viewer,
        slot: Slot,
        headers: Headers,
        form: StreamFormat,
        allowed: Sequence[OperationType],
        deadline: Deadline,
    ) -> tuple[AsyncGenerator[str, None], Sequence[str]]:
        """Return the events, and the codes of errors in them that are known already."""
        try:
            # What is over a limit is refused before anything is done for it.
            caller = await self._service.callers.admit(viewer, slot.network)
            operation = await self._service.prepare(request, viewer, slot.client)
            if operation.is_subscription:
                subscription = await self._service.subscribe(
                    request, caller, slot.network, _last_position(headers)
                )
                return events_of(subscription, slot, form), ()
            execution = await self._service.execute(
                request, caller, slot.network, allowed, deadline=deadline
            )
        except InvalidOperation as error:
            execution = refused_execution(error.errors)
        except DomainError as refusal:
            execution = refused_execution([error_from_refusal(refusal)])
        return single(execution, slot, form), codes_of(execution.errors)


def _retry_later(
    scope: Scope, headers: Headers, message: str, after_ms: int = RETRY_MS
) -> GraphQLResponse:
    """Return the answer to a client that shall come back.

    A browser's EventSource gives up for good after any status but 200, and is told the pause in a
    stream that ends. Other clients would take that for the end of the operation.
    """
    if not _is_event_source(scope, headers):
        return responses.refusal(503, message, None)
    start, *others = SERVER_SENT_EVENTS.headers
    return GraphQLResponse(
        200, start, f"retry: {after_ms}\n".encode(), *others, codes=(TopLevelCode.UNAVAILABLE,)
    )


def _is_event_source(scope: Scope, headers: Headers) -> bool:
    """Whether a browser's EventSource sent the request. It sends GET and takes nothing but event
    streams; libraries that fetch streams in a page send POST, or take other answers as well."""
    return (
        scope["method"] == "GET"
        and headers.get(b"accept") == EVENTS.encode()
        and any(name in headers for name in BROWSER_HEADERS)
    )


def _last_position(headers: Headers) -> int | None:
    """Return the position after which a browser's EventSource resumes. Raises Invalid."""
    value = headers.get(b"last-event-id")
    if not value:
        return None
    try:
        return parse_position(value.decode("latin-1"))
    except ValueError as error:
        raise Invalid(f"Last-Event-ID {error}.") from None
