"""Faults of Redis, and of what it says."""

import asyncio
from time import monotonic

from redis.asyncio import Redis

from tests.faults.workload import Crowd
from tests.faults.impact import Hit
from tests.faults.proxy import Mischief
from tests.faults.environment import CHANNEL, Stage

JUNK = ("", "-1", "999999", "18446744073709551616", "9" * 5000, "1.5", "null", "\x00\xff", "\uff15")
"""What may come on the channel by mistake. Some of it looks like a position far away."""


async def redis_killed(stage: Stage, crowd: Crowd, seconds: float) -> Hit:
    count = await _listeners(stage)
    await asyncio.to_thread(stage.redis.kill)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(stage.redis.start)
    return Hit(count)


async def redis_hung(stage: Stage, crowd: Crowd, seconds: float) -> Hit:
    count = await _listeners(stage)
    stage.redis.pause()
    await asyncio.sleep(seconds)
    stage.redis.resume()
    return Hit(count)


async def listeners_cut(stage: Stage, crowd: Crowd, seconds: float) -> Hit:
    """Again and again, so that what comes back is cut as well."""
    count, until = 0, monotonic() + seconds
    while monotonic() < until:
        count += int(await stage.tell_redis("CLIENT", "KILL", "TYPE", "pubsub"))
        await asyncio.sleep(0.3)
    return Hit(count)


async def messages_mangled(stage: Stage, crowd: Crowd, seconds: float) -> Hit:
    """Lost, doubled and shuffled on the way to the first server; junk to both."""
    before, until = stage.relay.mangled, monotonic() + seconds
    stage.relay.mischief = Mischief()
    while monotonic() < until:
        await stage.tell_redis("PUBLISH", CHANNEL, crowd.chance.choice(JUNK))
        await asyncio.sleep(0.05)
    stage.relay.mischief = None
    return Hit(stage.relay.mangled - before)


async def _listeners(stage: Stage) -> int:
    async with Redis.from_url(stage.redis.url) as redis:
        return len(await redis.client_list(_type="pubsub"))
