"""An event stream: one operation over Server-Sent Events.

GraphQL over SSE in its distinct connections mode (PROTOCOL.md of npm's `graphql-sse`). The id of an
event is its change's position, so that a browser's EventSource resumes by itself. The answers to a
live question have none: whoever comes back is given the latest.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from engine import error_formatting
from engine.execution import Execution, refused_execution
from engine.responses import encode_text
from errors import DomainError
from subscriptions.followers import Follower
from subscriptions.live_query_subscribers import LiveQuerySubscriber
from web.connection_registry import (
    CLOSE_TIMEOUT,
    PING_INTERVAL,
    SEND_TIMEOUT,
    ConnectionRegistry,
    EndReason,
    Slot,
)

HEADERS = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
}
"""The last one keeps nginx from collecting events before it passes them on."""
RETRY_MS = 1000
"""After which a browser comes back: soon, for it misses nothing but the time."""
RETRY = f"retry: {RETRY_MS}\n"
HEARTBEAT = ":\n\n"
COMPLETE = "event: complete\ndata:\n\n"


class EventStream:
    """An ASGI response that goes on until either side ends it."""

    def __init__(
        self,
        events: AsyncGenerator[str, None],
        connections: ConnectionRegistry,
        place: Slot,
        authorization: str | None,
    ) -> None:
        self.authorization = authorization
        self._events, self._connections, self._place = events, connections, place
        self._has_begun = self._is_sending = False
        self._sent_at = connections.now
        self._beating: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._send = send
        self._sending = asyncio.create_task(self._send_all())
        leaving = asyncio.create_task(_until_gone(receive))
        try:
            with self._connections.keeping(self):
                await asyncio.wait((self._sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._place.leave()
            leaving.cancel()
            if self._beating is not None:
                self._beating.cancel()
            self._sending.cancel()
            await asyncio.wait((self._sending,))
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                if not self._has_begun:
                    await send(_start())
                await send({"type": "http.response.body", "body": b""})

    async def _send_all(self) -> None:
        try:
            async with aclosing(self._events):
                await self._put(_start())
                self._has_begun = True
                await self._put(_more(RETRY))
                async for event in self._events:
                    await self._put(_more(event))
        except Exception as error:
            error_formatting.log_exception(error, "an event stream")

    async def _put(self, message: Message) -> None:
        """Waits while the other end takes nothing."""
        self._sent_at, self._is_sending = self._connections.now, True
        await self._send(message)
        self._is_sending = False

    def tick(self, now: float) -> None:
        if self._is_sending and now - self._sent_at > SEND_TIMEOUT:
            self._sending.cancel()
        elif not self._is_sending and now - self._sent_at > PING_INTERVAL:
            self._beating = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        """Where nobody is left, the kernel finds out: what is sent is never acknowledged."""
        with suppress(OSError):
            await self._put(_more(HEARTBEAT))

    def end(self, reason: EndReason) -> None:
        """The browser comes back, whatever the reason; a key that was revoked is refused then."""
        self._sending.cancel()


def retry_later(after_ms: int = RETRY_MS) -> Response:
    """For whoever must not stay now: a browser gives up for good after any status but 200."""
    return Response(f"retry: {after_ms}\n", headers=HEADERS)


def _start() -> Message:
    headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
    return {"type": "http.response.start", "status": 200, "headers": headers}


def _more(text: str) -> Message:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def beginning(position: int) -> str:
    """From where to resume if the connection breaks before the first event."""
    return f"id: {position}\n\n"


def event(body: str, position: int | None = None) -> str:
    id_ = "" if position is None else f"id: {position}\n"
    return f"event: next\n{id_}data: {body}\n\n"


async def single(execution: Execution) -> AsyncGenerator[str, None]:
    """Of a query or a mutation, or of what cannot be."""
    yield event(encode_text(execution)) + COMPLETE


async def events_of(follower: Follower | LiveQuerySubscriber) -> AsyncGenerator[str, None]:
    """Of a subscription."""
    try:
        async with follower:
            if follower.position is not None:
                yield beginning(follower.position)
            async for delivery in follower:
                yield event(delivery.body, delivery.position)
    except DomainError as error:
        yield (
            event(encode_text(refused_execution([error_formatting.error_from_refusal(error)])))
            + COMPLETE
        )
