"""Faults of the database: it is away, it hangs, somebody else holds its locks."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from time import monotonic

from tests.faults.workload import Crowd
from tests.faults.impact import Hit
from tests.faults.environment import Stage

BACKENDS = "SELECT count(*) FROM pg_stat_activity WHERE usename LIKE 'server%'"
ENDED = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'server%'"
WAITING = f"{BACKENDS} AND wait_event_type = 'Lock'"


async def backends_ended(stage: Stage, crowd: Crowd, seconds: float) -> Hit:
    count, until = 0, monotonic() + seconds
    while monotonic() < until:
        count += len(await stage.ask(ENDED))
        await asyncio.sleep(0.4)
    return Hit(count)


async def postgres_crashed(stage: Stage, crowd: Crowd, seconds: float) -> Hit:
    count = await _backends(stage)
    await stage.crash_postgres()
    await asyncio.sleep(seconds)
    await asyncio.to_thread(stage.postgres.start)
    return Hit(count)


async def postgres_hung(stage: Stage, crowd: Crowd, seconds: float) -> Hit:
    count = await _backends(stage)
    stage.postgres.pause()
    await asyncio.sleep(seconds)
    stage.postgres.resume()
    return Hit(count)


async def head_locked(stage: Stage, crowd: Crowd, seconds: float) -> Hit:
    """Somebody else holds the place where all writes meet."""
    async with _locked(stage, "SELECT position FROM log_head FOR UPDATE"):
        await asyncio.sleep(seconds)
        return Hit(await _waiting(stage))


async def order_locked(stage: Stage, crowd: Crowd, seconds: float) -> Hit:
    """Its writers wait, and the others' go on."""
    locked, other = crowd.chance.sample(crowd.shop.orders, 2)
    question = "SELECT id FROM orders WHERE tracking_id = $1 FOR UPDATE"
    async with _locked(stage, question, locked.tracking_id):
        writing = asyncio.create_task(crowd.shop.tell(locked))
        await asyncio.sleep(seconds)
        count, began = await _waiting(stage), monotonic()
        await crowd.shop.tell(other)
        held_up = monotonic() - began
    await writing
    return Hit(count, held_up)


@asynccontextmanager
async def _locked(stage: Stage, question: str, *arguments: object) -> AsyncGenerator[None, None]:
    async with stage.session() as session, session.transaction():
        await session.fetch(question, *arguments)
        yield


async def _waiting(stage: Stage) -> int:
    """Connections of the servers that wait for a lock."""
    return int((await stage.ask(WAITING))[0][0])


async def _backends(stage: Stage) -> int:
    """Connections that the servers have."""
    return int((await stage.ask(BACKENDS))[0][0])
