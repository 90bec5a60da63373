"""The endpoint: GraphQL over HTTP and over websockets, and who is calling."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, TypeGuard

import orjson
from cross_web import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLRequestData
from strawberry.http.exceptions import NonJsonMessageReceived
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import SubscribeMessage

from auth import ANONYMOUS, Viewer
from errors import Unauthenticated
from models.outages import is_outage
from resolvers.viewers import Keys, viewer_of
from schema.build import Schema
from schema.context import Context
from schema.masking import MASKED, UNAVAILABLE, log_exception
from subscriptions.feed import Feed
from tracking.acts import Tracker
from tracking.api_keys import note_use

MAXIMUM_BODY = 1024 * 1024
"""Bytes of a request: 500 tracking events fit."""
TIME_TO_INIT = timedelta(seconds=10)
"""A client that has connected says connection_init within this, or is let go with 4408."""
OPERATIONS_PER_CONNECTION = 50
"""Of a websocket at once: more than a page has parts."""
TIME_TO_ANSWER = 30.0
"""Seconds for an HTTP request: longer than any statement may take, shorter than proxies wait."""

CODES = {401: "UNAUTHENTICATED", 413: "LIMIT_EXCEEDED", 500: "INTERNAL", 503: "UNAVAILABLE"}

LONGEST_REASON = 123
"""Bytes of a close frame, less those of its code."""
FORBIDDEN, RESTARTING, TRY_AGAIN_LATER = 4403, 1012, 1013
"""Close codes after which clients come back, the first with another key."""


class Messages(ASGIWebSocketAdapter):
    """Lets through only messages that the protocol has; for all others the socket closes, 4400."""

    async def iter_json(
        self, *, ignore_parsing_errors: bool = False
    ) -> AsyncGenerator[object, None]:
        async for message in super().iter_json(ignore_parsing_errors=ignore_parsing_errors):
            if not _is_message(message):
                raise NonJsonMessageReceived
            yield {name: value for name, value in message.items() if value is not None}

    async def send_json(self, message: Mapping[str, Any]) -> None:
        """An error without a code is one of Strawberry's own: too many operations at once."""
        for error in message["payload"] if message["type"] == "error" else ():
            error.setdefault("extensions", {"code": "LIMIT_EXCEEDED"})
        await super().send_json(message)

    async def close(self, code: int, reason: str) -> None:
        """A reason that repeats what the client said may be too long for the protocol."""
        await super().close(code, reason.encode()[:LONGEST_REASON].decode(errors="ignore"))


def _is_message(message: Any) -> TypeGuard[dict[str, Any]]:
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return False
    if message["type"] not in ("subscribe", "complete"):
        return isinstance(message.get("payload", {}), dict | None)
    if not isinstance(message.get("id"), str):
        return False
    return message["type"] == "complete" or _is_operation(message.get("payload"))


def _is_operation(payload: object) -> bool:
    return (
        isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("operationName"), str | None)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("extensions"), dict | None)
    )


class Conversation(BaseGraphQLTransportWSHandler[Context, None]):
    """A websocket may be open for days: each operation asks anew what its key allows."""

    view: "Endpoint"

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        try:
            await self.view.renew(self.context)
        except Unauthenticated:
            await self.websocket.close(FORBIDDEN, "Forbidden")
        else:
            await super().handle_subscribe(message)


class Endpoint(GraphQL[Context, None]):
    """Everything that a caller can get wrong is answered in JSON, never with a traceback."""

    websocket_adapter_class = Messages
    graphql_transport_ws_handler_class = Conversation

    def __init__(
        self,
        schema: Schema,
        tracker: Tracker,
        feed: Feed,
        *,
        has_graphiql: bool,
        allowed_origins: Sequence[str],
    ) -> None:
        super().__init__(
            schema,
            graphql_ide="graphiql" if has_graphiql else None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=TIME_TO_INIT,
            max_subscriptions_per_connection=OPERATIONS_PER_CONNECTION,
            allowed_origins=allowed_origins,
        )
        self._tracker, self._feed, self._keys = tracker, feed, Keys()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._converse(WebSocket(scope, receive, send))
        else:
            response = await self._respond(Request(scope, _bounded(receive)))
            await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(TIME_TO_ANSWER):
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

    async def _converse(self, websocket: WebSocket) -> None:
        try:
            await self.run(websocket)
        except Unauthenticated:
            await websocket.close(FORBIDDEN, "Forbidden")
        except Exception as error:
            log_exception(error, websocket.url.path)
            with suppress(RuntimeError):  # it may be closed already
                await websocket.close(TRY_AGAIN_LATER if is_outage(error) else RESTARTING)

    async def get_context(self, request: HTTPConnection, response: Any) -> Context:
        context = Context(self._tracker, self._feed)
        context.authorization = request.headers.get("authorization")
        await self.renew(context)
        return context

    async def renew(self, context: Context) -> None:
        """Who is asking, as of now. Raises Unauthenticated once the key is no longer valid."""
        context.viewer = await self._viewer(context.authorization)

    async def on_ws_connect(self, context: Context) -> Any:
        """The key may come with the handshake, or in the payload of connection_init."""
        said = context.connection_params or {}
        authorization = said.get("Authorization", said.get("authorization"))
        try:
            if authorization is not None:
                context.authorization = str(authorization)
                await self.renew(context)
        except Unauthenticated:
            raise ConnectionRejectionError from None
        return await super().on_ws_connect(context)

    async def _viewer(self, authorization: str | None) -> Viewer:
        """Raises Unauthenticated. Whoever says nothing is anonymous."""
        if authorization is None:
            return ANONYMOUS
        scheme, _, key = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("Send the API key as: Authorization: Bearer <key>.")
        row = await self._keys.holder(key.strip())
        now = datetime.now(UTC)
        await note_use(row, now)
        return viewer_of(row)

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)

    def encode_json(self, data: object) -> str:
        """Text, for websocket clients expect text frames."""
        return orjson.dumps(data).decode()

    def parse_json(self, data: str | bytes) -> Any:
        parsed = super().parse_json(data)
        if isinstance(parsed, dict):
            return parsed
        raise HTTPException(
            400, "The request body must be a JSON object: query, variables, operationName."
        )

    async def parse_http_body(self, request: Any) -> Any:
        asked = await super().parse_http_body(request)
        if isinstance(asked, GraphQLRequestData) and isinstance(asked.operation_name, str | None):
            return asked
        raise HTTPException(400, "The `operationName` must be a string or null, if provided.")


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
    code = CODES.get(status, "INVALID")
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    error = {"message": message, "extensions": {"code": code}}
    return JSONResponse({"errors": [error]}, status, headers)
