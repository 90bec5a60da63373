"""A websocket session: speaks graphql-transport-ws on one websocket until it closes."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic
from typing import Any, NoReturn

from graphql import GraphQLError
from starlette.types import Receive, Send

from access.viewer import ANONYMOUS, Viewer
from database.outages import is_outage
from engine import error_formatting
from engine.execution import refused_execution
from engine.operations import InvalidOperation
from engine.responses import encode_text
from errors import DomainError, LogRewound, Unauthenticated
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
from web.graphql import websocket_messages
from web.graphql.request_parsing import GraphQLRequest
from web.graphql.service import GraphQLService, OpenSubscription
from web.graphql.websocket_messages import CloseCode
from web.token_bucket import TokenBucket


class WebsocketSession:
    """Reads messages in one task and runs each operation in its own."""

    def __init__(
        self,
        service: GraphQLService,
        connections: ConnectionRegistry,
        slot: Slot,
        authorization: str | None,
        receive: Receive,
        send: Send,
    ) -> None:
        self.authorization = authorization
        self._service, self._slot = service, slot
        self._connections, self._limits = connections, connections.limits
        self._receive, self._send = receive, send
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._is_initialised = self._is_acknowledged = False
        self._viewer: Viewer = ANONYMOUS
        task = asyncio.current_task()
        assert task is not None
        self._main: asyncio.Task[Any] = task
        self._side_task: asyncio.Task[None] | None = None
        self._is_ending = False
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
            for operation in self._operations.values():
                operation.cancel()

    async def _receive_all(self) -> None:
        try:
            while (message := await self._receive())["type"] != "websocket.disconnect":
                await self._handle(message.get("text"))
        except ClientDisconnected:
            raise
        except Exception as error:
            error_formatting.log_exception(error, "a websocket")
            await self._close(websocket_messages.close_code_of(error))

    async def _handle(self, text: str | None) -> None:
        self._received_at, self._pinged_at = self._connections.now, None
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
                await self._send_text(websocket_messages.pong(message.get("payload")))
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
            self.authorization = authorization
        try:
            self._viewer = await self._service.authenticate(self.authorization)
            if authorization is not None and self._viewer is not ANONYMOUS:
                self._slot.move_to(self._viewer)
        except Unauthenticated as error:
            await self._close(CloseCode.FORBIDDEN, f": {error}")
        except TooManyConnections:
            await self._close(CloseCode.TRY_AGAIN_LATER)
        else:
            self._is_acknowledged = True
            await self._send_text(websocket_messages.ACKNOWLEDGE)

    async def _subscribe(self, id_: str, request: GraphQLRequest) -> None:
        if not self._is_acknowledged:
            await self._close(CloseCode.NOT_ACKNOWLEDGED)
        elif id_ in self._operations:
            await self._close(CloseCode.ID_IN_USE, id_)
        elif len(self._operations) >= (limit := self._limits.subscriptions_per_connection):
            await self._send_errors(id_, [websocket_messages.too_many_operations(limit)])
        else:
            self._operations[id_] = asyncio.create_task(self._run_operation(id_, request))

    async def _run_operation(self, id_: str, request: GraphQLRequest) -> None:
        network = self._slot.network
        try:
            operation = await self._service.prepare(request, self._viewer, self._slot.client)
            if operation.is_subscription:
                subscription = await self._service.subscribe(request, self.authorization, network)
                # Both refer to the syntax tree, and this task may live for days.
                del request, operation
                await self._follow(id_, subscription)
            else:
                await self._execute(id_, request)
        except InvalidOperation as error:
            await self._refuse(id_, error.errors)
        except DomainError as refusal:
            await self._refuse(id_, [error_formatting.error_from_refusal(refusal)])
        except (Unauthenticated, LogRewound) as error:
            self._begin_close(websocket_messages.close_code_of(error))
        except ClientDisconnected:
            pass
        except Exception as error:
            self._break_off(error)

    async def _execute(self, id_: str, request: GraphQLRequest) -> None:
        try:
            execution = await self._service.execute(request, self.authorization, self._slot.network)
        except Exception as error:
            if not is_outage(error):
                raise
            execution = refused_execution([GraphQLError("Unavailable", original_error=error)])
        if not execution.has_begun:
            await self._send_errors(id_, execution.errors)
            return
        text = websocket_messages.next_head(id_) + encode_text(execution) + "}"
        with self._slot.sending(len(text)):
            await self._send_text(text)
        self._operations.pop(id_, None)
        await self._send_text(websocket_messages.complete(id_))

    async def _follow(self, id_: str, subscription: OpenSubscription) -> None:
        head = websocket_messages.next_head(id_)
        with self._slot.holding(subscription.document, subscription.variables):
            async with subscription.follower as follower:
                async for delivery in follower:
                    await self._send_text(head + delivery.body + "}")

    async def _refuse(self, id_: str, errors: list[GraphQLError]) -> None:
        await self._send_errors(id_, error_formatting.format_and_log(errors))

    async def _send_errors(self, id_: str, errors: list[GraphQLError]) -> None:
        self._operations.pop(id_, None)
        await self._send_text(websocket_messages.error(id_, errors))

    async def _send_text(self, text: str) -> None:
        await self._send_event({"type": "websocket.send", "text": text})

    async def _close(self, code: CloseCode, detail: str = "") -> NoReturn:
        """Close, and stop reading: later messages may have arrived, but are not acted on."""
        reason = websocket_messages.close_reason(code, detail)
        await self._send_event({"type": "websocket.close", "code": int(code), "reason": reason})
        raise ClientDisconnected

    async def _send_event(self, event: dict[str, Any]) -> None:
        """Send, and wait while the client reads nothing. Raises ClientDisconnected."""
        if not self._sending:
            self._sent_at = self._connections.now
        self._sending += 1
        try:
            await self._send(event)
        except (OSError, RuntimeError):
            # uvicorn raises RuntimeError for what is sent after the close.
            raise ClientDisconnected from None
        finally:
            self._sending -= 1
            self._sent_at = self._connections.now

    def tick(self, now: float) -> None:
        if self._sending and now - self._sent_at > SEND_TIMEOUT:
            self._begin_close(CloseCode.TRY_AGAIN_LATER)
        elif not self._is_initialised and now - self._opened_at > self._limits.init_seconds:
            self._begin_close(CloseCode.TIMED_OUT)
        elif self._pinged_at is None:
            if now - self._received_at > PING_INTERVAL:
                self._pinged_at = now
                self._side_task = asyncio.create_task(self._ping())
        elif now - self._pinged_at > PONG_TIMEOUT:
            self._begin_close(CloseCode.TIMED_OUT)

    async def _ping(self) -> None:
        with suppress(ClientDisconnected):
            await self._send_text(websocket_messages.PING)

    def _break_off(self, error: Exception) -> None:
        """Close so that the client comes back: there is a bug here, or the database is away."""
        if not self._is_ending:
            error_formatting.log_exception(error, "a websocket")
        self._begin_close(websocket_messages.close_code_of(error))

    def end(self, reason: EndReason) -> None:
        self._begin_close(websocket_messages.CLOSE_CODES[reason])

    def _begin_close(self, code: CloseCode) -> None:
        if not self._is_ending:
            self._is_ending = True
            self._side_task = asyncio.create_task(self._close_and_stop(code))

    async def _close_and_stop(self, code: CloseCode) -> None:
        with suppress(ClientDisconnected, TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._close(code)
        # The main task may still wait for a client that reads nothing.
        self._main.cancel()
