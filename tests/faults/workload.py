"""A crowd: writers that write and clients that follow, until it is told to finish."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from time import monotonic
from types import TracebackType
from typing import Self

from tests.faults.clients import Client, WebsocketClient
from tests.faults.event_stream_client import EventStreamClient
from tests.faults.subscription import EVERYTHING, FLAT, NESTED, Following
from tests.faults.checker import Followed, Selection, Verdict, judge
from tests.faults.change_log import Ledger
from tests.faults.writers import Shop
from tests.faults.counters import Tally

PATIENCE = 20.0
"""Seconds for what must come; only a run that fails waits so long, and once."""
EVERYTHING_FOLLOWED = Selection()
NEWS_FOLLOWED = Selection(kinds=frozenset({"EVENT_RECORDED", "ORDER_CREATED", "ORDER_STATUS"}))
STAFF_SHARE = 0.03
"""Of all followings those of the whole log: each is given as much as all others of an order."""
NESTED_SHARE = 0.25


@dataclass(frozen=True)
class Size:
    """How much goes on. The defaults leave a machine with two cores time to breathe."""

    orders: int = 24
    clients: int = 30
    followings: int = 4
    """Of each client, at most."""
    writers: int = 3
    pause: float = 0.25
    """Seconds between two acts of a writer."""
    streams: float = 0.25
    """The share of clients that take an event stream instead of a websocket."""
    unrest: float = 3.0
    """Clients each second that hang up or lose their connection."""


class Crowd:
    """Enter it, and it is busy; `finish` has the verdict on all that it did."""

    def __init__(
        self,
        addresses: Sequence[str],
        headers: dict[str, str],
        ledger: Ledger,
        chance: Random,
        size: Size | None = None,
    ) -> None:
        self.size = size or Size()
        self.tally = Tally()
        self.chance = chance
        self.ledger = ledger
        self.shop = Shop(addresses, headers, self.tally, chance)
        self._addresses, self.headers = addresses, headers
        self.clients: list[Client] = []
        self.stuck: list[str] = []
        """Who does not get what he is owed; the verdict says what that is."""
        self._gone: list[Followed] = []
        self._writers: list[asyncio.Task[None]] = []
        self._others: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        await self.ledger.read_on()
        self._begin = self.ledger.entries[-1].position if self.ledger.entries else 0
        opening = [self.shop.open_order() for _ in range(self.size.orders)]
        async with asyncio.timeout(PATIENCE):
            self.shop.orders += await asyncio.gather(*opening)
        self.clients = [self._client() for _ in range(self.size.clients)]
        self._others = [asyncio.create_task(client.run()) for client in self.clients]
        self._writers = [
            asyncio.create_task(self.shop.run(self.size.pause)) for _ in range(self.size.writers)
        ]
        if self.size.unrest:
            self._others.append(asyncio.create_task(self._be_restless()))
        await self.catch_up()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await _end(self._writers + self._others)
        await self.shop.close()

    @property
    def followings(self) -> list[Following]:
        return [following for client in self.clients for following in client.followings]

    async def catch_up(self) -> float:
        """Wait until everybody has all that is in the log now; the seconds that it took.

        Once somebody does not get it at all, there is nothing more to wait for.
        """
        if self.stuck:
            return PATIENCE
        began = monotonic()
        await self.ledger.read_on()
        goals = [(one, self.ledger.newest(one.record.selection)) for one in self.followings]
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*[following.reach(position) for following, position in goals])
        except TimeoutError:
            self.stuck = [str(client) for client in self.clients if self._misses(client)]
        self._fail_early()
        return monotonic() - began

    async def until_acknowledged(self, more: int) -> None:
        """Wait until so many more writes were answered."""
        goal = self.tally.acknowledged + more
        async with asyncio.timeout(PATIENCE):
            while self.tally.acknowledged < goal:
                await self.shop.next_answer()

    async def finish(self) -> Verdict:
        """End the writing, let everybody catch up, and judge."""
        self.shop.is_open = False
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*self._writers)
        await self._come_to_rest()
        await _end(self._others)
        log, known = await self.ledger.read(), self.ledger.entries
        verdict = judge(log, self.shop.written, self._records(), await self.ledger.sequences())
        verdict.holes += [f"{entry} has changed" for entry in set(known) - set(log)]
        return verdict

    async def _come_to_rest(self) -> None:
        """A write that nobody waits for any more may still be done."""
        count = -1
        while count != len(self.ledger.entries):
            count = len(self.ledger.entries)
            await self.catch_up()

    def delays(self, since: float = 0.0) -> list[float]:
        """Seconds from an answer to a writer until each follower had it, shortest first."""
        acknowledged_at = self.shop.acknowledged_at
        return sorted(
            max(0.0, received_at - acknowledged_at[receipt])
            for following in self.followings
            for receipt, received_at in zip(
                following.record.received, following.received_at, strict=True
            )
            if acknowledged_at.get(receipt, 0.0) >= max(since, following.began_at)
        )

    def _records(self) -> list[Followed]:
        return [*self._gone, *(following.record for following in self.followings)]

    def _misses(self, client: Client) -> bool:
        return any(
            following.place < self.ledger.newest(following.record.selection)
            for following in client.followings
        )

    def _fail_early(self) -> None:
        """A writer or a client that has ended by an error of its own."""
        for task in self._writers + self._others:
            if task.done():
                task.result()

    async def _be_restless(self) -> None:
        while True:
            await asyncio.sleep(self.chance.expovariate(self.size.unrest))
            client = self.chance.choice(self.clients)
            self.tally.cut += 1
            await (client.cut() if self.chance.random() < 0.5 else client.hang_up())

    def _client(self) -> Client:
        count = self.chance.randint(1, self.size.followings)
        kind: type[Client] = WebsocketClient
        if self.chance.random() < self.size.streams:
            kind, count = EventStreamClient, 1
        client = kind(
            [self._following(after_all=False) for _ in range(count)],
            self._addresses,
            self.headers,
            self.tally,
            self.chance,
        )
        client.before_asking = self._exchange
        return client

    def _exchange(self, client: Client) -> None:
        """One in ten comes back as somebody else, who follows what is going on now."""
        for place, following in enumerate(client.followings):
            if following.record.received and self.chance.random() < 0.1:
                following.leave()
                self._gone.append(following.record)
                client.followings[place] = self._following(after_all=True)
                self.tally.left += 1

    def _following(self, *, after_all: bool) -> Following:
        chance = self.chance
        head = max((entry.position for entry in self.shop.written.acknowledged), default=0)
        if chance.random() < STAFF_SHARE:
            selection = chance.choice((EVERYTHING_FOLLOWED, NEWS_FOLLOWED))
            return Following(EVERYTHING, selection, head if after_all else self._begin)
        orders = chance.sample(self.shop.orders, chance.choice((1, 1, 1, 2, 4)))
        selection = Selection(frozenset(order.tracking_id for order in orders))
        after = chance.choice((0, head, min(order.position for order in orders)))
        return Following(NESTED if chance.random() < NESTED_SHARE else FLAT, selection, after)


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    """Raises what one of them raised."""
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    tasks.clear()
    for one in ended:
        if isinstance(one, BaseException) and not isinstance(one, asyncio.CancelledError):
            raise one
