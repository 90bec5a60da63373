"""The live feed: one task per process reads the log, once for all who follow it here."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import NoReturn, Self
from uuid import UUID

from models.changes import Change
from resolvers.changes import EVERY_CHANGE, ChangeSelection, changes_after, log_head
from subscriptions.outage import Outage
from subscriptions.transport import ANYTHING, Transport

logger = logging.getLogger("whereabouts.subscriptions")

INBOX_SIZE = 256
"""Changes that wait for one follower; one that is further behind reads the log, which has them all.
Followers share the rows, so ten thousand full inboxes cost 20 MB of pointers."""
LOOK_INTERVAL = 1.0
"""Silence after which the feed looks at the log by itself: how late a change may be of which no
word came, while one small read each second costs the database nothing."""
BATCH = 500
"""Changes read at once: few round trips to catch up, and no long wait for the first of them."""
READ_TIMEOUT = 15.0
"""For one read. Longer than the database's own limit, whose error says more."""
RESTART_DELAY = 1.0
"""A mistake of ours that comes back with every change must not take the whole processor."""
STOP_TIMEOUT = 2.0
"""A read that does not end when it is cancelled does not hold up the end of the process."""
FOLLOWERS_PER_TURN = 1000
"""Followers served before other tasks have their turn: about a millisecond."""


class Follower:
    """One who follows: what the feed has for it, until it takes it. One task takes.

    When more comes than the inbox holds, it is emptied, and its owner is told to read the log.
    `complete_to` is then a position up to which all of its selection had been taken before; look
    at it at once, it moves when the inbox runs over again.
    """

    def __init__(self, selection: ChangeSelection) -> None:
        self.selection = selection
        self.complete_to = 0
        self._inbox: deque[Change] = deque()
        self._is_behind = False
        self._has_news = asyncio.Event()

    async def next(self) -> Change | None:
        """The next change; None: you are behind, read the log from your own place."""
        await self._has_news.wait()
        if self._is_behind:
            self._is_behind = False
            self._has_news.clear()
            return None
        change = self._inbox.popleft()
        if not self._inbox:
            self._has_news.clear()
        return change

    def give(self, change: Change) -> None:
        """What comes while it is behind is left out: it will be in the log when that is read."""
        if self._is_behind:
            return
        if len(self._inbox) == INBOX_SIZE:
            self.complete_to = self._inbox[0].position - 1
            self.fall_behind()
            return
        self._inbox.append(change)
        self._has_news.set()

    def fall_behind(self) -> None:
        self._inbox.clear()
        self._is_behind = True
        self._has_news.set()


class Feed:
    """Hands each change of the log, in order, to those of this process who follow it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._position = 0
        self._by_order: dict[UUID, set[Follower]] = {}
        self._by_any: set[Follower] = set()
        self._outage = Outage("Reading the change log", longest_delay=LOOK_INTERVAL)
        self._task: asyncio.Task[NoReturn] | None = None

    @property
    def position(self) -> int:
        """All changes up to this one have been handed on."""
        return self._position

    @property
    def is_running(self) -> bool:
        return self._task is not None and not self._task.done()

    async def start(self) -> None:
        """Follow the log from its present end."""
        self._position = await log_head()
        for follower in self._followers():
            follower.fall_behind()
        await self._transport.connect()
        self._task = asyncio.create_task(self._keep_reading(), name="feed")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=STOP_TIMEOUT)
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

    @contextmanager
    def listen(self, selection: ChangeSelection) -> Iterator[Follower]:
        """From here on the follower is given every change of the selection."""
        follower = Follower(selection)
        self._add(follower)
        try:
            yield follower
        finally:
            self._remove(follower)

    def _add(self, follower: Follower) -> None:
        if follower.selection.order_ids is None:
            self._by_any.add(follower)
            return
        for order_id in follower.selection.order_ids:
            self._by_order.setdefault(order_id, set()).add(follower)

    def _remove(self, follower: Follower) -> None:
        self._by_any.discard(follower)
        for order_id in follower.selection.order_ids or ():
            followers = self._by_order[order_id]
            followers.remove(follower)
            if not followers:
                del self._by_order[order_id]

    def _followers(self) -> set[Follower]:
        return self._by_any.union(*self._by_order.values())

    async def _keep_reading(self) -> NoReturn:
        while True:
            try:
                await self._read_on()
            except Exception:
                logger.exception("The feed broke off; it goes on in %s s", RESTART_DELAY)
                await asyncio.sleep(RESTART_DELAY)

    async def _read_on(self) -> NoReturn:
        while True:
            changes = await self._read()
            for change in changes:
                await self._hand_on(change)
            if len(changes) < BATCH:
                await self._wait_for_news()

    async def _read(self) -> list[Change]:
        while True:
            try:
                async with asyncio.timeout(READ_TIMEOUT):
                    changes = await changes_after(self._position, EVERY_CHANGE, BATCH)
            except Exception as error:
                await asyncio.sleep(self._outage.add(error))
            else:
                self._outage.end()
                return changes

    async def _hand_on(self, change: Change) -> None:
        followers = [*self._by_order.get(change.order_id, ()), *self._by_any]
        for count, follower in enumerate(followers, start=1):
            if follower.selection.admits(change):
                follower.give(change)
            if count % FOLLOWERS_PER_TURN == 0 or count == len(followers):
                await asyncio.sleep(0)
        self._position = change.position

    async def _wait_for_news(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_INTERVAL):
                while not self._is_news((await self._transport.next_published()).message):
                    pass

    def _is_news(self, message: str) -> bool:
        """This process's own announcements come back from Redis when they have long been read."""
        return message == ANYTHING or int(message) > self._position
