"""Streams of changes with stub renderers, recording listeners, and the deliveries to followers."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager

from models.changes import Change
from resolvers.changes import EVERY_CHANGE, ChangeSelection, LogEnd
from subscriptions.feed import Feed
from subscriptions.followers import Follower
from subscriptions.queues import Delivery
from subscriptions.streams import Stream
from tests.timeouts import TIMEOUT

Deliveries = AsyncGenerator[Delivery, None]


class RecordingListener:
    """A listener of a feed that records the positions of changes, and None when it falls behind."""

    def __init__(
        self,
        selection: ChangeSelection = EVERY_CHANGE,
        on_change: Callable[[Change], object] = lambda change: None,
    ) -> None:
        self.selection = selection
        self.recorded: asyncio.Queue[int | None] = asyncio.Queue()
        self._on_change = on_change
        self.has_ended = False

    def receive(self, change: Change) -> None:
        self._on_change(change)
        self.recorded.put_nowait(change.position)

    def require_replay(self) -> None:
        self.recorded.put_nowait(None)

    def end_epoch(self) -> None:
        self.has_ended = True

    async def next(self, count: int) -> list[int | None]:
        async with asyncio.timeout(TIMEOUT):
            return [await self.recorded.get() for _ in range(count)]


@contextmanager
def listening(feed: Feed, *listeners: RecordingListener) -> Iterator[None]:
    """Adds the listeners to the feed for the length of a block."""
    for listener in listeners:
        feed.add(listener)
    yield
    for listener in listeners:
        feed.remove(listener)


class StubRenderer:
    """Renders each change as its position; it can be held back, and can fail for some positions.

    `rendered` has the positions that it was called for. `failures` are raised, one at a time,
    before a position is rendered.
    """

    def __init__(self, failures: dict[int, list[Exception]] | None = None) -> None:
        self.rendered: list[int] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self._failures = failures or {}

    async def __call__(self, changes: Sequence[Change]) -> list[str]:
        positions = [change.position for change in changes]
        self.rendered += positions
        await self.may_answer.wait()
        for position in positions:
            if failures := self._failures.get(position):
                raise failures.pop()
        return [f"{position}" for position in positions]


def build_stream(
    feed: Feed, selection: ChangeSelection = EVERY_CHANGE, renderer: StubRenderer | None = None
) -> Stream:
    return Stream(feed, selection, renderer or StubRenderer())


@asynccontextmanager
async def deliveries_of(stream: Stream, after: int | None) -> AsyncGenerator[Deliveries, None]:
    """The deliveries to a new follower of the stream."""
    async with Follower(stream, after) as follower, aclosing(aiter(follower)) as deliveries:
        yield deliveries


async def next_positions(changes: AsyncIterator[Change | Delivery], count: int) -> list[int]:
    async with asyncio.timeout(TIMEOUT):
        return [(await anext(changes)).position for _ in range(count)]


async def first_positions(stream: Stream, after: int | None, count: int) -> list[int]:
    """The positions of the first deliveries to a new follower."""
    async with deliveries_of(stream, after) as deliveries:
        return await next_positions(deliveries, count)


def deliver(feed: Feed, *changes: Change) -> None:
    """Gives the changes to the feed's listeners as the feed does after reading them.

    The event loop does not run in between, so that nothing else happens meanwhile.
    """
    for change in changes:
        feed._end = LogEnd(change.position, feed.end.epoch)
        for listener in feed._listeners():
            if listener.selection.admits(change):
                listener.receive(change)


def stream_tasks() -> list[asyncio.Task[object]]:
    """The running tasks of all streams."""
    return [task for task in asyncio.all_tasks() if task.get_name() == "stream"]
