"""GraphQL over HTTP, with a body or an event stream for an answer."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import orjson
from cross_web import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLRequestData

from errors import Invalid, Refusal, Unauthenticated
from models.outages import is_outage
from schema.build import Schema
from schema.context import Context
from schema.encoding import encoded
from schema.endpoint import event_streams
from schema.endpoint.answering import TIME_TO_ANSWER, Answering
from schema.endpoint.connections import COME_BACK, COME_BACK_SECONDS, Connections, Full, host_of
from schema.endpoint.event_streams import EventStream
from schema.masking import MASKED, UNAVAILABLE, error_of, log_exception
from schema.operations import Refused
from schema.scalars import parse_position

MAXIMUM_BODY = 1024 * 1024
"""Bytes of a request: 500 tracking events fit."""

CODES = {401: "UNAUTHENTICATED", 413: "LIMIT_EXCEEDED", 500: "INTERNAL", 503: "UNAVAILABLE"}
EVENTS = "text/event-stream"
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: COME_BACK}


class HttpEndpoint(GraphQL[Context, None]):
    """Everything that a caller can get wrong is answered in JSON, never with a traceback."""

    def __init__(
        self, schema: Schema, answering: Answering, connections: Connections, *, has_graphiql: bool
    ) -> None:
        super().__init__(
            schema,
            graphql_ide="graphiql" if has_graphiql else None,
            subscription_protocols=(),
        )
        self._answering, self._connections = answering, connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(Request(scope, _bounded(receive)))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> ASGIApp:
        try:
            async with asyncio.timeout(TIME_TO_ANSWER):
                adapted = self.request_adapter_class(request)
                is_allowed = self.is_request_allowed(adapted)
                if is_allowed and EVENTS in request.headers.get("accept", ""):
                    asked = await self.parse_http_body(adapted)
                    if self._wants_events(request, asked):
                        return await self._stream(request, asked)
                return await self.run(request)
        except HTTPException as error:
            return _refusal(error.status_code, error.reason)
        except Unauthenticated as error:
            return _refusal(401, str(error))
        except ClientDisconnect:
            return Response()
        except Exception as error:
            log_exception(error, request.url.path)
            return _refusal(503, UNAVAILABLE) if is_outage(error) else _refusal(500, MASKED)

    async def get_context(self, request: HTTPConnection, response: Any) -> Context:
        return await self._answering.context(request.headers.get("authorization"))

    def _wants_events(self, request: Request, asked: GraphQLRequestData) -> bool:
        """Some clients name it for every operation, after the types that they would rather have."""
        if request.headers["accept"].lstrip().startswith(EVENTS):
            return True
        try:
            operation = self._answering.prepare(asked.query or "", asked.operation_name)
        except Refused:
            return False
        return operation.is_subscription

    async def _stream(self, request: Request, asked: GraphQLRequestData) -> ASGIApp:
        """Errors of the operation are events too: a browser would not show a status."""
        authorization = request.headers.get("authorization")
        viewer = await self._answering.callers.viewer(authorization)
        if self._connections.is_leaving:
            return event_streams.come_back()
        try:
            place = self._connections.admit(host_of(request.scope), viewer)
        except Full:
            return event_streams.come_back(COME_BACK_SECONDS * 1000)
        try:
            events = await self._events(asked, request)
        except BaseException as error:
            place.leave()
            if isinstance(error, Exception) and is_outage(error):
                log_exception(error, request.url.path)
                return event_streams.come_back()
            raise
        return EventStream(events, self._connections, place, authorization)

    async def _events(
        self, asked: GraphQLRequestData, request: Request
    ) -> AsyncGenerator[str, None]:
        authorization = request.headers.get("authorization")
        query, name = asked.query or "", asked.operation_name
        variables = asked.variables or {}
        try:
            operation = self._answering.prepare(query, name)
            if operation.is_subscription:
                follower = await self._answering.follower(
                    operation, variables, authorization, _last_position(request)
                )
                return event_streams.events_of(follower)
            if operation.is_mutation and request.method == "GET":
                raise HTTPException(405, "A mutation is sent by POST.")
            named = {"query": query, "variables": variables, "operationName": name}
            result = await self._answering.answer(named, authorization)
        except Refused as refused:
            return event_streams.refusal(refused.errors)
        except Refusal as refusal:
            return event_streams.refusal([error_of(refusal)])
        return event_streams.single(encoded(result.data, result.errors))

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)

    def encode_json(self, data: object) -> str:
        return orjson.dumps(data).decode()

    def parse_json(self, data: str | bytes) -> Any:
        parsed = super().parse_json(data)
        if isinstance(parsed, dict):
            return parsed
        raise HTTPException(
            400, "The request body must be a JSON object: query, variables, operationName."
        )

    async def parse_http_body(self, request: Any) -> GraphQLRequestData:
        asked = await super().parse_http_body(request)
        if isinstance(asked, GraphQLRequestData) and isinstance(asked.operation_name, str | None):
            return asked
        raise HTTPException(400, "The `operationName` must be a string or null, if provided.")


def _last_position(request: Request) -> int | None:
    """Where a browser's EventSource says that it had come to. Raises Invalid."""
    said = request.headers.get("last-event-id")
    if not said:
        return None
    try:
        return parse_position(said)
    except ValueError as error:
        raise Invalid(f"Last-Event-ID {error}.") from None


def _bounded(receive: Receive) -> Receive:
    """Starlette's own limit answers in plain text."""
    size = 0

    async def bounded() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MAXIMUM_BODY:
            raise HTTPException(413, f"A request has at most {MAXIMUM_BODY} bytes.")
        return message

    return bounded


def _refusal(status: int, message: str) -> JSONResponse:
    error = {"message": message, "extensions": {"code": CODES.get(status, "INVALID")}}
    return JSONResponse({"errors": [error]}, status, HEADERS.get(status))
