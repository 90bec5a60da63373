"""Clients of event streams: each does what a browser's EventSource does."""

import asyncio
import json
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from tests.faults.clients import OPEN_SECONDS, Client, cut_off
from tests.faults.subscription import Following


class EventStreamClient(Client):
    """One stream for its one following. It says nothing new when it comes back but the last id."""

    _writer: asyncio.StreamWriter | None = None
    _asked: Following | None = None
    _url = _last_id = ""

    async def cut(self) -> None:
        if self._writer is not None:
            cut_off(self._writer.transport)

    async def hang_up(self) -> None:
        if self._writer is not None:
            self._writer.close()

    async def _converse(self) -> None:
        following = self._followed()
        host, port = self.server.split(":")
        async with asyncio.timeout(OPEN_SECONDS):
            reader, writer = await asyncio.open_connection(host, int(port))
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                writer.write(self._request())
                await _read_head(reader)
            self._tally.connections += 1
            self._tally.subscriptions += 1
            self._writer, self.is_connected = writer, True
            async for event in _events(reader):
                self._last_id = event.get("id", self._last_id)
                if event.get("event") == "next":
                    self._hear(json.loads(event["data"]), following)
        finally:
            self._writer = None
            writer.transport.abort()

    def _followed(self) -> Following:
        """The address of a stream stays what it was at first, as long as it is the same one."""
        (following,) = self.followings
        if following is not self._asked:
            variables = json.dumps(following.variables)
            asked = {"query": following.document, "variables": variables}
            self._asked, self._url, self._last_id = following, f"/graphql?{urlencode(asked)}", ""
        return following

    def _request(self) -> bytes:
        headers = {"Host": self.server, "Accept": "text/event-stream", **self._headers}
        if self._last_id:
            headers["Last-Event-ID"] = self._last_id
        lines = [f"GET {self._url} HTTP/1.1", *(f"{name}: {headers[name]}" for name in headers)]
        return "\r\n".join([*lines, "", ""]).encode()

    def _hear(self, result: dict[str, Any], following: Following) -> None:
        if not following.take(result.get("data")):
            self._tally.broken_results += 1
            codes = [error["extensions"]["code"] for error in result["errors"]]
            self._tally.errors.update(codes)
            raise ConnectionError(f"The stream was refused: {codes}")
        self._tally.deliveries += 1
        if self._last_id != str(following.place):
            self._tally.errors["an id that is not the position"] += 1


async def _read_head(reader: asyncio.StreamReader) -> None:
    status = (await reader.readline()).split()
    while await reader.readline() not in (b"\r\n", b""):
        pass
    if status[1:2] != [str(int(HTTPStatus.OK)).encode()]:
        raise ConnectionError(f"The answer began with {status}")


async def _events(reader: asyncio.StreamReader) -> AsyncIterator[dict[str, str]]:
    """The fields of each event; an end in the middle of one leaves it out."""
    text = ""
    async for chunk in _chunks(reader):
        text += chunk.decode()
        *whole, text = text.split("\n\n")
        for event in whole:
            parts = (line.partition(":") for line in event.splitlines())
            yield {name: value.removeprefix(" ") for name, _, value in parts}


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """What a body in chunks consists of. IncompleteReadError, an EOFError, if it breaks off."""
    while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
        yield (await reader.readexactly(size + 2))[:-2]
