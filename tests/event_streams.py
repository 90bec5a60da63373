"""A reader of event streams, as HTML's standard describes them."""

import asyncio
import json
from typing import Any

import httpx2

Event = dict[str, str]
"""The fields between two blank lines; a comment's name is empty."""


class EventReader:
    def __init__(self, response: httpx2.Response, patience: float) -> None:
        self.response = response
        self._patience = patience
        self._lines = response.aiter_lines()

    async def next(self) -> Event | None:
        """The next event; None at the end of the stream."""
        event: Event = {}
        async with asyncio.timeout(self._patience):
            async for line in self._lines:
                if not line:
                    return event
                name, _, value = line.partition(":")
                event[name] = value.removeprefix(" ")
        return event or None

    async def results(self, count: int) -> list[tuple[str, Any]]:
        """The ids and the payloads of the next so many results."""
        events = [await self.next() for _ in range(count)]
        return [_result(event) for event in events]

    async def rest(self) -> list[Event]:
        """Until the stream ends."""
        events = []
        while (event := await self.next()) is not None:
            events.append(event)
        return events


def _result(event: Event | None) -> tuple[str, Any]:
    assert event is not None
    assert event["event"] == "next", event
    return event["id"], json.loads(event["data"])
