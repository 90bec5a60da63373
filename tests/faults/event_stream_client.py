"""A client of server-sent events that reconnects as a browser's EventSource does."""

import asyncio
import json
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from tests.faults.clients import OPEN_SECONDS, Client, reset_transport
from tests.faults.subscription import Subscription


class EventStreamClient(Client):
    """Holds one stream for one subscription.

    When it reconnects, it repeats its first request and adds only the last event id.
    """

    _writer: asyncio.StreamWriter | None = None
    _requested: Subscription | None = None
    _path = _last_event_id = ""

    async def reset(self) -> None:
        if self._writer is not None:
            reset_transport(self._writer.transport)

    async def disconnect(self) -> None:
        if self._writer is not None:
            self._writer.close()

    async def _hold_connection(self) -> None:
        subscription = self._current_subscription()
        host, port = self.server.split(":")
        async with asyncio.timeout(OPEN_SECONDS):
            reader, writer = await asyncio.open_connection(host, int(port))
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                writer.write(self._request())
                await _read_head(reader)
            self._counters.connections += 1
            self._counters.subscriptions += 1
            self._writer, self.is_connected = writer, True
            async for event in _read_events(reader):
                self._last_event_id = event.get("id", self._last_event_id)
                if event.get("event") == "next":
                    self._handle_result(json.loads(event["data"]), subscription)
        finally:
            self._writer = None
            writer.transport.abort()

    def _current_subscription(self) -> Subscription:
        """Return the subscription; only a new one gets a new path and starts without an id."""
        (subscription,) = self.subscriptions
        if subscription is not self._requested:
            variables = json.dumps(subscription.variables)
            parameters = {"query": subscription.query, "variables": variables}
            self._requested, self._last_event_id = subscription, ""
            self._path = f"/graphql?{urlencode(parameters)}"
        return subscription

    def _request(self) -> bytes:
        headers = {
            "Host": self.server,
            "Accept": "text/event-stream",
            "Sec-Fetch-Mode": "cors",
            **self._headers,
        }
        if self._last_event_id:
            headers["Last-Event-ID"] = self._last_event_id
        lines = [f"GET {self._path} HTTP/1.1", *(f"{name}: {headers[name]}" for name in headers)]
        return "\r\n".join([*lines, "", ""]).encode()

    def _handle_result(self, result: dict[str, Any], subscription: Subscription) -> None:
        if not subscription.receive(result.get("data")):
            self._counters.broken_results += 1
            codes = [error["extensions"]["code"] for error in result["errors"]]
            self._counters.errors.update(codes)
            raise ConnectionError(f"The stream was refused: {codes}")
        self._counters.deliveries += 1
        if self._last_event_id != str(subscription.position):
            self._counters.errors["event id differs from position"] += 1


async def _read_head(reader: asyncio.StreamReader) -> None:
    status = (await reader.readline()).split()
    while await reader.readline() not in (b"\r\n", b""):
        pass
    if status[1:2] != [str(int(HTTPStatus.OK)).encode()]:
        raise ConnectionError(f"The response began with {status}")


async def _read_events(reader: asyncio.StreamReader) -> AsyncIterator[dict[str, str]]:
    """Yield the fields of each complete event; an event that breaks off is left out."""
    text = ""
    async for chunk in _read_chunks(reader):
        text += chunk.decode()
        *events, text = text.split("\n\n")
        for event in events:
            fields = (line.partition(":") for line in event.splitlines())
            yield {name: value.removeprefix(" ") for name, _, value in fields}


async def _read_chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Yield the chunks of a body with chunked transfer encoding.

    Raises IncompleteReadError, which is an EOFError, if the body breaks off.
    """
    while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
        yield (await reader.readexactly(size + 2))[:-2]
