"""The live feed: one task per process reads the log, once for all who listen to it here."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import NoReturn, Protocol, Self
from uuid import UUID

from database.connections import FEED, LIVE, reading_on
from database.outages import is_outage
from models.changes import Change
from resolvers.changes import EVERY_CHANGE, ChangeSelection, changes_after, log_head
from runtime.backoff import Backoff
from runtime.supervised_task import SupervisedTask
from subscriptions.transport import ANYTHING, Transport

LOOK_INTERVAL = 1.0
"""Silence after which the feed looks at the log by itself: how late a change may be of which no
word came, while one small read each second costs the database nothing."""
BATCH = 500
"""Changes read at once: few round trips to catch up, and no long wait for the first of them."""
READ_TIMEOUT = 15.0
"""For one read. Longer than the database's own limit, whose error says more."""
LISTENERS_PER_TURN = 500
"""Listeners served before other tasks have their turn: some milliseconds."""


class Listener(Protocol):
    """Who is told what the log has for it."""

    selection: ChangeSelection

    def give(self, change: Change) -> None:
        """The next change of the selection. It never waits."""

    def fall_behind(self) -> None:
        """There was more than was given: the log has it."""


class Feed:
    """Hands each change of the log, in order, to those of this process who listen."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._position = 0
        self._by_order: dict[UUID, set[Listener]] = {}
        self._by_any: set[Listener] = set()
        self._outage = Backoff("Reading the change log", longest_delay=LOOK_INTERVAL)
        self._reader = SupervisedTask("The feed", self._read_on)
        self._asking: asyncio.Task[int] | None = None
        self._one_question = asyncio.Lock()

    @property
    def position(self) -> int:
        """All changes up to this one have been handed on, or are being."""
        return self._position

    @property
    def is_running(self) -> bool:
        return self._reader.is_running

    @property
    def is_reading(self) -> bool:
        """Whether it runs, and the database lets it read."""
        return self.is_running and not self._outage.is_failing

    async def start(self) -> None:
        """Follow the log from its present end."""
        # Both are opened here, where nobody leaves meanwhile: where the opening of SQLite's one
        # connection is cancelled, Tortoise keeps it locked for ever.
        for connection in (LIVE, FEED):
            with reading_on(connection):
                self._position = await log_head()
        await self._transport.connect()
        self._reader.start()

    async def stop(self) -> None:
        await self._reader.stop()
        await self._transport.disconnect()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    def announce(self, position: int) -> None:
        """The log has grown to there: call it right after the commit. Never waits, never fails."""
        self._transport.announce(position)

    def add(self, listener: Listener) -> None:
        """From here on it is given every change of its selection after `position`."""
        if listener.selection.order_ids is None:
            self._by_any.add(listener)
            return
        for order_id in listener.selection.order_ids:
            self._by_order.setdefault(order_id, set()).add(listener)

    def remove(self, listener: Listener) -> None:
        self._by_any.discard(listener)
        for order_id in listener.selection.order_ids or ():
            listeners = self._by_order[order_id]
            listeners.remove(listener)
            if not listeners:
                del self._by_order[order_id]

    def _listeners(self) -> set[Listener]:
        return self._by_any.union(*self._by_order.values())

    def _tell_all_to_read(self) -> None:
        for listener in self._listeners():
            listener.fall_behind()

    async def head(self) -> int:
        """The log's end as of now: one read for all who ask before it begins."""
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_for_head(), name="head")
            # Seen, also where all who asked have left.
            self._asking.add_done_callback(lambda asked: asked.cancelled() or asked.exception())
        return await asyncio.shield(self._asking)

    async def _ask_for_head(self) -> int:
        async with self._one_question:
            self._asking = None
            with reading_on(LIVE):
                return await log_head()

    async def _read_on(self) -> NoReturn:
        # If it broke off before, some may not have been given what others were.
        self._tell_all_to_read()
        while True:
            changes = await self._outage.retry_until_available(self._read, is_outage)
            await self._hand_on(changes)
            if len(changes) < BATCH:
                await self._wait_for_news()

    async def _read(self) -> list[Change]:
        with reading_on(FEED):
            async with asyncio.timeout(READ_TIMEOUT):
                return await changes_after(self._position, EVERY_CHANGE, BATCH)

    async def _hand_on(self, changes: Sequence[Change]) -> None:
        """All that was read together, so that listeners can send it together."""
        given = 0
        for change in changes:
            # First of all: who comes in between reads from the log what they were not given.
            self._position = change.position
            for listener in (*self._by_order.get(change.order_id, ()), *self._by_any):
                if listener.selection.admits(change):
                    listener.give(change)
                given += 1
                if given % LISTENERS_PER_TURN == 0:
                    await asyncio.sleep(0)

    async def _wait_for_news(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_INTERVAL):
                while not self._is_news((await self._transport.next_published()).message):
                    pass

    def _is_news(self, message: str) -> bool:
        """This process's own announcements come back from Redis when they have long been read."""
        return message == ANYTHING or int(message) > self._position
