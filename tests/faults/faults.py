"""The faults: each breaks something for a while, mends it, and says how much it really hit."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic

from redis.asyncio import Redis

from tests.faults.crowd import Crowd
from tests.faults.relay import Mischief
from tests.faults.servers import WhereaboutsServer
from tests.faults.slow_readers import slow_readers
from tests.faults.stage import CHANNEL, Stage
from tests.services import HOST, send_signal

JUNK = ("", "-1", "999999", "18446744073709551616", "9" * 5000, "1.5", "null", "\x00\xff", "\uff15")
"""What may come on the channel by mistake. Some of it looks like a position far away."""
HUNT_SECONDS = 8.0
"""For stopping a server in the middle of a write: one try in twenty or so hits."""

ENDED = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'server%'"
HOLDS_HEAD = """SELECT 1 FROM pg_stat_activity WHERE usename = $1
  AND state = 'idle in transaction' AND query LIKE '%log_head%'"""
WAITING = """SELECT count(*) FROM pg_stat_activity
  WHERE usename LIKE 'server%' AND wait_event_type = 'Lock'"""


@dataclass(frozen=True)
class Hit:
    """What a fault did: how many connections, messages, writes it broke or held up."""

    count: int
    held_up: float = 0.0
    """Seconds for which it kept others from writing."""


Strike = Callable[[Stage, Crowd, float], Awaitable[Hit]]


@dataclass(frozen=True)
class Fault:
    strike: Strike
    seconds: tuple[float, float]
    """How long it lasts, at least and at most, where chance decides."""
    touches: frozenset[str]
    """What it breaks or needs whole: two faults at a time have none of it in common."""


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


async def _listeners(stage: Stage) -> int:
    async with Redis.from_url(stage.redis.url) as redis:
        return len(await redis.client_list(_type="pubsub"))


async def _backends(stage: Stage) -> int:
    question = "SELECT count(*) FROM pg_stat_activity WHERE usename LIKE 'server%'"
    return int((await stage.ask(question))[0][0])


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


def _fault(strike: Strike, least: float, most: float, *touches: str) -> Fault:
    return Fault(strike, (least, most), frozenset(touches))


FAULTS = {
    "redis killed": _fault(redis_killed, 0, 10, "redis"),
    "redis hung": _fault(redis_hung, 1, 8, "redis"),
    "listeners cut": _fault(listeners_cut, 1, 3, "redis"),
    "messages mangled": _fault(messages_mangled, 1, 4, "redis"),
    "backends ended": _fault(backends_ended, 0.5, 2, "postgres"),
    "postgres crashed": _fault(postgres_crashed, 0, 4, "postgres"),
    "postgres hung": _fault(postgres_hung, 0.5, 4, "postgres"),
    "server stopped": _fault(server_stopped, 0.5, 6, "servers"),
    "server stopped in a write": _fault(server_stopped_in_a_write, 2, 4, "servers", "postgres"),
    "server killed": _fault(server_killed, 0, 3, "servers", "postgres"),
    "server deployed": _fault(server_deployed, 0, 2, "servers", "postgres"),
    "clients cut": _fault(clients_cut, 0.5, 3, "clients"),
    "readers slow": _fault(readers_slow, 1, 5, "servers"),
    "head locked": _fault(head_locked, 0.5, 3, "postgres"),
    "order locked": _fault(order_locked, 0.5, 3, "postgres"),
}
