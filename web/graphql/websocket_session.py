"""A conversation: one websocket that speaks graphql-transport-ws, from handshake to close."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NoReturn

from graphql import GraphQLError
from starlette.types import Receive, Send

from access.viewer import ANONYMOUS
from engine import error_formatting
from engine.operations import InvalidOperation, Operation
from engine.responses import encode_text
from errors import DomainError, LimitExceeded, Unauthenticated
from web.connection_registry import (
    CLOSE_TIMEOUT,
    PING_INTERVAL,
    PONG_TIMEOUT,
    SEND_TIMEOUT,
    ConnectionRegistry,
    EndReason,
    Slot,
    TooManyConnections,
)
from web.graphql import websocket_messages
from web.graphql.request_parsing import GraphQLRequest
from web.graphql.service import GraphQLService
from web.graphql.websocket_messages import CloseCode
from web.token_bucket import TokenBucket

CLOSE_CODES = {EndReason.RESTARTING: CloseCode.RESTARTING, EndReason.REVOKED: CloseCode.FORBIDDEN}
"""After either of them clients know whether to come back."""


class ClientDisconnected(Exception):
    """Nobody is at the other end any more."""


class WebsocketSession:
    """Reads messages in one task and runs each operation in its own."""

    def __init__(
        self,
        answering: GraphQLService,
        connections: ConnectionRegistry,
        place: Slot,
        authorization: str | None,
        receive: Receive,
        send: Send,
    ) -> None:
        self.authorization = authorization
        self._answering, self._place = answering, place
        self._connections, self._limits = connections, connections.limits
        self._receive, self._send = receive, send
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._is_initialised = self._is_acknowledged = False
        self._main = _this_task()
        self._aside: asyncio.Task[None] | None = None
        self._is_ending = False
        self._opened_at = self._heard_at = self._sent_at = connections.now
        self._pinged_at: float | None = None
        self._sending = 0
        self._allowance = TokenBucket(self._limits.messages_per_second, _now())

    async def run(self) -> None:
        """Until either side closes."""
        try:
            with suppress(ClientDisconnected):
                await self._listen()
        except asyncio.CancelledError:
            if not self._is_ending or self._main.uncancel():
                raise
        finally:
            for operation in self._operations.values():
                operation.cancel()

    async def _listen(self) -> None:
        try:
            while (message := await self._receive())["type"] != "websocket.disconnect":
                await self._hear(message.get("text"))
        except ClientDisconnected:
            raise
        except Exception as error:
            error_formatting.log_exception(error, "a websocket")
            await self._close(websocket_messages.closing(error))

    async def _hear(self, text: str | None) -> None:
        self._heard_at, self._pinged_at = self._connections.now, None
        if not self._allowance.take(_now()):
            await self._close(CloseCode.TRY_AGAIN_LATER)
        elif (message := websocket_messages.read(text)) is None:
            await self._close(CloseCode.BAD_MESSAGE)
        else:
            await self._act_on(message)

    async def _act_on(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "connection_init":
                await self._initialise(message.get("payload", {}))
            case "ping":
                await self._say(websocket_messages.PONG)
            case "subscribe":
                await self._subscribe(message["id"], message["payload"])
            case "complete":
                operation = self._operations.pop(message["id"], None)
                if operation is not None:
                    operation.cancel()

    async def _initialise(self, said: Mapping[str, Any]) -> None:
        """The key may come with the handshake, or here."""
        if self._is_initialised:
            await self._close(CloseCode.SECOND_INIT)
        self._is_initialised = True
        authorization = said.get("Authorization", said.get("authorization"))
        if authorization is not None:
            self.authorization = str(authorization)
        try:
            viewer = await self._answering.callers.viewer(self.authorization)
            if authorization is not None and viewer is not ANONYMOUS:
                self._place.move(viewer)
        except Unauthenticated:
            await self._close(CloseCode.FORBIDDEN)
        except TooManyConnections:
            await self._close(CloseCode.TRY_AGAIN_LATER)
        else:
            self._is_acknowledged = True
            await self._say(websocket_messages.ACKNOWLEDGE)

    async def _subscribe(self, id_: str, asked: GraphQLRequest) -> None:
        if not self._is_acknowledged:
            await self._close(CloseCode.NOT_ACKNOWLEDGED)
        elif id_ in self._operations:
            await self._close(CloseCode.ID_IN_USE, id_)
        elif len(self._operations) >= self._limits.subscriptions_per_connection:
            await self._say_errors(id_, [_too_many(self._limits.subscriptions_per_connection)])
        else:
            self._operations[id_] = asyncio.create_task(self._operate(id_, asked))

    async def _operate(self, id_: str, asked: GraphQLRequest) -> None:
        try:
            await self._answer(id_, asked)
        except InvalidOperation as refused:
            await self._refuse(id_, refused.errors)
        except DomainError as refusal:
            await self._refuse(id_, [error_formatting.error_from_refusal(refusal)])
        except Unauthenticated:
            self._end_with(CloseCode.FORBIDDEN)
        except ClientDisconnected:
            pass
        except Exception as error:
            self._break_off(error)

    async def _answer(self, id_: str, asked: GraphQLRequest) -> None:
        operation = self._answering.prepare(asked)
        if operation.is_subscription:
            await self._follow(id_, operation, asked.variables)
            return
        execution = await self._answering.answer(operation, asked.variables, self.authorization)
        if not execution.has_begun:
            await self._say_errors(id_, execution.errors)
            return
        await self._say(websocket_messages.next_head(id_) + encode_text(execution) + "}")
        self._operations.pop(id_, None)
        await self._say(websocket_messages.complete(id_))

    async def _follow(self, id_: str, operation: Operation, variables: dict[str, Any]) -> None:
        head = websocket_messages.next_head(id_)
        viewer = await self._answering.callers.viewer(self.authorization)
        async with await self._answering.follower(operation, variables, viewer) as follower:
            async for delivery in follower:
                await self._say(head + delivery.body + "}")

    async def _refuse(self, id_: str, errors: list[GraphQLError]) -> None:
        await self._say_errors(id_, error_formatting.format_and_log(errors))

    async def _say_errors(self, id_: str, errors: list[GraphQLError]) -> None:
        self._operations.pop(id_, None)
        await self._say(websocket_messages.error(id_, errors))

    async def _say(self, text: str) -> None:
        await self._put({"type": "websocket.send", "text": text})

    async def _close(self, code: CloseCode, about: str = "") -> NoReturn:
        """Nothing is acted on of what was said after its reason: it may have come already."""
        reason = websocket_messages.reason(code, about)
        await self._put({"type": "websocket.close", "code": int(code), "reason": reason})
        raise ClientDisconnected

    async def _put(self, event: dict[str, Any]) -> None:
        """Waits while the other end takes nothing. Raises ClientDisconnected."""
        if not self._sending:
            self._sent_at = self._connections.now
        self._sending += 1
        try:
            await self._send(event)
        except (OSError, RuntimeError):
            # uvicorn calls what is said after the close a RuntimeError.
            raise ClientDisconnected from None
        finally:
            self._sending -= 1
            self._sent_at = self._connections.now

    def tick(self, now: float) -> None:
        if self._sending and now - self._sent_at > SEND_TIMEOUT:
            self._end_with(CloseCode.TRY_AGAIN_LATER)
        elif not self._is_initialised and now - self._opened_at > self._limits.init_seconds:
            self._end_with(CloseCode.TIMED_OUT)
        elif self._pinged_at is None:
            if now - self._heard_at > PING_INTERVAL:
                self._pinged_at = now
                self._aside = asyncio.create_task(self._ping())
        elif now - self._pinged_at > PONG_TIMEOUT:
            self._end_with(CloseCode.TIMED_OUT)

    async def _ping(self) -> None:
        with suppress(ClientDisconnected):
            await self._say(websocket_messages.PING)

    def _break_off(self, error: Exception) -> None:
        """A mistake of ours, or the database is away: the client comes back."""
        if not self._is_ending:
            error_formatting.log_exception(error, "a websocket")
        self._end_with(websocket_messages.closing(error))

    def end(self, reason: EndReason) -> None:
        self._end_with(CLOSE_CODES[reason])

    def _end_with(self, code: CloseCode) -> None:
        if not self._is_ending:
            self._is_ending = True
            self._aside = asyncio.create_task(self._end(code))

    async def _end(self, code: CloseCode) -> None:
        with suppress(ClientDisconnected, TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._close(code)
        # It may wait for somebody who takes nothing.
        self._main.cancel()


def _this_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    assert task is not None
    return task


def _now() -> float:
    return asyncio.get_running_loop().time()


def _too_many(limit: int) -> GraphQLError:
    refusal = LimitExceeded(f"A websocket has at most {limit} operations at once.")
    return error_formatting.format_error(error_formatting.error_from_refusal(refusal))
