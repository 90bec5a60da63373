"""Who listens, who follows, and words whose making can be counted, held up and broken."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager

from models.changes import Change
from resolvers.changes import EVERY_CHANGE, ChangeSelection
from subscriptions.feed import Feed
from subscriptions.followers import Follower
from subscriptions.inbox import Delivery
from subscriptions.streams import Stream
from tests.subscriptions.rows import PATIENCE, append, change_of, make_order

Deliveries = AsyncGenerator[Delivery, None]


class Ear:
    """A listener: hears positions, and None where it is told to read."""

    def __init__(
        self,
        selection: ChangeSelection = EVERY_CHANGE,
        on_hearing: Callable[[Change], object] = lambda change: None,
    ) -> None:
        self.selection = selection
        self.heard: asyncio.Queue[int | None] = asyncio.Queue()
        self._on_hearing = on_hearing

    def give(self, change: Change) -> None:
        self._on_hearing(change)
        self.heard.put_nowait(change.position)

    def fall_behind(self) -> None:
        self.heard.put_nowait(None)

    async def hear(self, count: int) -> list[int | None]:
        async with asyncio.timeout(PATIENCE):
            return [await self.heard.get() for _ in range(count)]


@contextmanager
def listening(feed: Feed, *ears: Ear) -> Iterator[None]:
    for ear in ears:
        feed.add(ear)
    yield
    for ear in ears:
        feed.remove(ear)


class Words:
    """Words changes by their positions; `asked` is what for, `failures` what happens first."""

    def __init__(self, failures: dict[int, list[Exception]] | None = None) -> None:
        self.asked: list[int] = []
        self.may_speak = asyncio.Event()
        self.may_speak.set()
        self._failures = failures or {}

    async def __call__(self, changes: Sequence[Change]) -> list[str]:
        positions = [change.position for change in changes]
        self.asked += positions
        await self.may_speak.wait()
        for position in positions:
            if failures := self._failures.get(position):
                raise failures.pop()
        return [f"{position}" for position in positions]


def stream_of(
    feed: Feed, selection: ChangeSelection = EVERY_CHANGE, words: Words | None = None
) -> Stream:
    return Stream(feed, selection, words or Words())


@asynccontextmanager
async def following(stream: Stream, after: int | None) -> AsyncGenerator[Deliveries, None]:
    async with Follower(stream, after) as follower, aclosing(aiter(follower)) as deliveries:
        yield deliveries


async def received(stream: Stream, after: int | None, count: int) -> list[int]:
    """What a follower that comes now is given first."""
    async with following(stream, after) as deliveries, asyncio.timeout(PATIENCE):
        return [(await anext(deliveries)).position for _ in range(count)]


def hand_on(feed: Feed, *changes: Change) -> None:
    """What the feed does once it has read them, in the same breath as whatever happens here."""
    for change in changes:
        feed._position = change.position
        for listener in feed._listeners():
            if listener.selection.admits(change):
                listener.give(change)


async def make_changes(count: int) -> list[Change]:
    """In the log; no feed has handed them on."""
    order = await make_order()
    changes = [change_of(order) for _ in range(count)]
    await append(*changes)
    return changes


def tasks() -> list[asyncio.Task[object]]:
    """In which streams are at work."""
    return [task for task in asyncio.all_tasks() if task.get_name() == "stream"]
