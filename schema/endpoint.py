"""The endpoint: GraphQL over HTTP and over websockets, and who is calling."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from cross_web import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.exceptions import NonJsonMessageReceived
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from auth import ANONYMOUS, Viewer
from errors import Unauthenticated
from resolvers.viewers import Keys, viewer_of
from schema.build import Schema
from schema.context import Context
from schema.masking import UNAVAILABLE
from subscriptions.feed import Feed
from tracking.acts import Tracker
from tracking.api_keys import note_use

TIME_TO_INIT = timedelta(seconds=10)
"""A client that has connected says connection_init within this, or is let go with 4408."""
OPERATIONS_PER_CONNECTION = 50
"""Of a websocket at once: more than a page has parts."""
TIME_TO_ANSWER = 30.0
"""Seconds for an HTTP request: longer than any statement may take, shorter than proxies wait."""

CODES = {401: "UNAUTHENTICATED", 413: "LIMIT_EXCEEDED", 503: "UNAVAILABLE"}


class Messages(ASGIWebSocketAdapter):
    """Lets through only messages that the protocol has; for all others the socket closes, 4400."""

    async def iter_json(
        self, *, ignore_parsing_errors: bool = False
    ) -> AsyncGenerator[object, None]:
        async for message in super().iter_json(ignore_parsing_errors=ignore_parsing_errors):
            if not _is_message(message):
                raise NonJsonMessageReceived
            yield message


def _is_message(message: object) -> bool:
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


class Endpoint(GraphQL[Context, None]):
    """Everything that a caller can get wrong is answered in JSON, never with a traceback."""

    websocket_adapter_class = Messages

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
            await self.run(WebSocket(scope, receive, send))
        else:
            response = await self._respond(Request(scope, receive))
            await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(TIME_TO_ANSWER):
                return await self.run(request)
        except HTTPException as error:
            return _refusal(error.status_code, error.reason)
        except Unauthenticated as error:
            return _refusal(401, str(error))
        except TimeoutError:
            return _refusal(503, UNAVAILABLE)

    async def get_context(self, request: HTTPConnection, response: Any) -> Context:
        context = Context(self._tracker, self._feed)
        context.viewer = await self._viewer(request.headers.get("authorization"))
        return context

    async def on_ws_connect(self, context: Context) -> Any:
        """The key may come with the handshake, or in the payload of connection_init."""
        said = context.connection_params or {}
        authorization = said.get("Authorization", said.get("authorization"))
        try:
            if authorization is not None:
                context.viewer = await self._viewer(str(authorization))
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
        if isinstance(parsed, dict) and isinstance(parsed.get("operationName"), str | None):
            return parsed
        raise HTTPException(
            400, "The request body must be a JSON object: query, variables, operationName."
        )


def _refusal(status: int, message: str) -> JSONResponse:
    code = CODES.get(status, "INVALID")
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    error = {"message": message, "extensions": {"code": code}}
    return JSONResponse({"errors": [error]}, status, headers)
