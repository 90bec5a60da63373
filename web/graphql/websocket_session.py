"""A websocket session: speaks graphql-transport-ws on one websocket until it closes."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic, perf_counter
from typing import Any, NoReturn

from starlette.types import Receive, Send

from access.credentials import Authorization
from access.viewer import ANONYMOUS, Viewer
from engine import error_formatting
from errors import RateLimited, Unauthenticated
from web.connection_registry import (
    CLOSE_TIMEOUT,
    PING_INTERVAL,
    PONG_TIMEOUT,
    SEND_TIMEOUT,
    ClientDisconnected,
    ConnectionRegistry,
    EndReason,
    Slot,
    TooManyConnections,
)
from web.credentials import credentials
from web.graphql import websocket_messages
from web.graphql.access_log import UNKNOWN, WebsocketLog, codes_of, label_of
from web.graphql.request_parsing import GraphQLRequest
from web.graphql.service import GraphQLService
from web.graphql.websocket_messages import CloseCode
from web.graphql.websocket_operation import ERROR, WebsocketOperation
from web.token_bucket import TokenBucket


class WebsocketSession:
    """Reads messages in one task and runs each operation in its own."""

    def __init__(
        self,
        service: GraphQLService,
        connections: ConnectionRegistry,
        slot: Slot,
        authorization: Authorization,
        log: WebsocketLog,
        receive: Receive,
        send: Send,
    ) -> None:
        self.authorization, self.log = authorization, log
        self.viewer: Viewer = ANONYMOUS
        self.close_code: int | None = None
        self._service, self.slot = service, slot
        self.connections, self._limits = connections, connections.limits
        self._receive, self._send = receive, send
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._is_initialised = self._is_acknowledged = False
        task = asyncio.current_task()
        assert task is not None
        self._main: asyncio.Task[Any] = task
        self._side_task: asyncio.Task[None] | None = None
        self._is_ending = self._is_closed_here = False
        self._started_at = perf_counter()
        self._opened_at = self._received_at = self._sent_at = connections.now
        self._pinged_at: float | None = None
        self._sending = 0
        self._message_rate = TokenBucket(self._limits.messages_per_second, monotonic())

    async def run(self) -> None:
        """Serve the client until either side closes."""
        try:
            with suppress(ClientDisconnected):
                await self._receive_all()
        except asyncio.CancelledError:
            if not self._is_ending or self._main.uncancel():
                raise
        finally:
            if self._is_closed_here and not self._operations:
                self.log.write(UNKNOWN, "", self._started_at, self.close_code)
            for operation in self._operations.values():
                operation.cancel()

    async def _receive_all(self) -> None:
        try:
            while (message := await self._receive())["type"] != "websocket.disconnect":
                await self._handle(message.get("text"))
            self.close_code = self.close_code or message.get("code")
        except ClientDisconnected:
            raise
        except Exception as error:
            error_formatting.log_exception(error, "a websocket")
            await self._close(websocket_messages.close_code_of(error))

    async def _handle(self, text: str | None) -> None:
        self._received_at, self._pinged_at = self.connections.now, None
        if not self._message_rate.take(monotonic()):
            await self._close(CloseCode.TRY_AGAIN_LATER)
        elif (message := websocket_messages.parse_message(text)) is None:
            await self._close(CloseCode.BAD_MESSAGE)
        else:
            await self._dispatch(message)

    async def _dispatch(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "connection_init":
                await self._initialise(message.get("payload", {}))
            case "ping":
                await self.send_text(websocket_messages.pong(message.get("payload")))
            case "subscribe":
                await self._subscribe(message["id"], message["payload"])
            case "complete":
                operation = self._operations.pop(message["id"], None)
                if operation is not None:
                    operation.cancel()

    async def _initialise(self, payload: Mapping[str, Any]) -> None:
        """Authenticate by the key of the payload or of the handshake, and acknowledge."""
        if self._is_initialised:
            await self._close(CloseCode.SECOND_INIT)
        self._is_initialised = True
        authorization = websocket_messages.authorization_in(payload)
        if authorization is not None:
            self.authorization = credentials(authorization, websocket_messages.actor_in(payload))
        try:
            if self.authorization is None and websocket_messages.has_misplaced_key(payload):
                raise Unauthenticated(websocket_messages.KEY_PLACE)
            self.viewer = await self._service.callers.authenticate(
                self.authorization, self.slot.network
            )
            if authorization is not None and self.viewer is not ANONYMOUS:
                self.slot.move_to(self.viewer)
        except Unauthenticated as error:
            await self._close(CloseCode.FORBIDDEN, f": {error}")
        except (RateLimited, TooManyConnections):
            await self._close(CloseCode.TRY_AGAIN_LATER)
        else:
            self._is_acknowledged = True
            await self.send_text(websocket_messages.ACKNOWLEDGE)

    async def _subscribe(self, id_: str, request: GraphQLRequest) -> None:
        if not self._is_acknowledged:
            await self._close(CloseCode.NOT_ACKNOWLEDGED)
        elif id_ in self._operations:
            await self._close(CloseCode.ID_IN_USE, id_)
        elif len(self._operations) >= (limit := self._limits.subscriptions_per_connection):
            await self._refuse_another(id_, request, limit)
        else:
            operation = WebsocketOperation(self, self._service, id_, request)
            self._operations[id_] = asyncio.create_task(operation.run())

    async def _refuse_another(self, id_: str, request: GraphQLRequest, limit: int) -> None:
        """Refuse an operation beyond the limit of this websocket."""
        request.viewer = self.viewer
        refusal = websocket_messages.too_many_operations(limit)
        self.log.write(label_of(request), id_, perf_counter(), ERROR, codes_of([refusal]))
        await self.send_text(websocket_messages.error(id_, [refusal]))

    def forget(self, id_: str) -> None:
        """Forget an operation before its last message is sent: its id may be used again."""
        self._operations.pop(id_, None)

    async def send_text(self, text: str) -> None:
        await self._send_event({"type": "websocket.send", "text": text})

    async def _close(self, code: CloseCode, detail: str = "") -> NoReturn:
        """Close, and stop reading: later messages may have arrived, but are not acted on."""
        if self.close_code is None:
            self.close_code, self._is_closed_here = int(code), True
        reason = websocket_messages.close_reason(code, detail)
        await self._send_event({"type": "websocket.close", "code": int(code), "reason": reason})
        raise ClientDisconnected

    async def _send_event(self, event: dict[str, Any]) -> None:
        """Send, and wait while the client reads nothing. Raises ClientDisconnected."""
        if not self._sending:
            self._sent_at = self.connections.now
        self._sending += 1
        try:
            await self._send(event)
        except (OSError, RuntimeError):
            # uvicorn raises RuntimeError for what is sent after the close.
            raise ClientDisconnected from None
        finally:
            self._sending -= 1
            self._sent_at = self.connections.now

    def tick(self, now: float) -> None:
        if self._sending and now - self._sent_at > SEND_TIMEOUT:
            self.begin_close(CloseCode.TRY_AGAIN_LATER)
        elif not self._is_initialised and now - self._opened_at > self._limits.init_seconds:
            self.begin_close(CloseCode.TIMED_OUT)
        elif self._pinged_at is None:
            if now - self._received_at > PING_INTERVAL:
                self._pinged_at = now
                self._side_task = asyncio.create_task(self._ping())
        elif now - self._pinged_at > PONG_TIMEOUT:
            self.begin_close(CloseCode.TIMED_OUT)

    async def _ping(self) -> None:
        with suppress(ClientDisconnected):
            await self.send_text(websocket_messages.PING)

    def break_off(self, error: Exception) -> None:
        """Close so that the client comes back: there is a bug here, or the database is away."""
        if not self._is_ending:
            error_formatting.log_exception(error, "a websocket")
        self.begin_close(websocket_messages.close_code_of(error))

    def end(self, reason: EndReason) -> None:
        self.begin_close(websocket_messages.CLOSE_CODES[reason])

    def begin_close(self, code: CloseCode) -> None:
        if not self._is_ending:
            self._is_ending = True
            self._side_task = asyncio.create_task(self._close_and_stop(code))

    async def _close_and_stop(self, code: CloseCode) -> None:
        with suppress(ClientDisconnected, TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._close(code)
        # The main task may still wait for a client that reads nothing.
        self._main.cancel()
