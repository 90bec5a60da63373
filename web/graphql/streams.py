"""Streams: responses over HTTP that go on until either side ends them."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress

from starlette.types import Message, Receive, Scope, Send

from access.credentials import Authorization
from engine import error_formatting
from engine.execution import Execution, refused_execution
from engine.responses import encode_text
from errors import DomainError, LogRewound
from web.connection_registry import (
    CLOSE_TIMEOUT,
    PING_INTERVAL,
    SEND_TIMEOUT,
    ConnectionRegistry,
    EndReason,
    Slot,
)
from web.graphql.access_log import codes_of
from web.graphql.service import OpenSubscription
from web.graphql.stream_format import StreamFormat
from web.headers import Header


class EventStream:
    """An ASGI response that sends the results of one operation. `codes` are those of its errors."""

    status = 200

    def __init__(
        self,
        events: AsyncGenerator[str, None],
        form: StreamFormat,
        connections: ConnectionRegistry,
        slot: Slot,
        authorization: Authorization,
        codes: Sequence[str] = (),
    ) -> None:
        self.authorization, self.codes = authorization, codes
        self.headers: list[Header] = [*form.headers]
        self._events, self._form = events, form
        self._connections, self._slot = connections, slot
        self._has_begun = self._is_complete = self._is_sending = False
        self._sent_at = connections.now
        self._heartbeat: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._send = send
        self._sending = asyncio.create_task(self._send_all())
        disconnected = asyncio.create_task(_wait_until_disconnected(receive))
        try:
            with self._connections.registered(self):
                await asyncio.wait(
                    (self._sending, disconnected), return_when=asyncio.FIRST_COMPLETED
                )
        finally:
            self._slot.release()
            disconnected.cancel()
            if self._heartbeat is not None:
                self._heartbeat.cancel()
            self._sending.cancel()
            await asyncio.wait((self._sending,))
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._send_end()

    async def _send_all(self) -> None:
        try:
            async with aclosing(self._events):
                await self._send_message(self._response_start())
                self._has_begun = True
                await self._send_text(self._form.start)
                async for event in self._events:
                    await self._send_text(event)
            await self._send_last(self._form.complete)
        except DomainError as error:
            refusal = refused_execution([error_formatting.error_from_refusal(error)])
            self.codes = codes_of(refusal.errors)
            await self._send_last(self._form.failure(refusal))
        except LogRewound:
            await self._send_last(self._form.rewound)
        except Exception as error:
            self.codes = (error_formatting.exception_code(error),)
            error_formatting.log_exception(error, "an event stream")

    async def _send_last(self, text: str) -> None:
        self._is_complete = True
        await self._send_text(text)

    async def _send_end(self) -> None:
        if not self._has_begun:
            await self._send(self._response_start())
        rest = "" if self._is_complete else self._form.interruption
        await self._send({"type": "http.response.body", "body": rest.encode()})

    async def _send_text(self, text: str) -> None:
        await self._send_message(
            {"type": "http.response.body", "body": text.encode(), "more_body": True}
        )

    async def _send_message(self, message: Message) -> None:
        """Send, and wait while the client reads nothing."""
        self._sent_at, self._is_sending = self._connections.now, True
        await self._send(message)
        self._is_sending = False

    def tick(self, now: float) -> None:
        if self._is_sending and now - self._sent_at > SEND_TIMEOUT:
            self._sending.cancel()
        elif not self._is_sending and now - self._sent_at > PING_INTERVAL:
            self._heartbeat = asyncio.create_task(self._send_heartbeat())

    async def _send_heartbeat(self) -> None:
        """Make the kernel notice a client that is gone: it acknowledges nothing that is sent."""
        with suppress(OSError):
            await self._send_text(self._form.heartbeat)

    def end(self, reason: EndReason) -> None:
        """End the stream. A browser comes back in any case; a revoked key is refused then."""
        self._sending.cancel()

    def _response_start(self) -> Message:
        return {"type": "http.response.start", "status": self.status, "headers": self.headers}


async def _wait_until_disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def single(execution: Execution, slot: Slot, form: StreamFormat) -> AsyncGenerator[str, None]:
    """Yield the event of an operation that has one result, which counts until it was sent. Raises
    TooManyRequests."""
    event = form.next(encode_text(execution))
    with slot.sending(len(event), is_owed=execution.is_mutation):
        yield event


async def events_of(
    subscription: OpenSubscription, slot: Slot, form: StreamFormat
) -> AsyncGenerator[str, None]:
    """Yield the events of a subscription. Raises DomainError and LogRewound if it ends."""
    follower = subscription.follower
    with slot.holding(subscription.document, subscription.variables):
        async with follower:
            if follower.position is not None:
                yield form.first(follower.position)
            async for delivery in follower:
                yield form.next(delivery.body, delivery.position)
