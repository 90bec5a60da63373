"""A follower: takes every delivery of a stream, once, in order, none missing."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from types import TracebackType
from typing import Self

from database.connections import LIVE, reading_on
from database.outages import is_outage
from errors import Invalid
from models.changes import Change
from resolvers.changes import changes_between
from runtime.backoff import Backoff
from subscriptions.queues import Delivery, DeliveryQueue
from subscriptions.streams import LONGEST_DELAY, TOGETHER, Stream

TURN = 200
"""Changes read from the log at once for one follower: what it may hold of them in memory."""


class Follower:
    """`async with` it and iterate: what came after a position, then live.

    It listens before it reads, so that what happens in between comes at least once, and drops what
    it has given. Whoever resumes after the last position received has missed nothing.

    Entering raises Invalid for a position that the log does not have, and an outage of the
    database; once it was entered, it waits while the database is away. Iterating raises
    LimitExceeded if its changes take too long to word.
    """

    def __init__(self, stream: Stream, after: int | None) -> None:
        self._stream = stream
        self._after = after
        self._inbox = DeliveryQueue()
        self.place = 0
        """All of the selection up to this position has been given, or is not wanted."""

    async def __aenter__(self) -> Self:
        self._stream.add(self._inbox)
        # Whatever comes later is put into the inbox.
        self._head = self._stream.feed.position
        try:
            self.place = await self._first_place()
        except BaseException:
            self._stream.remove(self._inbox)
            raise
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stream.remove(self._inbox)

    async def _first_place(self) -> int:
        after = self._after
        if after is not None and after <= self._head:
            return after
        # This process may not have come as far yet as the log has.
        head = await self._stream.feed.head()
        if after is None:
            return head
        if after > head:
            raise Invalid(
                f"There is no position {after} here: the log ends at {head}. Give the position of"
                " the last change that you have from this service, or leave `after` out to begin"
                " now.",
                ("after",),
            )
        return after

    async def __aiter__(self) -> AsyncGenerator[Delivery, None]:
        while True:
            if self.place < self._head:
                # Apart, so that what was read is forgotten before the long wait for more.
                async with aclosing(self._replay()) as replay:
                    async for delivery in replay:
                        yield delivery
            news = await self._inbox.next()
            if news is None:
                self.place = max(self.place, self._inbox.complete_to)
                self._head = self._stream.feed.position
            elif news.position > self.place:
                self.place = news.position
                yield news

    async def _replay(self) -> AsyncGenerator[Delivery, None]:
        outage = Backoff("Reading for a follower", longest_delay=LONGEST_DELAY)
        while self.place < self._head:
            changes, complete_to = await outage.retry_until_available(self._read, is_outage)
            for few in _few_at_a_time(changes):
                for delivery in await self._stream.replayed(few):
                    self.place = delivery.position
                    yield delivery
            self.place = complete_to

    async def _read(self) -> tuple[list[Change], int]:
        """The next changes of the log, and how far they go."""
        with reading_on(LIVE):
            return await changes_between(self.place, self._head, self._stream.selection, TURN)


def _few_at_a_time(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    for first in range(0, len(changes), TOGETHER):
        yield changes[first : first + TOGETHER]
