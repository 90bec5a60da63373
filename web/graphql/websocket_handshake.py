"""The websocket handshake: decides who may open a websocket, and starts its session."""

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
from web.clients import client_address
from web.connection_registry import RETRY_AFTER, ConnectionRegistry, TooManyConnections
from web.graphql.service import GraphQLService
from web.graphql.websocket_messages import PROTOCOL, CloseCode, close_code_of, close_reason
from web.graphql.websocket_session import WebsocketSession


class WebsocketHandshake:
    """Opens websockets.

    What a page must not do is refused before the upgrade. What a client shall read is refused after
    it: a browser shows its page close codes, but no status.
    """

    def __init__(
        self,
        service: GraphQLService,
        connections: ConnectionRegistry,
        allowed_origins: Sequence[str],
    ) -> None:
        self._service, self._connections = service, connections
        self._allowed_origins = normalize_allowed_origins(allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # the event websocket.connect
        headers = Headers(scope=scope)
        if not self._is_allowed_origin(headers):
            await Response(status_code=403)(scope, receive, send)
            return
        authorization = headers.get("authorization")
        viewer, code = await self._authenticate(authorization)
        if PROTOCOL not in scope["subprotocols"]:
            code = CloseCode.WRONG_PROTOCOL
        try:
            slot = self._connections.admit(client_address(scope), viewer)
        except TooManyConnections:
            await Response(status_code=503, headers=RETRY_AFTER)(scope, receive, send)
            return
        try:
            if code is None:
                await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
                session = WebsocketSession(
                    self._service, self._connections, slot, authorization, receive, send
                )
                with self._connections.registered(session):
                    await session.run()
            else:
                await send({"type": "websocket.accept"})
                reason = close_reason(code)
                await send({"type": "websocket.close", "code": int(code), "reason": reason})
        finally:
            slot.release()

    async def _authenticate(self, authorization: str | None) -> tuple[Viewer, CloseCode | None]:
        """Return the viewer, and the code to close with if the viewer cannot be told."""
        try:
            return await self._service.authenticate(authorization), None
        except Unauthenticated:
            return ANONYMOUS, CloseCode.FORBIDDEN
        except Exception as error:
            error_formatting.log_exception(error, "a handshake")
            return ANONYMOUS, close_code_of(error)

    def _is_allowed_origin(self, headers: Headers) -> bool:
        """Whether a page of this origin may connect.

        Only browsers send an origin; other clients act with no rights but their own.
        """
        origin = headers.get("origin")
        return (
            origin is None
            or is_same_origin(origin, headers.get("host"))
            or normalize_origin(origin) in self._allowed_origins
        )
