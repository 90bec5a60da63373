"""Sockets: uvicorn's connections, which neither read from nor wait for those who take nothing."""

import asyncio
from asyncio.transports import Transport

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

NO_TEXT = 1007
"""How the standard closes a websocket whose text is no UTF-8."""


HEAD_SECONDS = 10.0
"""For the head of a request, from its first byte or that of the connection: browsers that connect
ahead of need do so again."""
COLLECTED = 64 * 1024
"""Characters of the texts that are written together: about what a socket takes at once."""
HEAD_BYTES = 64 * 1024
"""Of the head of a request: the longest query of an address fits."""


class HttpProtocol(HttpToolsProtocol):
    """uvicorn waits without end for a head, and reads it without end."""

    _too_late: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begin_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._too_late is not None:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self.transport.abort()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begin_head()

    def on_headers_complete(self) -> None:
        self._end_head()
        super().on_headers_complete()

    def _begin_head(self) -> None:
        self._end_head()
        self._too_late = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _end_head(self) -> None:
        self._head_bytes = 0
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None

    def shutdown(self) -> None:
        """uvicorn would wait for what was given up before its end until its grace is over."""
        is_over = self.cycle is None or self.cycle.response_complete
        if self.transport.is_closing() and not is_over:
            self.transport.abort()
        else:
            super().shutdown()


class WebsocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn answers every ping at once: of one that sends pings and reads nothing, it would
    collect the answers, some ten megabytes a second. It also writes every message by itself, which
    costs more than all else about it."""

    _collected = 0
    _is_turn_known = False

    async def send(self, message: ASGISendEvent) -> None:
        """The first text is written at once; those that follow in the same turn of the event loop
        are written together."""
        text = message.get("text")
        if text is None or not self.handshake_complete or self.close_sent:
            await super().send(message)
            if message["type"] == "websocket.http.response.body":
                # A handshake that was refused is complete, and nothing to log as an error.
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
        if not self._is_turn_known:
            self._is_turn_known = True
            self.loop.call_soon(self._end_turn)
            self._write()
        elif self._collected > COLLECTED:
            self._write()

    def _end_turn(self) -> None:
        self._is_turn_known = False
        self._write()

    def _write(self) -> None:
        """Whatever else is written, a close for instance, takes along what was collected before."""
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
        """uvicorn logs what is no text with a trace, for any client to fill the log."""
        if self.curr_msg_data_type == "text" and not self.close_sent and not self._is_text():
            self.conn.send_close(NO_TEXT)
            self.handle_parser_exception()
        else:
            super().send_receive_event_to_app()

    def shutdown(self) -> None:
        """As above: whoever takes nothing now has been told to go, and did not hear it."""
        super().shutdown()
        if not self.writable.is_set():
            self.transport.abort()

    def _is_text(self) -> bool:
        try:
            b"".join(self.frames).decode()
        except UnicodeDecodeError:
            return False
        return True
