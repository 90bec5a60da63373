"""A reader of event streams in the format of the HTML standard."""

import asyncio
import json
from typing import Any

import httpx2

Event = dict[str, str]
"""The fields of an event; a comment is a field with an empty name."""


class EventReader:
    def __init__(self, response: httpx2.Response, timeout: float) -> None:
        self.response = response
        self._timeout = timeout
        self._lines = response.aiter_lines()

    async def next(self) -> Event | None:
        """The next event, or None at the end of the stream."""
        event: Event = {}
        async with asyncio.timeout(self._timeout):
            async for line in self._lines:
                if not line:
                    return event
                name, _, value = line.partition(":")
                event[name] = value.removeprefix(" ")
        return event or None

    async def results(self, count: int) -> list[tuple[str, Any]]:
        """The ids and payloads of the next `count` events, which must all be results."""
        events = [await self.next() for _ in range(count)]
        return [_result(event) for event in events]

    async def read_rest(self) -> list[Event]:
        """All events up to the end of the stream."""
        events = []
        while (event := await self.next()) is not None:
            events.append(event)
        return events


def _result(event: Event | None) -> tuple[str, Any]:
    assert event is not None
    assert event["event"] == "next", event
    return event["id"], json.loads(event["data"])
