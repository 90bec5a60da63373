"""Faults of the servers and of their clients: stopped, killed, cut off, not reading."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from time import monotonic

from devservices.ports import HOST
from devservices.processes import send_signal
from tests.faults.crowd import Crowd
from tests.faults.hits import Hit
from tests.faults.servers import WhereaboutsServer
from tests.faults.slow_readers import slow_readers
from tests.faults.stage import Stage

HUNT_SECONDS = 8.0
"""For stopping a server in the middle of a write: one try in twenty or so hits."""
HOLDS_HEAD = """SELECT 1 FROM pg_stat_activity WHERE usename = $1
  AND state = 'idle in transaction' AND query LIKE '%log_head%'"""


async def server_stopped(stage: Stage, crowd: Crowd, seconds: float) -> Hit:
    server = crowd.chance.choice(stage.servers)
    count = _connected(crowd, server)
    server.pause()
    await asyncio.sleep(seconds)
    server.resume()
    return Hit(count)


async def server_stopped_in_a_write(stage: Stage, crowd: Crowd, seconds: float) -> Hit:
    """It has the head of the log and keeps everybody else from writing."""
    server, other = crowd.chance.sample(stage.servers, 2)
    async with _writing(crowd, server):
        is_caught = await _caught_in_a_write(stage, server)
    if not is_caught:
        return Hit(0)
    began = monotonic()
    await crowd.shop.tell(crowd.chance.choice(crowd.shop.orders), server=_address(other))
    held_up = monotonic() - began
    await asyncio.sleep(max(0.0, seconds - held_up))
    server.resume()
    return Hit(1, held_up)


async def server_killed(stage: Stage, crowd: Crowd, seconds: float) -> Hit:
    server = crowd.chance.choice(stage.servers)
    count = _connected(crowd, server)
    await asyncio.to_thread(server.kill)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(server.start)
    return Hit(count)


async def server_deployed(stage: Stage, crowd: Crowd, seconds: float) -> Hit:
    """Stopped the orderly way; `stop` fails if it does not end within its grace time."""
    server = crowd.chance.choice(stage.servers)
    count = _connected(crowd, server)
    await asyncio.to_thread(server.stop)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(server.start)
    return Hit(count)


async def clients_cut(stage: Stage, crowd: Crowd, seconds: float) -> Hit:
    """A third of them at once, and again."""
    count, until = 0, monotonic() + seconds
    while monotonic() < until:
        connected = [client for client in crowd.clients if client.is_connected]
        for client in crowd.chance.sample(connected, len(connected) // 3):
            await client.cut()
            count += 1
        await asyncio.sleep(0.7)
    return Hit(count)


async def readers_slow(stage: Stage, crowd: Crowd, seconds: float) -> Hit:
    """Some ask for everything and read nothing of it."""
    async with slow_readers(crowd.chance.choice(stage.servers).port, crowd.headers) as readers:
        await asyncio.sleep(seconds)
        return Hit(sum(reader.is_full for reader in readers))


def _address(server: WhereaboutsServer) -> str:
    return f"{HOST}:{server.port}"


def _connected(crowd: Crowd, server: WhereaboutsServer) -> int:
    """How many of the crowd are connected there."""
    address = _address(server)
    return sum(client.is_connected and client.server == address for client in crowd.clients)


async def _caught_in_a_write(stage: Stage, server: WhereaboutsServer) -> bool:
    """Stop the server between its last statement and its commit."""
    until = monotonic() + HUNT_SECONDS
    async with stage.session() as session:
        while monotonic() < until:
            os.kill(server.pid, signal.SIGSTOP)
            if await session.fetch(HOLDS_HEAD, server.account):
                # Sent is not yet stopped: asked once more, it still is where it was.
                await asyncio.sleep(0.02)
                if await session.fetch(HOLDS_HEAD, server.account):
                    return True
            send_signal(server.pid, signal.SIGCONT)
            await asyncio.sleep(0.003)
    return False


@asynccontextmanager
async def _writing(crowd: Crowd, server: WhereaboutsServer) -> AsyncGenerator[None, None]:
    """One write after the other there."""

    async def write() -> None:
        while True:
            await crowd.shop.tell(crowd.chance.choice(crowd.shop.orders), server=_address(server))

    tasks = [asyncio.create_task(write()) for _ in range(3)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
