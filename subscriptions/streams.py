"""A stream: renders the changes of one selection once for all its followers."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from cachetools import FIFOCache

from database.connections import LIVE, reading_on
from database.outages import is_outage
from errors import LimitExceeded, LogRewound
from models.changes import Change
from resolvers.changes import ChangeSelection
from runtime.backoff import Backoff
from runtime.metrics import add_followers
from subscriptions.feed import Feed
from subscriptions.queues import Delivery, DeliveryQueue

logger = logging.getLogger("whereabouts.subscriptions")

BACKLOG = 5000
"""Changes that wait to be rendered, as when an import commits; beyond, each follower would read the
log by itself. Streams share the rows, some kilobytes each."""
CACHED_DELIVERIES = 256
"""Deliveries that are kept for followers who come back, all at once after a restart."""
LONGEST_CACHED = 2048
"""The most characters of a delivery that is kept: a stream keeps at most half a megabyte."""
RENDER_BATCH = 64
"""Changes that are rendered and dispatched together when many come at once: one statement reads for
them, and a socket is written to once for all of them."""
LONGEST_DELAY = 1.0
"""Seconds between two tries while the database is away: after it all are up to date within two."""
QUEUES_PER_TURN = 500
"""Queues that are filled before other tasks run: about half a millisecond."""
RENDER_TIMEOUT = 20.0
"""Seconds to render a batch: longer than any wait for the database, so that a batch which exceeds
them asks for too much."""

Render = Callable[[Sequence[Change]], Awaitable[Sequence[str]]]
"""Renders changes in their state at or after their positions; called again after an outage."""


class Stream:
    """Listens to the feed as long as it has followers.

    There may be one for each follower, so it holds nothing while nothing happens. Unless it
    `is_cached`, whoever comes back is sent what is visible then, not what was when it was rendered.
    """

    __slots__ = (
        "__weakref__",
        "_backlog",
        "_cached",
        "_erasure_count",
        "_is_cached",
        "_queues",
        "_render",
        "_rendering",
        "_replaying",
        "_rewind_count",
        "_task",
        "feed",
        "selection",
    )

    def __init__(
        self, feed: Feed, selection: ChangeSelection, render: Render, *, is_cached: bool = True
    ) -> None:
        self.feed = feed
        self.selection = selection
        self._render = render
        self._is_cached = is_cached
        self._queues: set[DeliveryQueue] = set()
        self._backlog: list[Change] = []
        # With the time of the change: a log that was put back has others at the same positions.
        self._cached: FIFOCache[int, tuple[datetime, Delivery]] = FIFOCache(CACHED_DELIVERIES)
        self._rendering = asyncio.Lock()
        self._replaying = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._rewind_count = feed.rewind_count
        self._erasure_count = feed.erasure_count

    @property
    def is_over(self) -> bool:
        """Whether the log was put back after the stream was made."""
        return self._rewind_count != self.feed.rewind_count

    @property
    def follower_count(self) -> int:
        return len(self._queues)

    def add(self, queue: DeliveryQueue) -> None:
        """Put every change into the queue that the feed has not dispatched yet."""
        if not self._queues:
            self.feed.add(self)
        self._queues.add(queue)
        add_followers(1)

    def remove(self, queue: DeliveryQueue) -> None:
        self._queues.remove(queue)
        add_followers(-1)
        if not self._queues:
            self._stop()

    def _stop(self) -> None:
        self.feed.remove(self)
        self._backlog.clear()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def receive(self, change: Change) -> None:
        """Take a change from the feed, which may also dispatch it to a stream that has stopped."""
        if not self._queues:
            return
        if len(self._backlog) == BACKLOG:
            self.require_replay()
            return
        self._backlog.append(change)
        if self._task is None:
            self._task = asyncio.create_task(self._deliver(), name="stream")

    def require_replay(self) -> None:
        """Let all followers replay the log."""
        complete_to = self._backlog[0].position - 1 if self._backlog else 0
        self._backlog.clear()
        for queue in self._queues:
            queue.require_replay(complete_to)

    def end_epoch(self) -> None:
        """End all followers, and forget what was rendered: it may be in no log."""
        self._backlog.clear()
        self._cached.clear()
        for queue in self._queues:
            queue.end()

    async def _deliver(self) -> None:
        """Deliver until the backlog is empty; after a bug, let the followers replay the log."""
        try:
            while self._backlog:
                await self._dispatch(await self.deliveries(self._backlog[:RENDER_BATCH]))
        except LogRewound:
            pass  # the followers were ended already
        except LimitExceeded:
            self.require_replay()  # each follower raises it where it renders for itself
        except Exception:
            logger.exception("A change could not be delivered; its followers replay the log")
            self.require_replay()
        finally:
            # A cancelled task may end after another has begun.
            if self._task is asyncio.current_task():
                self._task = None

    async def _dispatch(self, deliveries: Sequence[Delivery]) -> None:
        for count, queue in enumerate(tuple(self._queues), start=1):
            queue.put(*deliveries)
            if count % QUEUES_PER_TURN == 0:
                await asyncio.sleep(0)
        # Not earlier: a replay that became due meanwhile must begin before these deliveries. It may
        # also have emptied the backlog.
        done = deliveries[-1].position
        self._backlog = [change for change in self._backlog if change.position > done]

    async def replayed(self, changes: Sequence[Change]) -> list[Delivery]:
        """Render for a follower that catches up.

        One replay runs at a time, so that live changes wait for one replay at most. Raises
        LimitExceeded, and LogRewound.
        """
        async with self._replaying:
            return await self.deliveries(changes)

    async def deliveries(self, changes: Sequence[Change]) -> list[Delivery]:
        """Render the changes once for all who want them now.

        Raises LimitExceeded, and LogRewound.
        """
        async with self._rendering:
            self._forget_erased()
            known = {change.position: self._cached_delivery(change) for change in changes}
            uncached = [change for change in changes if known[change.position] is None]
            bodies = await self._render_with_retries(uncached) if uncached else ()
            if self.is_over:
                raise LogRewound
            for change, body in zip(uncached, bodies, strict=True):
                known[change.position] = Delivery(change.position, body, self._erasure_count)
            if self._erasure_count == self.feed.erasure_count:
                self._cache(uncached, known)
            return [delivery for delivery in known.values() if delivery is not None]

    def _forget_erased(self) -> None:
        """Forget what was rendered before personal data was erased, of whatever order: erasures are
        rare, and a change of another order may show the customer, too."""
        if self._erasure_count != self.feed.erasure_count:
            self._erasure_count = self.feed.erasure_count
            self._cached.clear()

    def _cached_delivery(self, change: Change) -> Delivery | None:
        recorded_at, delivery = self._cached.get(change.position, (None, None))
        return delivery if recorded_at == change.recorded_at else None

    async def _render_with_retries(self, changes: Sequence[Change]) -> Sequence[str]:
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
        return await self._render_by_halves(changes)

    async def _render_by_halves(self, changes: Sequence[Change]) -> Sequence[str]:
        if len(changes) == 1:
            raise LimitExceeded("This takes too long to answer for each change. Ask for less.")
        half = len(changes) // 2
        return [
            *await self._render_with_retries(changes[:half]),
            *await self._render_with_retries(changes[half:]),
        ]

    def _cache(self, changes: Sequence[Change], deliveries: Mapping[int, Delivery | None]) -> None:
        if len(self._queues) < 2 or not self._is_cached:
            return
        for change in changes:
            delivery = deliveries[change.position]
            if delivery is not None and len(delivery.body) <= LONGEST_CACHED:
                self._cached[change.position] = (change.recorded_at, delivery)
