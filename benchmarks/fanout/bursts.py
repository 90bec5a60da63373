"""Bursts and a steady pace of changes: made, delivered, and received."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2

from benchmarks.fanout.crowd import Count
from benchmarks.fanout.crowds import Crowd
from benchmarks.fanout.news import Newsroom, Parcel, subscriptions
from benchmarks.fanout.services import Bare, Followed
from devservices.ports import HOST

BURST_SECONDS = 1.5
"""How long a burst should take: long beside the reading of the log that comes before it."""
SMALLEST_BURST, LARGEST_BURST = 2, 200
"""Changes; more would not fit into one call, or make a follower read the log."""
PACE = 1 / 20
"""Seconds between two changes of the steady pace."""
SEND_SECONDS = 60.0
"""For the bare application to send a burst."""


@dataclass(slots=True)
class Burst:
    """So many deliveries, from the moment all of them could be read to the last receipt."""

    deliveries: int
    seconds: float
    server_seconds: float
    crowd_seconds: float
    sample: list[str]

    @property
    def rate(self) -> float:
        return self.deliveries / self.seconds

    @property
    def core_us(self) -> float:
        """Microseconds of the server's core for one delivery."""
        return self.server_seconds / self.deliveries * 1e6

    def __str__(self) -> str:
        server, crowd = self.server_seconds / self.seconds, self.crowd_seconds / self.seconds
        return (
            f"{self.rate:8,.0f} deliveries a second, {self.core_us:5.1f} us of the server each;"
            f" server {server:4.0%} busy, crowd {crowd:4.0%}"
        )


class Bench:
    """The two servers, who follows, and who makes the news."""

    def __init__(
        self, server: Followed, bare: Bare, crowd: Crowd, bare_crowd: Crowd, newsroom: Newsroom
    ) -> None:
        self.server, self.crowd, self.newsroom = server, crowd, newsroom
        # Apart: ten thousand sockets of each are more than a process may have.
        self.bare, self.bare_crowd = bare, bare_crowd

    async def gather(self, name: str, query: str, parcels: Sequence[Parcel]) -> float:
        """Followers of these; how many could join in a second."""
        said = await subscriptions(query, [parcel.tracking_id for parcel in parcels])
        seconds = await self.crowd.join(name, self.server.port, said)
        return len(parcels) / seconds

    async def gather_bare(self, count: int) -> float:
        seconds = await self.bare_crowd.join(
            "bare", self.bare.port, [b""] * count, is_ordered=False
        )
        return count / seconds

    async def burst(self, name: str, parcels: Sequence[Parcel], changes: int) -> Burst:
        """So many changes of each, in one transaction, delivered to a group."""
        self.crowd.forget(name)
        busy = self.server.cpu_seconds()
        frames = await self.newsroom.tell(parcels, changes)
        count = await self.crowd.receive(name, frames)
        return self._as_burst(count, self.newsroom.last_commit, self.server.cpu_seconds() - busy)

    async def bare_burst(self, frames: Sequence[str], manner: str) -> Burst:
        """The same frames from the bare application, sent in one of its manners."""
        self.bare_crowd.forget("bare")
        async with httpx2.AsyncClient(
            base_url=f"http://{HOST}:{self.bare.port}", timeout=SEND_SECONDS
        ) as http:
            (await http.put("/frames", json=list(frames))).raise_for_status()
            busy, started = self.bare.cpu_seconds(), time.monotonic()
            (await http.post("/send", params={"manner": manner})).raise_for_status()
        count = await self.bare_crowd.receive("bare", len(frames))
        return self._as_burst(count, started, self.bare.cpu_seconds() - busy)

    async def many_orders(self, name: str, parcels: Sequence[Parcel], changes: int) -> Burst:
        """Each follower has an order of its own; the changes wait while they are being written."""
        self.crowd.forget(name)
        busy = self.server.cpu_seconds()
        self.server.pause()
        try:
            frames = await self.newsroom.tell(parcels, changes)
        finally:
            started = time.monotonic()
            self.server.resume()
        count = await self.crowd.receive(name, frames)
        return self._as_burst(count, started, self.server.cpu_seconds() - busy)

    async def pace(self, name: str, parcels: Sequence[Parcel], seconds: float) -> list[float]:
        """Milliseconds from commit to receipt, in order, at a steady pace of changes."""
        await self.many_orders(name, parcels, 1)
        self.crowd.forget(name, has_times=True)
        frames, due = 0, time.monotonic()
        for turn in range(int(seconds / PACE)):
            frames += await self.newsroom.tell([parcels[turn % len(parcels)]], 1)
            due += PACE
            await asyncio.sleep(due - time.monotonic())
        per_change = 1 if len(parcels) > 1 else self.crowd.size(name)
        count = await self.crowd.receive_in_all(name, frames * per_change)
        waits = ((at - self.newsroom.committed_at(place)) for place, at in count.receipts)
        return sorted(wait * 1000 for wait in waits)

    def _as_burst(self, count: Count, started: float, server_seconds: float) -> Burst:
        return Burst(
            count.frames,
            count.last - started,
            server_seconds,
            count.processor_seconds,
            count.sample,
        )


def burst_size(burst: Burst, followers: int) -> int:
    """How many changes to send next, after a burst."""
    fitting = int(burst.rate * BURST_SECONDS / followers)
    return min(max(fitting, SMALLEST_BURST), LARGEST_BURST)
