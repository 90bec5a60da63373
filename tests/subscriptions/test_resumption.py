"""Clients miss no change, whatever happens to them and wherever they resume."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.changes import Change
from models.enums import ChangeKind
from models.orders import Order
from resolvers import changes as reading
from resolvers.changes import ChangeSelection, LogEnd, changes_between, log_end, log_head
from runtime import backoff, supervised_task
from subscriptions import feed as live_feed
from subscriptions import followers, queues, streams
from subscriptions.feed import Feed
from subscriptions.followers import Follower
from subscriptions.streams import Stream
from subscriptions.transport import open_transport
from tests.factories.change_log import build_change, insert_changes, insert_followed_order
from tests.profiles import examples
from tests.subscriptions.streams import next_positions
from tests.timeouts import poll_until

SLOW = 0.01
"""Seconds by which the database's answers are delayed, so that others can write meanwhile."""
KINDS = (ChangeKind.HEALTH, ChangeKind.ESTIMATE)


@dataclass
class Server:
    """A simulated server process: a feed, and one stream for each selection."""

    selections: tuple[ChangeSelection, ChangeSelection]
    pauses: deque[float]

    def __post_init__(self) -> None:
        self.feed = Feed(open_transport("memory://"))
        self.streams = [Stream(self.feed, selection, self.render) for selection in self.selections]

    async def render(self, changes: Sequence[Change]) -> list[str]:
        """Renders changes after a pause, and sometimes fails as if the database were away."""
        pause, bodies = self.pauses[0], [f"{change.position}" for change in changes]
        self.pauses.rotate()
        if pause < 0:
            raise OSError("away")
        if pause:
            await asyncio.sleep(pause)
        return bodies

    async def restart(self) -> None:
        """Restarts the feed alone; the followers stay."""
        await self.feed._reader.stop()
        self.feed._reader = supervised_task.SupervisedTask("The feed", self.feed._run)
        self.feed._reader.start()


@dataclass
class Client:
    """A client that resumes after the last position that it received."""

    selection: int
    after: int
    received: list[int] = field(default_factory=list)

    async def connect(self, server: Server) -> None:
        self.stream = server.streams[self.selection]
        self.follower = Follower(self.stream, max([self.after, *self.received]))
        await self.follower.__aenter__()
        self.deliveries = aiter(self.follower)

    async def receive(self, count: int) -> None:
        for _ in range(count):
            self.received += await next_positions(self.deliveries, 1)

    async def disconnect(self) -> None:
        await self.deliveries.aclose()
        await self.follower.__aexit__(None, None, None)


@dataclass
class Cluster:
    """Two simulated server processes on one log, their clients, and the changes in the log."""

    servers: tuple[Server, Server]
    orders: tuple[Order, Order]
    clients: list[Client] = field(default_factory=list)
    written: list[Change] = field(default_factory=list)

    async def write(self, rows: list[tuple[int, ChangeKind]], announcer: int | None) -> None:
        changes = [build_change(self.orders[number], kind) for number, kind in rows]
        positions = await insert_changes(*changes)
        self.written += changes
        if announcer is not None:
            self.servers[announcer].feed.announce(positions[-1])

    async def settle(self) -> None:
        """Waits until both feeds have delivered the whole log."""
        head = await log_head()
        await poll_until(lambda: min(server.feed.position for server in self.servers) == head)

    def expected(self, client: Client) -> list[int]:
        selection = self.servers[0].selections[client.selection]
        return [
            change.position
            for change in self.written
            if change.position > client.after and selection.admits(change)
        ]

    async def receive(self, count: int) -> None:
        """Lets all clients receive at once what they have not yet, up to `most` changes each."""
        await asyncio.gather(
            *(
                client.receive(min(count, len(self.expected(client)) - len(client.received)))
                for client in self.clients
            )
        )


ROWS = st.lists(st.tuples(st.integers(0, 1), st.sampled_from(KINDS)), min_size=1, max_size=8)
ANNOUNCER = st.none() | st.integers(0, 1)
NUMBER = st.integers(0, 3)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), ROWS, ANNOUNCER),
        st.tuples(st.just("write while receiving"), ROWS, ANNOUNCER),
        st.tuples(st.just("settle")),
        st.tuples(st.just("restart"), st.integers(0, 1)),
        st.tuples(st.just("receive"), st.integers(1, 6)),
        st.tuples(st.just("join"), st.integers(0, 1), st.integers(0, 1), st.integers(0, 9)),
        st.tuples(st.just("reconnect"), NUMBER, st.integers(0, 1)),
        st.tuples(st.just("break off"), NUMBER, st.integers(0, 1)),
    ),
    max_size=14,
)


async def run_step(cluster: Cluster, step: tuple[Any, ...]) -> None:
    match step:
        case ("write", rows, announcer):
            await cluster.write(rows, announcer)
        case ("write while receiving", rows, announcer):
            receiving = asyncio.create_task(cluster.receive(99))
            await cluster.write(rows, announcer)
            await receiving
        case ("settle",):
            await cluster.settle()
        case ("restart", number):
            await cluster.servers[number].restart()
        case ("receive", count):
            await cluster.receive(count)
        case ("join", number, selection, back):
            client = Client(
                selection, max(await log_head() - back, cluster.written[0].position - 1)
            )
            await client.connect(cluster.servers[number])
            cluster.clients.append(client)
        case ("reconnect", index, number):
            await reconnect(cluster, index, number)
        case ("break off", index, number):
            client = cluster.clients[index % len(cluster.clients)]
            receiving = asyncio.create_task(client.receive(99))
            await asyncio.sleep(SLOW)
            receiving.cancel()
            await asyncio.wait([receiving])
            await reconnect(cluster, index, number)


async def reconnect(cluster: Cluster, index: int, number: int) -> None:
    client = cluster.clients[index % len(cluster.clients)]
    await client.disconnect()
    await client.connect(cluster.servers[number])


async def slow_end() -> LogEnd:
    end = await log_end()
    await asyncio.sleep(SLOW)
    return end


async def slow_changes(*arguments: Any) -> tuple[list[Change], int]:
    result = await changes_between(*arguments)
    await asyncio.sleep(SLOW)
    return result


@examples(100, on_one_database=True)
@given(
    before=ROWS,
    sizes=st.tuples(*[st.integers(1, 4)] * 8),
    numbers=st.none() | st.sets(st.integers(0, 1), min_size=1),
    pauses=st.lists(st.sampled_from([0, 0, SLOW, -1]), min_size=1, max_size=4),
    steps=STEPS,
)
@pytest.mark.timeout(300)
async def test_each_change_after_the_start_is_received_once_in_order(
    db, fast_polling, before, sizes, numbers, pauses, steps
):
    orders = (await insert_followed_order(), await insert_followed_order())
    order_ids = None if numbers is None else frozenset(orders[n].id for n in numbers)
    selections = (ChangeSelection(order_ids=order_ids), ChangeSelection(kinds=KINDS[:1]))
    with pytest.MonkeyPatch.context() as patch:
        for (module, name), size in zip(SIZES, sizes, strict=True):
            patch.setattr(module, name, size)
        patch.setattr(live_feed, "log_end", slow_end)
        patch.setattr(followers, "changes_between", slow_changes)
        patch.setattr(backoff, "FIRST_DELAY", 0.001)
        first, second = (Server(selections, deque([*pauses, 0])) for _ in range(2))
        async with first.feed, second.feed:
            cluster = Cluster((first, second), orders)
            await cluster.write(before, None)
            await run_step(cluster, ("join", 0, 0, 9))

            for step in steps:
                await run_step(cluster, step)
            await cluster.receive(999)
            for client in cluster.clients:
                await client.disconnect()

    for client in cluster.clients:
        assert client.received == cluster.expected(client)
    assert first.feed._listeners() | second.feed._listeners() == set()


SIZES = (
    (queues, "QUEUE_SIZE"),
    (streams, "BACKLOG"),
    (streams, "RENDER_BATCH"),
    (followers, "RENDER_BATCH"),
    (streams, "QUEUES_PER_TURN"),
    (live_feed, "LISTENERS_PER_TURN"),
    (followers, "REPLAY_BATCH"),
    (reading, "WINDOW"),
)
