"""The memory of a follower to whom nothing happens."""

import asyncio
from collections.abc import Sequence

from benchmarks.fanout.subscriber_pool import Crowd
from benchmarks.fanout.servers import MeteredServer

SETTLING_SECONDS = 1.0
"""After which a server has done what it does with new connections."""
WARM = 100
"""Followers that a server has had before its memory is looked at."""


async def idle_kib(
    server: MeteredServer, crowd: Crowd, subscriptions: Sequence[bytes], *, is_ordered: bool = True
) -> float:
    """What each adds to the memory of a server that was just started."""
    await crowd.join("warm", server.port, subscriptions[:WARM], is_ordered=is_ordered)
    await asyncio.sleep(SETTLING_SECONDS)
    before = server.memory_kib()
    await crowd.join("idle", server.port, subscriptions, is_ordered=is_ordered)
    await asyncio.sleep(SETTLING_SECONDS)
    after = server.memory_kib()
    crowd.leave("idle")
    crowd.leave("warm")
    return (after - before) / len(subscriptions)
