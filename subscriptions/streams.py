"""A stream: the changes of one selection in one wording, made once for all who follow it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from cachetools import FIFOCache

from database.connections import LIVE, reading_on
from database.outages import is_outage
from errors import LimitExceeded
from models.changes import Change
from resolvers.changes import ChangeSelection
from runtime.backoff import Backoff
from subscriptions.feed import Feed
from subscriptions.queues import Delivery, DeliveryQueue

logger = logging.getLogger("whereabouts.subscriptions")

BACKLOG = 5000
"""Changes that wait to be worded, as when an import commits; beyond, each follower would read the
log by itself. Streams share the rows, some kilobytes each."""
REMEMBERED = 256
"""Deliveries that are kept for followers who come back, all at once after a restart."""
REMEMBERED_LENGTH = 2048
"""Characters of a delivery that is kept: all that a stream keeps stay within half a megabyte."""
TOGETHER = 64
"""Changes worded and handed on together when many come at once: they are read for together, and a
socket is written to once for all of them."""
LONGEST_DELAY = 1.0
"""Seconds between two tries while the database is away: after it all are up to date within two."""
INBOXES_PER_TURN = 500
"""Inboxes filled before other tasks have their turn: about half a millisecond."""
RENDER_TIMEOUT = 20.0
"""Seconds to word them: longer than the database is waited for, so that what takes as long asks for
too much."""

Render = Callable[[Sequence[Change]], Awaitable[Sequence[str]]]
"""Words changes, in their state at or after their positions; an outage is tried again."""


class Stream:
    """Listens to the feed as long as anybody follows.

    There may be one for each follower, so it holds nothing while nothing happens.
    """

    __slots__ = (
        "__weakref__",
        "_backlog",
        "_inboxes",
        "_remembered",
        "_render",
        "_rendering",
        "_replaying",
        "_task",
        "feed",
        "selection",
    )

    def __init__(self, feed: Feed, selection: ChangeSelection, render: Render) -> None:
        self.feed = feed
        self.selection = selection
        self._render = render
        self._inboxes: set[DeliveryQueue] = set()
        self._backlog: list[Change] = []
        self._remembered: FIFOCache[int, Delivery] = FIFOCache(REMEMBERED)
        self._rendering = asyncio.Lock()
        self._replaying = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def add(self, inbox: DeliveryQueue) -> None:
        """From here on it is given every change that the feed has not handed on yet."""
        if not self._inboxes:
            self.feed.add(self)
        self._inboxes.add(inbox)

    def remove(self, inbox: DeliveryQueue) -> None:
        self._inboxes.remove(inbox)
        if not self._inboxes:
            self._rest()

    def _rest(self) -> None:
        self.feed.remove(self)
        self._backlog.clear()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def give(self, change: Change) -> None:
        """The feed hands a change on; also to one that left while others were given it."""
        if not self._inboxes:
            return
        if len(self._backlog) == BACKLOG:
            self.fall_behind()
            return
        self._backlog.append(change)
        if self._task is None:
            self._task = asyncio.create_task(self._deliver(), name="stream")

    def fall_behind(self) -> None:
        """All who follow read the log."""
        complete_to = self._backlog[0].position - 1 if self._backlog else 0
        self._backlog.clear()
        for inbox in self._inboxes:
            inbox.fall_behind(complete_to)

    async def _deliver(self) -> None:
        """Until nothing waits. What cannot be worded is a mistake of ours: followers are told."""
        try:
            while self._backlog:
                await self._hand_on(await self.deliveries(self._backlog[:TOGETHER]))
        except LimitExceeded:
            self.fall_behind()  # each is told by what it reads itself
        except Exception:
            logger.exception("A change could not be handed on; its followers read it themselves")
            self.fall_behind()
        finally:
            # What was cancelled may end after another has begun.
            if self._task is asyncio.current_task():
                self._task = None

    async def _hand_on(self, deliveries: Sequence[Delivery]) -> None:
        for count, inbox in enumerate(tuple(self._inboxes), start=1):
            inbox.give(*deliveries)
            if count % INBOXES_PER_TURN == 0:
                await asyncio.sleep(0)
        # Only now: whoever falls behind meanwhile has not been given these. It may have emptied the
        # backlog, too.
        done = deliveries[-1].position
        self._backlog = [change for change in self._backlog if change.position > done]

    async def replayed(self, changes: Sequence[Change]) -> list[Delivery]:
        """For those who catch up: one at a time, so that what is live waits for one only."""
        async with self._replaying:
            return await self.deliveries(changes)

    async def deliveries(self, changes: Sequence[Change]) -> list[Delivery]:
        """The changes, worded once for all who want them now. Raises LimitExceeded."""
        async with self._rendering:
            known = self._remembered
            new = [change for change in changes if change.position not in known]
            bodies = await self._word(new) if new else ()
            worded = {
                change.position: Delivery(change.position, body)
                for change, body in zip(new, bodies, strict=True)
            }
            found = [worded.get(one.position) or known[one.position] for one in changes]
            self._remember(worded)
            return found

    async def _word(self, changes: Sequence[Change]) -> Sequence[str]:
        outage = Backoff("Reading for a subscription", longest_delay=LONGEST_DELAY)
        return await outage.retry_until_available(lambda: self._render_in_time(changes), is_outage)

    async def _render_in_time(self, changes: Sequence[Change]) -> Sequence[str]:
        try:
            with reading_on(LIVE):
                async with asyncio.timeout(RENDER_TIMEOUT) as limit:
                    return await self._render(changes)
        except Exception:
            if not limit.expired():
                raise
        return await self._word_by_halves(changes)

    async def _word_by_halves(self, changes: Sequence[Change]) -> Sequence[str]:
        if len(changes) == 1:
            raise LimitExceeded("This takes too long to answer for each change. Ask for less.")
        half = len(changes) // 2
        return [*await self._word(changes[:half]), *await self._word(changes[half:])]

    def _remember(self, worded: Mapping[int, Delivery]) -> None:
        if len(self._inboxes) < 2:
            return
        for position, delivery in worded.items():
            if len(delivery.body) <= REMEMBERED_LENGTH:
                self._remembered[position] = delivery
