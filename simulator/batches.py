"""Batches: commands that wait at the same moment, and events, are sent in few requests."""

import asyncio
from typing import Any

from simulator.client import EVENTS_PER_CALL, Client, ServerRefused
from simulator.operations import Operation, join

# Mutations to a request: below 4,000 tokens, and short enough not to keep others waiting.
COMMANDS_PER_REQUEST = 20
# How long a command waits for others to share its request.
GATHERING_SECONDS = 0.005
# A batch of events is one transaction of the server's; more than two would wait for each other.
EVENT_CALLS_AT_ONCE = 2

Waiting = tuple[Operation, asyncio.Future[dict[str, Any] | None]]


class CommandQueue:
    """Runs commands; those that wait at the same moment share a request.

    `group` owns the sending tasks, and `requests_at_once` bounds their number.
    """

    def __init__(self, client: Client, group: asyncio.TaskGroup, requests_at_once: int) -> None:
        self._client = client
        self._group = group
        self._slots = asyncio.Semaphore(requests_at_once)
        self._waiting: list[Waiting] = []

    async def run(self, operation: Operation) -> dict[str, Any] | None:
        """Return the command's payload; None if the server refused the request that it was in."""
        answer: asyncio.Future[dict[str, Any] | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((operation, answer))
        if len(self._waiting) % COMMANDS_PER_REQUEST == 1:
            self._group.create_task(self._send_soon())
        return await answer

    async def _send_soon(self) -> None:
        await asyncio.sleep(GATHERING_SECONDS)
        async with self._slots:
            batch = self._waiting[:COMMANDS_PER_REQUEST]
            del self._waiting[:COMMANDS_PER_REQUEST]
            if batch:
                await self._send(batch)

    async def _send(self, batch: list[Waiting]) -> None:
        document, variables = join([operation for operation, _ in batch])
        data: dict[str, Any] = {}
        try:
            data = await self._client.execute(document, variables)
        except ServerRefused as refusal:
            if refusal.is_final:
                raise
            self._client.tally.add_error(refusal.code, str(refusal))
        self._client.tally.commands += len(batch)
        for index, (_, answer) in enumerate(batch):
            payload = data.get(f"c{index}")
            self._client.tally.add_user_errors((payload or {}).get("userErrors", []))
            if not answer.done():
                answer.set_result(payload)


class EventBasket:
    """Collects events and sends them when a call is full, or when `send` is called."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._events: list[dict[str, Any]] = []
        self._slots = asyncio.Semaphore(EVENT_CALLS_AT_ONCE)

    async def add(self, event: dict[str, Any]) -> None:
        """Add an event; the call that fills the basket waits until it has been sent."""
        self._events.append(event)
        if len(self._events) >= EVENTS_PER_CALL:
            await self.send()

    async def send(self) -> None:
        """Send the collected events."""
        events, self._events = self._events, []
        if not events:
            return
        async with self._slots:
            try:
                await self._client.record_events(events)
            except ServerRefused as refusal:
                if refusal.is_final:
                    raise
                self._client.tally.add_error(refusal.code, str(refusal))

    async def send_every(self, seconds: float) -> None:
        """Send the collected events for ever, at this interval."""
        while True:
            await asyncio.sleep(seconds)
            await self.send()
