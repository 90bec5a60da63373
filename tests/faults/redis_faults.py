"""Faults of Redis and of the messages that it delivers."""

import asyncio
from time import monotonic

from redis.asyncio import Redis

from tests.faults.environment import CHANNEL, Environment
from tests.faults.impact import Impact
from tests.faults.proxy import MessageFaults
from tests.faults.workload import Workload

INVALID_MESSAGES = (
    *("", "-1", "999999", "18446744073709551616", "9" * 5000),
    *("1.5", "null", "\x00\xff", "\uff15"),
)
"""Messages that the service itself never publishes. Some look like positions far ahead."""


async def redis_killed(environment: Environment, workload: Workload, seconds: float) -> Impact:
    """Kill Redis and start it again after the time."""
    count = await _count_listeners(environment)
    await asyncio.to_thread(environment.redis.kill)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(environment.redis.start)
    return Impact(count)


async def redis_hung(environment: Environment, workload: Workload, seconds: float) -> Impact:
    """Pause Redis for the time."""
    count = await _count_listeners(environment)
    environment.redis.pause()
    await asyncio.sleep(seconds)
    environment.redis.resume()
    return Impact(count)


async def redis_listeners_disconnected(
    environment: Environment, workload: Workload, seconds: float
) -> Impact:
    """Disconnect all listeners repeatedly, so that reconnected ones are disconnected as well."""
    count, until = 0, monotonic() + seconds
    while monotonic() < until:
        count += int(await environment.run_redis_command("CLIENT", "KILL", "TYPE", "pubsub"))
        await asyncio.sleep(0.3)
    return Impact(count)


async def redis_messages_altered(
    environment: Environment, workload: Workload, seconds: float
) -> Impact:
    """Drop, duplicate and reorder the messages to the first server; send junk to both servers."""
    altered, until = environment.proxy.altered, monotonic() + seconds
    environment.proxy.message_faults = MessageFaults()
    while monotonic() < until:
        message = workload.rng.choice(INVALID_MESSAGES)
        await environment.run_redis_command("PUBLISH", CHANNEL, message)
        await asyncio.sleep(0.05)
    environment.proxy.message_faults = None
    return Impact(environment.proxy.altered - altered)


async def _count_listeners(environment: Environment) -> int:
    async with Redis.from_url(environment.redis.url) as redis:
        return len(await redis.client_list(_type="pubsub"))
