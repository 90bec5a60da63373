"""The websocket handshake: decides who may open a websocket, and starts its session."""

from time import perf_counter

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from access.credentials import Authorization
from access.viewer import ANONYMOUS, Viewer
from engine import error_formatting
from errors import RateLimited, TopLevelCode, Unauthenticated
from runtime.current_request import begin_request
from web.clients import client_address, client_network
from web.connection_registry import (
    RETRY_AFTER,
    TOO_MANY,
    ConnectionRegistry,
    Slot,
    TooManyConnections,
)
from web.credentials import CredentialsReader
from web.graphql.access_log import UNKNOWN, WebsocketLog
from web.graphql.service import GraphQLService
from web.graphql.websocket_messages import PROTOCOL, CloseCode, close_code_of, close_reason
from web.graphql.websocket_session import WebsocketSession
from web.origins import Origins
from web.request_ids import REQUEST_ID_HEADER, request_id_of

TEXT = "text/plain"


class WebsocketHandshake:
    """Opens websockets.

    What a page must not do is refused before the upgrade. What a client shall read is refused after
    it: a browser shows its page close codes, but no status.
    """

    def __init__(
        self,
        service: GraphQLService,
        connections: ConnectionRegistry,
        origins: Origins,
        credentials: CredentialsReader,
    ) -> None:
        self._service, self._connections, self._origins = service, connections, origins
        self._credentials = credentials

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started_at = perf_counter()
        await receive()  # the event websocket.connect
        headers = dict(scope["headers"])
        log = WebsocketLog(client_address(scope), request_id_of(headers).decode())
        begin_request(log.request_id, log.address)
        if (refusal := self._origins.refusal(scope)) is not None:
            log.write(UNKNOWN, "", started_at, 403, (TopLevelCode.FORBIDDEN,))
            await Response(refusal, 403, media_type=TEXT)(scope, receive, send)
            return
        authorization = self._credentials.of_handshake(scope, headers)
        network = client_network(scope)
        viewer, code = await self._authenticate(authorization, network)
        if PROTOCOL not in scope["subprotocols"]:
            code = CloseCode.WRONG_PROTOCOL
        try:
            slot = self._connections.admit(client_address(scope), viewer)
        except TooManyConnections:
            log.write(UNKNOWN, "", started_at, 503, (TopLevelCode.UNAVAILABLE,))
            await Response(TOO_MANY, 503, RETRY_AFTER, TEXT)(scope, receive, send)
            return
        try:
            if code is None:
                await self._serve(slot, authorization, log, receive, send)
            else:
                log.write(UNKNOWN, "", started_at, int(code))
                await _accept(log, send)
                reason = close_reason(code)
                await send({"type": "websocket.close", "code": int(code), "reason": reason})
        finally:
            slot.release()

    async def _serve(
        self,
        slot: Slot,
        authorization: Authorization,
        log: WebsocketLog,
        receive: Receive,
        send: Send,
    ) -> None:
        await _accept(log, send, PROTOCOL)
        session = WebsocketSession(
            self._service, self._connections, slot, authorization, log, receive, send
        )
        with self._connections.registered(session):
            await session.run()

    async def _authenticate(
        self, authorization: Authorization, network: str
    ) -> tuple[Viewer, CloseCode | None]:
        """Return the viewer, and the code to close with if the viewer cannot be told."""
        try:
            return await self._service.callers.authenticate(authorization, network), None
        except Unauthenticated:
            return ANONYMOUS, CloseCode.FORBIDDEN
        except RateLimited:
            return ANONYMOUS, CloseCode.TRY_AGAIN_LATER
        except Exception as error:
            error_formatting.log_exception(error, "a handshake")
            return ANONYMOUS, close_code_of(error)


async def _accept(log: WebsocketLog, send: Send, subprotocol: str | None = None) -> None:
    headers = [(REQUEST_ID_HEADER, log.request_id.encode())]
    await send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": headers})
