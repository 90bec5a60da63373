"""Faults of the servers and of their clients."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from time import monotonic

from devservices.processes import send_signal
from tests.faults.environment import Environment
from tests.faults.impact import Impact
from tests.faults.servers import WhereaboutsServer
from tests.faults.slow_consumers import open_slow_consumers
from tests.faults.workload import Workload

ATTEMPT_SECONDS = 8.0
"""How long to try to pause a server inside a write: about one attempt in twenty succeeds."""
HOLDS_LOG_HEAD = """SELECT 1 FROM pg_stat_activity WHERE usename = $1
  AND state = 'idle in transaction' AND query LIKE '%log_head%'"""
CONCURRENT_WRITES = 3


async def server_paused(environment: Environment, workload: Workload, seconds: float) -> Impact:
    """Pause one server for the time."""
    server = workload.rng.choice(environment.servers)
    count = _count_connected(workload, server)
    server.pause()
    await asyncio.sleep(seconds)
    server.resume()
    return Impact(count)


async def server_paused_in_a_write(
    environment: Environment, workload: Workload, seconds: float
) -> Impact:
    """Pause one server while it holds the log's head, so that nobody else can write."""
    server, other = workload.rng.sample(environment.servers, 2)
    async with _continuous_writes(workload, server):
        is_paused = await _pause_in_a_write(environment, server)
    if not is_paused:
        return Impact(0)
    began = monotonic()
    order = workload.rng.choice(workload.writers.orders)
    await workload.writers.record_events(order, server=other.address)
    blocked_seconds = monotonic() - began
    await asyncio.sleep(max(0.0, seconds - blocked_seconds))
    server.resume()
    return Impact(1, blocked_seconds)


async def server_killed(environment: Environment, workload: Workload, seconds: float) -> Impact:
    """Kill one server and start it again after the time."""
    server = workload.rng.choice(environment.servers)
    count = _count_connected(workload, server)
    await asyncio.to_thread(server.kill)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(server.start)
    return Impact(count)


async def server_deployed(environment: Environment, workload: Workload, seconds: float) -> Impact:
    """Restart one server gracefully; `stop` fails if the server exceeds its grace period."""
    server = workload.rng.choice(environment.servers)
    count = _count_connected(workload, server)
    await asyncio.to_thread(server.stop)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(server.start)
    return Impact(count)


async def clients_reset(environment: Environment, workload: Workload, seconds: float) -> Impact:
    """Reset the connections of a third of the clients at once, repeatedly."""
    count, until = 0, monotonic() + seconds
    while monotonic() < until:
        connected = [client for client in workload.clients if client.is_connected]
        for client in workload.rng.sample(connected, len(connected) // 3):
            await client.reset()
            count += 1
        await asyncio.sleep(0.7)
    return Impact(count)


async def consumers_slow(environment: Environment, workload: Workload, seconds: float) -> Impact:
    """Let additional clients subscribe to everything and read nothing."""
    port = workload.rng.choice(environment.servers).port
    async with open_slow_consumers(port, workload.headers) as consumers:
        await asyncio.sleep(seconds)
        return Impact(sum(consumer.is_full for consumer in consumers))


def _count_connected(workload: Workload, server: WhereaboutsServer) -> int:
    """Return how many clients are connected to the server."""
    return sum(
        client.is_connected and client.server == server.address for client in workload.clients
    )


async def _pause_in_a_write(environment: Environment, server: WhereaboutsServer) -> bool:
    """Pause the server between its last statement and its commit; return whether it succeeded."""
    until = monotonic() + ATTEMPT_SECONDS
    async with environment.connect_database() as connection:
        while monotonic() < until:
            os.kill(server.pid, signal.SIGSTOP)
            if await connection.fetch(HOLDS_LOG_HEAD, server.account):
                # The signal takes effect with a delay: only a second look shows that it holds.
                await asyncio.sleep(0.02)
                if await connection.fetch(HOLDS_LOG_HEAD, server.account):
                    return True
            send_signal(server.pid, signal.SIGCONT)
            await asyncio.sleep(0.003)
    return False


@asynccontextmanager
async def _continuous_writes(
    workload: Workload, server: WhereaboutsServer
) -> AsyncGenerator[None, None]:
    """Send writes to the server, one after another, until the block is left."""

    async def write() -> None:
        while True:
            order = workload.rng.choice(workload.writers.orders)
            await workload.writers.record_events(order, server=server.address)

    tasks = [asyncio.create_task(write()) for _ in range(CONCURRENT_WRITES)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
