"""Whatever happens to those who follow, and wherever they resume, they miss nothing."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.changes import Change
from models.enums import ChangeKind
from models.orders import Order
from resolvers.changes import ChangeSelection, changes_after, log_head
from subscriptions import feed as live_feed
from subscriptions import follow as following
from subscriptions.feed import Feed
from subscriptions.follow import follow
from subscriptions.transport import open_transport
from tests.subscriptions.rows import append, change_of, make_order, take, until

SLOW = 0.02
"""Seconds that an answer of the database is under way, while others write."""
KINDS = (ChangeKind.HEALTH, ChangeKind.ESTIMATE)


@dataclass
class Client:
    """Resumes after the last position that it received."""

    feed: Feed
    selection: ChangeSelection
    after: int
    received: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stream = follow(self.feed, self.selection, self.after)

    async def receive(self, count: int) -> None:
        self.received += await take(self.stream, count)

    async def reconnect(self, feed: Feed) -> None:
        await self.stream.aclose()
        self.feed = feed
        self.stream = follow(feed, self.selection, max([self.after, *self.received]))


@dataclass
class World:
    """Two server processes on one log, with what was written to it."""

    feeds: tuple[Feed, Feed]
    orders: tuple[Order, Order]
    written: list[Change] = field(default_factory=list)

    def changes(self, rows: list[tuple[int, ChangeKind]]) -> list[Change]:
        return [change_of(self.orders[number], kind) for number, kind in rows]

    async def write(self, changes: list[Change], announcer: int | None) -> None:
        positions = await append(*changes)
        self.written += changes
        if announcer is not None:
            self.feeds[announcer].announce(positions[-1])

    async def settle(self) -> None:
        """Until both have handed on all there is."""
        head = await log_head()
        await until(lambda: min(feed.position for feed in self.feeds) == head)

    def expected(self, client: Client) -> list[int]:
        return [
            change.position
            for change in self.written
            if change.position > client.after and client.selection.admits(change)
        ]


ROWS = st.lists(st.tuples(st.integers(0, 1), st.sampled_from(KINDS)), min_size=1, max_size=8)
ANNOUNCER = st.none() | st.integers(0, 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), ROWS, ANNOUNCER),
        st.tuples(st.just("write while receiving"), ROWS, ANNOUNCER),
        st.tuples(st.just("settle")),
        st.tuples(st.just("receive"), st.integers(1, 6)),
        st.tuples(st.just("reconnect"), st.integers(0, 1)),
    ),
    max_size=14,
)


async def play(world: World, client: Client, step: tuple[Any, ...]) -> None:
    match step:
        case ("write", rows, announcer):
            await world.write(world.changes(rows), announcer)
        case ("write while receiving", rows, announcer):
            changes = world.changes(rows)
            coming = sum(map(client.selection.admits, changes))
            receiving = asyncio.create_task(client.receive(due(world, client) + coming))
            await world.write(changes, announcer)
            await receiving
        case ("settle",):
            await world.settle()
        case ("receive", count):
            await client.receive(min(count, due(world, client)))
        case ("reconnect", number):
            await client.reconnect(world.feeds[number])


def due(world: World, client: Client) -> int:
    return len(world.expected(client)) - len(client.received)


async def slow_head() -> int:
    head = await log_head()
    await asyncio.sleep(SLOW)
    return head


async def slow_changes(position: int, selection: ChangeSelection, limit: int) -> list[Change]:
    changes = await changes_after(position, selection, limit)
    await asyncio.sleep(SLOW)
    return changes


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    before=ROWS,
    back=st.integers(0, 8),
    numbers=st.none() | st.sets(st.integers(0, 1), min_size=1),
    kinds=st.none() | st.just(KINDS[:1]),
    steps=STEPS,
)
async def test_each_change_after_the_start_is_received_once_in_order(
    db, quick_looks, monkeypatch, before, back, numbers, kinds, steps
):
    for module, name in ((live_feed, "INBOX_SIZE"), (live_feed, "BATCH"), (following, "TURN")):
        monkeypatch.setattr(module, name, 2)
    monkeypatch.setattr(following, "log_head", slow_head)
    monkeypatch.setattr(following, "changes_after", slow_changes)
    orders = (await make_order(), await make_order())
    order_ids = None if numbers is None else frozenset(orders[n].id for n in numbers)
    async with Feed(open_transport("memory://")) as one, Feed(open_transport("memory://")) as two:
        world = World((one, two), orders)
        await world.write(world.changes(before), None)
        after = max(await log_head() - back, world.written[0].position - 1)
        client = Client(one, ChangeSelection(order_ids=order_ids, kinds=kinds), after)

        for step in steps:
            await play(world, client, step)
        await client.receive(due(world, client))
        await client.stream.aclose()

    assert client.received == world.expected(client)
    assert one._followers() | two._followers() == set()
