"""A follower: takes every delivery of a stream, once, in order, none missing."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from types import TracebackType
from typing import Self

from database.connections import LIVE, reading_on
from database.outages import is_outage
from errors import Invalid, LogRewound
from models.changes import Change
from resolvers.changes import changes_between, has_position
from runtime.backoff import Backoff
from subscriptions.queues import HIDDEN, Delivery, DeliveryQueue
from subscriptions.streams import LONGEST_DELAY, RENDER_BATCH, Stream

REPLAY_BATCH = 200
"""Changes read from the log at once for one follower: what it may hold of them in memory."""

BEYOND_END = (
    "There is no position {after} here: the log ends at {end}. Give the position of the last change"
    " that you have from this service, or leave `after` out to begin now."
)
LOST = (
    "There is no position {after} here any more: the log was restored to a state before it, and the"
    " changes up to it are lost in part. Read anew what you follow, and leave `after` out to begin"
    " now, or give 0 to receive everything."
)


class Follower:
    """`async with` it and iterate: the changes after a position, then the live ones.

    It registers before it reads, so that changes in between come at least once, and drops what it
    has delivered. A client that resumes after the last position it received has missed nothing.

    Entering raises Invalid for a position that the log does not have, and the error of an outage of
    the database; once it was entered, it waits until an outage is over. Iterating raises
    LimitExceeded if its changes take too long to render. Both raise LogRewound if the log was put
    back to an earlier state.
    """

    def __init__(self, stream: Stream, after: int | None) -> None:
        self._stream = stream
        self._after = after
        self._queue = DeliveryQueue()
        self.position = 0
        """All changes of the selection up to this position were delivered, or are not wanted."""

    async def __aenter__(self) -> Self:
        self._stream.add(self._queue)
        # All changes after this position are put into the queue.
        self._head = self._stream.feed.position
        try:
            self.position = await self._first_position()
        except BaseException:
            self._stream.remove(self._queue)
            raise
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stream.remove(self._queue)

    async def _first_position(self) -> int:
        """Return the position to begin after. Raises Invalid, and LogRewound.

        The log is asked, whatever the feed has read: it may be behind, or know a log that was put
        back since. Every log has all changes after 0.
        """
        after, known = self._after, self._stream.feed.end
        if after == 0 and not self._stream.is_over:
            return after
        end = await self._stream.feed.head()
        if self._stream.is_over or end.shows_rewind_since(known):
            raise LogRewound
        if after is None:
            return end.position
        if after > end.position:
            raise Invalid(BEYOND_END.format(after=after, end=end.position), ("after",))
        # Positions have no gaps within an epoch, but the end of an earlier one may be lost.
        if after < end.epoch:
            with reading_on(LIVE):
                if not await has_position(after):
                    raise Invalid(LOST.format(after=after), ("after",))
        return after

    async def __aiter__(self) -> AsyncGenerator[Delivery, None]:
        while True:
            if self.position < self._head:
                # A generator of its own frees what it has read before the long wait for more.
                async with aclosing(self._replay()) as replay:
                    async for delivery in replay:
                        yield delivery
            queued = await self._queue.next()
            if queued is None:
                self.position = max(self.position, self._queue.complete_to)
                self._head = self._stream.feed.position
            elif queued.position > self.position:
                if self._may_show_erased(queued):
                    self._head = self._stream.feed.position
                    continue
                self.position = queued.position
                if queued.body != HIDDEN:
                    yield queued

    async def _replay(self) -> AsyncGenerator[Delivery, None]:
        outage = Backoff("Reading for a follower", longest_delay=LONGEST_DELAY)
        while self.position < self._head:
            changes, complete_to = await outage.retry_until_available(self._read, is_outage)
            async with aclosing(self._rendered(changes)) as rendered:
                async for delivery in rendered:
                    self.position = delivery.position
                    if delivery.body != HIDDEN:
                        yield delivery
            self.position = complete_to

    async def _rendered(self, changes: Sequence[Change]) -> AsyncGenerator[Delivery, None]:
        """Yield the deliveries of changes, rendered anew after an erasure if they had to wait."""
        rest = changes
        while rest:
            deliveries = await self._stream.replayed(rest[:RENDER_BATCH])
            sent = 0
            for delivery in deliveries:
                # The first has not waited, and so there is an end however much is erased.
                if sent and self._may_show_erased(delivery):
                    break
                yield delivery
                sent += 1
            rest = rest[sent:]

    def _may_show_erased(self, delivery: Delivery) -> bool:
        return delivery.erasure_count != self._stream.feed.erasure_count

    async def _read(self) -> tuple[list[Change], int]:
        """Return the next changes of the log, and the position up to which they are complete."""
        with reading_on(LIVE):
            return await changes_between(
                self.position, self._head, self._stream.selection, REPLAY_BATCH
            )
