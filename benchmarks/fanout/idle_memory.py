"""The memory that the server holds for an idle subscriber."""

import asyncio
from collections.abc import Sequence

from benchmarks.fanout.servers import InstrumentedServer
from benchmarks.fanout.subscriber_pool import SubscriberPool

SETTLING_SECONDS = 1.0
"""After this time the server has finished its work on new connections."""
WARM_UP_SUBSCRIBERS = 100
"""Subscribers that connect before the first measurement, so that lazy allocations are made."""


async def measure_idle_kib(
    server: InstrumentedServer,
    subscribers: SubscriberPool,
    subscriptions: Sequence[bytes],
    *,
    is_ordered: bool = True,
) -> float:
    """Return the KiB that each subscriber adds to a server that was just started."""
    warm_up = subscriptions[:WARM_UP_SUBSCRIBERS]
    await subscribers.join("warm-up", server.port, warm_up, is_ordered=is_ordered)
    await asyncio.sleep(SETTLING_SECONDS)
    before = server.memory_kib()
    await subscribers.join("idle", server.port, subscriptions, is_ordered=is_ordered)
    await asyncio.sleep(SETTLING_SECONDS)
    after = server.memory_kib()
    subscribers.leave("idle")
    subscribers.leave("warm-up")
    return (after - before) / len(subscriptions)
