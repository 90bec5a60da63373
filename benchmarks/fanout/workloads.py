"""The workloads: bursts of changes and a steady rate of changes, written and received."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2

from benchmarks.fanout.event_writer import EventWriter, TrackedShipment, subscribe_frames
from benchmarks.fanout.servers import BaselineServer, WhereaboutsServer
from benchmarks.fanout.subscriber_pool import SubscriberPool
from benchmarks.fanout.subscriber_process import GroupReceipts
from devservices.ports import HOST

BURST_SECONDS = 1.5
"""How long a burst should take: much longer than the server's reading of the log before it."""
SMALLEST_BURST, LARGEST_BURST = 2, 200
"""Changes per burst: more would not fit into one call, or overflow a subscriber's queue so that
the server reads the log for it."""
CHANGE_INTERVAL = 1 / 20
"""Seconds between two changes of the steady rate."""
SEND_SECONDS = 60.0
"""How long the baseline may take to send a burst."""
BASELINE_GROUP = "baseline"


@dataclass(slots=True)
class BurstResult:
    """Deliveries from the moment when all changes could be read to the last receipt."""

    deliveries: int
    seconds: float
    server_seconds: float
    """Processor time of the server."""
    subscriber_seconds: float
    """Processor time of the subscribers' process."""
    sample: list[str]
    """All messages that one subscriber received."""

    @property
    def rate(self) -> float:
        """Deliveries per second."""
        return self.deliveries / self.seconds

    @property
    def core_us(self) -> float:
        """Microseconds of the server's processor time per delivery."""
        return self.server_seconds / self.deliveries * 1e6

    def __str__(self) -> str:
        server = self.server_seconds / self.seconds
        subscribers = self.subscriber_seconds / self.seconds
        return (
            f"{self.rate:8,.0f} deliveries/s, {self.core_us:5.1f} us of server CPU each;"
            f" CPU: server {server:4.0%}, subscribers {subscribers:4.0%}"
        )


class FanoutWorkload:
    """The two servers, their subscribers, and the writer of the changes."""

    def __init__(
        self,
        server: WhereaboutsServer,
        baseline: BaselineServer,
        subscribers: SubscriberPool,
        baseline_subscribers: SubscriberPool,
        writer: EventWriter,
    ) -> None:
        self.server, self.subscribers, self.writer = server, subscribers, writer
        # The pools are separate because one process may not open twice ten thousand sockets.
        self.baseline, self.baseline_subscribers = baseline, baseline_subscribers

    async def subscribe(
        self, group: str, query: str, shipments: Sequence[TrackedShipment]
    ) -> float:
        """Add one subscriber per shipment; return how many could subscribe per second."""
        tracking_ids = [shipment.tracking_id for shipment in shipments]
        frames = await subscribe_frames(query, tracking_ids)
        seconds = await self.subscribers.join(group, self.server.port, frames)
        return len(shipments) / seconds

    async def subscribe_baseline(self, count: int) -> float:
        """Connect subscribers to the baseline; return how many could connect per second."""
        seconds = await self.baseline_subscribers.join(
            BASELINE_GROUP, self.baseline.port, [b""] * count, is_ordered=False
        )
        return count / seconds

    async def burst(
        self, group: str, shipments: Sequence[TrackedShipment], changes: int
    ) -> BurstResult:
        """Deliver `changes` changes of each shipment, written in one transaction, to a group."""
        self.subscribers.reset(group)
        cpu_before = self.server.cpu_seconds()
        frames = await self.writer.record_scans(shipments, changes)
        receipts = await self.subscribers.receive(group, frames)
        server_seconds = self.server.cpu_seconds() - cpu_before
        return self._burst_result(receipts, self.writer.last_commit, server_seconds)

    async def baseline_burst(self, frames: Sequence[str], strategy: str) -> BurstResult:
        """Deliver the same frames from the baseline, sent with one of its strategies."""
        self.baseline_subscribers.reset(BASELINE_GROUP)
        async with httpx2.AsyncClient(
            base_url=f"http://{HOST}:{self.baseline.port}", timeout=SEND_SECONDS
        ) as http:
            (await http.put("/frames", json=list(frames))).raise_for_status()
            cpu_before, started = self.baseline.cpu_seconds(), time.monotonic()
            (await http.post("/send", params={"strategy": strategy})).raise_for_status()
        receipts = await self.baseline_subscribers.receive(BASELINE_GROUP, len(frames))
        return self._burst_result(receipts, started, self.baseline.cpu_seconds() - cpu_before)

    async def many_orders_burst(
        self, group: str, shipments: Sequence[TrackedShipment], changes: int
    ) -> BurstResult:
        """Deliver changes of many orders, each of which has a subscriber of its own.

        The server is paused while the changes are written, so that all of them wait for it.
        """
        self.subscribers.reset(group)
        cpu_before = self.server.cpu_seconds()
        self.server.pause()
        try:
            frames = await self.writer.record_scans(shipments, changes)
        finally:
            started = time.monotonic()
            self.server.resume()
        receipts = await self.subscribers.receive(group, frames)
        return self._burst_result(receipts, started, self.server.cpu_seconds() - cpu_before)

    async def steady_rate(
        self, group: str, shipments: Sequence[TrackedShipment], seconds: float
    ) -> list[float]:
        """Write changes at a steady rate; return the sorted ms from commit to each receipt."""
        await self.many_orders_burst(group, shipments, 1)
        self.subscribers.reset(group, has_times=True)
        frames, due = 0, time.monotonic()
        for turn in range(int(seconds / CHANGE_INTERVAL)):
            frames += await self.writer.record_scans([shipments[turn % len(shipments)]], 1)
            due += CHANGE_INTERVAL
            await asyncio.sleep(due - time.monotonic())
        per_change = 1 if len(shipments) > 1 else self.subscribers.size(group)
        receipts = await self.subscribers.receive_total(group, frames * per_change)
        latencies = (at - self.writer.committed_at(position) for position, at in receipts.times)
        return sorted(latency * 1000 for latency in latencies)

    def _burst_result(
        self, receipts: GroupReceipts, started: float, server_seconds: float
    ) -> BurstResult:
        return BurstResult(
            receipts.frames,
            receipts.last - started,
            server_seconds,
            receipts.processor_seconds,
            receipts.sample,
        )


def next_burst_size(burst: BurstResult, subscribers: int) -> int:
    """Return how many changes the next burst needs to last about `BURST_SECONDS`."""
    fitting = int(burst.rate * BURST_SECONDS / subscribers)
    return min(max(fitting, SMALLEST_BURST), LARGEST_BURST)
