"""Faults of the database: it crashes, it hangs, or another session holds its locks."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from time import monotonic

from tests.faults.environment import Environment
from tests.faults.impact import Impact
from tests.faults.workload import Workload

COUNT_BACKENDS = "SELECT count(*) FROM pg_stat_activity WHERE usename LIKE 'server%'"
TERMINATE_BACKENDS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'server%'"
)
COUNT_BLOCKED = f"{COUNT_BACKENDS} AND wait_event_type = 'Lock'"
LOCK_LOG_HEAD = "SELECT position FROM log_head FOR UPDATE"
LOCKED_OUT = 8
"""Writers of a locked order: more than a process has places for commands that run."""
LOCK_ORDER = "SELECT id FROM orders WHERE tracking_id = $1 FOR UPDATE"


async def backends_terminated(
    environment: Environment, workload: Workload, seconds: float
) -> Impact:
    """Terminate all database connections of the servers, repeatedly."""
    count, until = 0, monotonic() + seconds
    while monotonic() < until:
        count += len(await environment.query(TERMINATE_BACKENDS))
        await asyncio.sleep(0.4)
    return Impact(count)


async def postgres_crashed(environment: Environment, workload: Workload, seconds: float) -> Impact:
    """Crash PostgreSQL and start it again after the time."""
    count = await _count_backends(environment)
    await environment.crash_postgres()
    await asyncio.sleep(seconds)
    await asyncio.to_thread(environment.postgres.start)
    return Impact(count)


async def postgres_hung(environment: Environment, workload: Workload, seconds: float) -> Impact:
    """Pause PostgreSQL for the time."""
    count = await _count_backends(environment)
    environment.postgres.pause()
    await asyncio.sleep(seconds)
    environment.postgres.resume()
    return Impact(count)


async def log_head_locked(environment: Environment, workload: Workload, seconds: float) -> Impact:
    """Lock the row of the log's head, which every write needs."""
    async with _locked(environment, LOCK_LOG_HEAD):
        await asyncio.sleep(seconds)
        return Impact(await _count_blocked(environment))


async def order_locked(environment: Environment, workload: Workload, seconds: float) -> Impact:
    """Lock one order: its writers wait, while a write to another order goes on."""
    locked, other = workload.rng.sample(workload.writers.orders, 2)
    async with _locked(environment, LOCK_ORDER, locked.tracking_id):
        writes = [
            asyncio.create_task(workload.writers.record_events(locked)) for _ in range(LOCKED_OUT)
        ]
        await asyncio.sleep(seconds)
        began = monotonic()
        await workload.writers.record_events(other)
        blocked_seconds = monotonic() - began
        count = sum(not write.done() for write in writes)
    await asyncio.gather(*writes)
    return Impact(count, blocked_seconds)


@asynccontextmanager
async def _locked(
    environment: Environment, sql: str, *arguments: object
) -> AsyncGenerator[None, None]:
    async with environment.connect_database() as connection, connection.transaction():
        await connection.fetch(sql, *arguments)
        yield


async def _count_blocked(environment: Environment) -> int:
    """Return how many connections of the servers wait for a lock."""
    return int((await environment.query(COUNT_BLOCKED))[0][0])


async def _count_backends(environment: Environment) -> int:
    """Return how many connections the servers have."""
    return int((await environment.query(COUNT_BACKENDS))[0][0])
