"""An event stream: one operation over Server-Sent Events.

GraphQL over SSE in its distinct connections mode (PROTOCOL.md of npm's `graphql-sse`). The id of an
event is its change's position, so that a browser's EventSource resumes by itself. The results of a
live query have no id: a client that comes back receives the latest.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from engine import error_formatting
from engine.execution import Execution, refused_execution
from engine.responses import encode_text
from errors import DomainError, LogRewound, TooManyRequests
from web.connection_registry import (
    CLOSE_TIMEOUT,
    PING_INTERVAL,
    SEND_TIMEOUT,
    ConnectionRegistry,
    EndReason,
    Slot,
)
from web.graphql.service import OpenSubscription

HEADERS = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
}
"""The last one keeps nginx from collecting events before it passes them on."""
RETRY_MS = 1000
"""The pause after which a browser comes back: short, for it loses nothing but this time."""
RETRY = f"retry: {RETRY_MS}\n"
HEARTBEAT = ":\n\n"
COMPLETE = "event: complete\ndata:\n\n"
REWOUND = ": The log was put back to an earlier state; connect again\n\n"
"""A comment. Nothing completes the stream after it, so that a client comes back."""


class EventStream:
    """An ASGI response that goes on until either side ends it."""

    def __init__(
        self,
        events: AsyncGenerator[str, None],
        connections: ConnectionRegistry,
        slot: Slot,
        authorization: str | None,
    ) -> None:
        self.authorization = authorization
        self._events, self._connections, self._slot = events, connections, slot
        self._has_begun = self._is_sending = False
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
                if not self._has_begun:
                    await send(_response_start())
                await send({"type": "http.response.body", "body": b""})

    async def _send_all(self) -> None:
        try:
            async with aclosing(self._events):
                await self._send_message(_response_start())
                self._has_begun = True
                await self._send_message(_body_part(RETRY))
                async for event in self._events:
                    await self._send_message(_body_part(event))
        except Exception as error:
            error_formatting.log_exception(error, "an event stream")

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
            await self._send_message(_body_part(HEARTBEAT))

    def end(self, reason: EndReason) -> None:
        """End the stream. A browser comes back in any case; a revoked key is refused then."""
        self._sending.cancel()


def retry_later(after_ms: int = RETRY_MS) -> Response:
    """Return an empty stream that ends: a browser gives up for good after any status but 200."""
    return Response(f"retry: {after_ms}\n", headers=HEADERS)


def _response_start() -> Message:
    headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
    return {"type": "http.response.start", "status": 200, "headers": headers}


def _body_part(text: str) -> Message:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}


async def _wait_until_disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def first_event(position: int) -> str:
    """Return an event without data: its id is where to resume before any change has come."""
    return f"id: {position}\n\n"


def next_event(body: str, position: int | None = None) -> str:
    """Return an event that carries a result."""
    id_ = "" if position is None else f"id: {position}\n"
    return f"event: next\n{id_}data: {body}\n\n"


async def single(execution: Execution, slot: Slot) -> AsyncGenerator[str, None]:
    """Yield the events of an operation that has one result, which counts until it was sent."""
    events = next_event(encode_text(execution)) + COMPLETE
    try:
        with slot.sending(len(events)):
            yield events
    except TooManyRequests as error:
        yield _refusal(error)


async def events_of(subscription: OpenSubscription, slot: Slot) -> AsyncGenerator[str, None]:
    """Yield the events of a subscription."""
    follower = subscription.follower
    try:
        with slot.holding(subscription.document, subscription.variables):
            async with follower:
                if follower.position is not None:
                    yield first_event(follower.position)
                async for delivery in follower:
                    yield next_event(delivery.body, delivery.position)
    except DomainError as error:
        yield _refusal(error)
    except LogRewound:
        yield REWOUND


def _refusal(error: DomainError) -> str:
    refusal = refused_execution([error_formatting.error_from_refusal(error)])
    return next_event(encode_text(refusal)) + COMPLETE
