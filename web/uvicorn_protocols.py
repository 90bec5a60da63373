"""uvicorn's protocols with bounds for clients that send no head or read nothing."""

import asyncio
from asyncio.transports import Transport

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

from web.unsent_answers import ABORT

INVALID_TEXT = 1007
"""The standard's close code for a text that is not UTF-8."""
HEAD_SECONDS = 10.0
"""The time for the head of a request, from its first byte or from the start of the connection.
Browsers that connect before they need to connect again."""
COLLECTED = 64 * 1024
"""The most characters of texts that are written together: about what a socket takes at once."""
HEAD_BYTES = 64 * 1024
"""The most bytes of the head of a request: the longest query in a URL fits."""


class HeadTooLong(Exception):
    """The head of a request has more than HEAD_BYTES."""


class HttpProtocol(HttpToolsProtocol):
    """Limits the head of a request in time and length, which uvicorn does not, and ignores
    trailers.

    Most heads arrive in one piece: the time is limited only once a part of a head has to be waited
    for, because to start and cancel a timer takes a tenth of the time of a short request.
    """

    _is_in_head = True
    _head_timeout: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _is_head_complete = False
    _may_be_too_long = False

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._limit_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # What is read at once may be longer than a head, and have its end.
        self._may_be_too_long = self._head_bytes + len(data) > HEAD_BYTES
        super().data_received(data)
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self.transport.abort()
            elif self._head_timeout is None:
                self._limit_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope[ABORT] = self.transport.abort  # type: ignore[literal-required]
        self._is_head_complete = False
        self._end_head()
        self._is_in_head = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header. Trailers, which come after the body, are ignored: proxies do not check
        them, so that they must not name a key or a client (RFC 9110, section 6.5.1)."""
        if not self._is_head_complete:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer. Raises HeadTooLong, for which the parser's caller answers 400."""
        if self._may_be_too_long and self._head_length() > HEAD_BYTES:
            raise HeadTooLong
        self._is_head_complete = True
        self._end_head()
        super().on_headers_complete()

    def _head_length(self) -> int:
        headers = self.scope["headers"]
        return len(self.url) + sum(len(name) + len(value) for name, value in headers)

    def _limit_head(self) -> None:
        self._head_timeout = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _end_head(self) -> None:
        self._is_in_head, self._head_bytes = False, 0
        if self._head_timeout is not None:
            self._head_timeout.cancel()
            self._head_timeout = None

    def shutdown(self) -> None:
        """Abort what was given up: uvicorn would wait for it until its grace period is over."""
        is_complete = self.cycle is None or self.cycle.response_complete
        if self.transport.is_closing() and not is_complete:
            self.transport.abort()
        else:
            super().shutdown()


class WebsocketProtocol(WebSocketsSansIOProtocol):
    """Bounds what is buffered for a client, and writes messages together.

    uvicorn answers every ping at once: for a client that sends pings and reads nothing it would
    collect the answers, some ten megabytes a second. It also writes each message alone, which costs
    more than everything else about a message.
    """

    _collected = 0
    _is_flush_due = False

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        # While debugging, the library would log headers and messages, in which keys are sent.
        self.conn.debug = False
        super().connection_made(transport)

    async def send(self, message: ASGISendEvent) -> None:
        """Send a message.

        The first text is written at once; those that follow in the same turn of the event loop are
        written together.
        """
        text = message.get("text")
        if text is None or not self.handshake_complete or self.close_sent:
            await super().send(message)
            if message["type"] == "websocket.http.response.body":
                # A refused handshake is complete, too: uvicorn must not log it as an error.
                self.handshake_complete = True
            return
        if not self.writable.is_set():
            await self.writable.wait()
        if self.disconnected:
            raise ClientDisconnected
        try:
            self.conn.send_text(str(text).encode())
        except InvalidState:
            raise ClientDisconnected from None
        self._collected += len(str(text))
        if not self._is_flush_due:
            self._is_flush_due = True
            self.loop.call_soon(self._flush)
            self._write()
        elif self._collected > COLLECTED:
            self._write()

    def _flush(self) -> None:
        self._is_flush_due = False
        self._write()

    def _write(self) -> None:
        """Write what was collected. Other writes, of a close for instance, take it along."""
        self._collected = 0
        output = b"".join(self.conn.data_to_send())
        if output and not self.transport.is_closing():
            self.transport.write(output)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self.writable.is_set() and not self.transport.is_closing():
            self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()

    def send_receive_event_to_app(self) -> None:
        """Close at invalid text: uvicorn would log a traceback, with which clients fill the log."""
        if self.curr_msg_data_type == "text" and not self.close_sent and not self._is_valid_text():
            self.conn.send_close(INVALID_TEXT)
            self.handle_parser_exception()
        else:
            super().send_receive_event_to_app()

    def shutdown(self) -> None:
        """Abort a client that reads nothing: it was told to go, and did not read that."""
        super().shutdown()
        if not self.writable.is_set():
            self.transport.abort()

    def _is_valid_text(self) -> bool:
        try:
            b"".join(self.frames).decode()
        except UnicodeDecodeError:
            return False
        return True
