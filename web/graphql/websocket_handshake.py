"""Handshakes: who may open a websocket, and a conversation for whoever may."""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.http.websocket_origin import (
    is_same_origin,
    normalize_allowed_origins,
    normalize_origin,
)

from access.viewer import ANONYMOUS, Viewer
from engine import error_formatting
from errors import Unauthenticated
from web.connection_registry import RETRY_AFTER, ConnectionRegistry, TooManyConnections, host_of
from web.graphql.service import GraphQLService
from web.graphql.websocket_messages import PROTOCOL, CloseCode, closing, reason
from web.graphql.websocket_session import WebsocketSession


class WebsocketHandshake:
    """Refuses before the upgrade what a page must not do, and after it what a client shall see:
    a browser tells its page close codes, and no status."""

    def __init__(
        self,
        answering: GraphQLService,
        connections: ConnectionRegistry,
        allowed_origins: Sequence[str],
    ) -> None:
        self._answering, self._connections = answering, connections
        self._allowed_origins = normalize_allowed_origins(allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # that it wants to connect
        headers = Headers(scope=scope)
        if not self._is_allowed(headers):
            await Response(status_code=403)(scope, receive, send)
            return
        authorization = headers.get("authorization")
        viewer, code = await self._viewer(authorization)
        if PROTOCOL not in scope["subprotocols"]:
            code = CloseCode.WRONG_PROTOCOL
        try:
            place = self._connections.admit(host_of(scope), viewer)
        except TooManyConnections:
            await Response(status_code=503, headers=RETRY_AFTER)(scope, receive, send)
            return
        try:
            if code is None:
                await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
                conversation = WebsocketSession(
                    self._answering, self._connections, place, authorization, receive, send
                )
                with self._connections.keeping(conversation):
                    await conversation.run()
            else:
                await send({"type": "websocket.accept"})
                await send({"type": "websocket.close", "code": int(code), "reason": reason(code)})
        finally:
            place.leave()

    async def _viewer(self, authorization: str | None) -> tuple[Viewer, CloseCode | None]:
        """Who asks; or how to close, if that cannot be told."""
        try:
            return await self._answering.callers.viewer(authorization), None
        except Unauthenticated:
            return ANONYMOUS, CloseCode.FORBIDDEN
        except Exception as error:
            error_formatting.log_exception(error, "a handshake")
            return ANONYMOUS, closing(error)

    def _is_allowed(self, headers: Headers) -> bool:
        """What is no browser says no origin, and has nobody's rights but its own."""
        origin = headers.get("origin")
        return (
            origin is None
            or is_same_origin(origin, headers.get("host"))
            or normalize_origin(origin) in self._allowed_origins
        )
