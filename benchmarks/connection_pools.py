"""`python -m benchmarks.connection_pools`: what a pool of connections costs a statement.

The shortest statement runs on asyncpg's pool and on `ConnectionPool`, in turns, by several callers
at once. The last line is one JSON object: microseconds of this process's processor time.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import asyncpg
import click
import orjson
import uvloop

from benchmarks.ingest.servers import pin_load_generator
from database.connection_pool import ConnectionPool
from devservices.postgres import PostgresServer

SIZE = 10
"""Connections of each pool, as the service has by default."""
CALLERS = 16
STATEMENTS = 3_200
"""Statements of a round: a tenth of a second's work."""
TEXT = "SELECT 1"

Fetch = Callable[[], Awaitable[Any]]


@click.command()
@click.option("--rounds", default=30, show_default=True, help="Rounds of each pool.")
def main(rounds: int) -> None:
    """Measure pools of connections."""
    print(pin_load_generator(), flush=True)
    with PostgresServer() as postgres:
        print(orjson.dumps(uvloop.run(measure(postgres.url, rounds))).decode())


async def measure(url: str, rounds: int) -> dict[str, float]:
    """Return the best round of each pool."""
    own = ConnectionPool(partial(asyncpg.connect, url), SIZE)
    async with asyncpg.create_pool(url, max_size=SIZE, reset=keep_session) as drivers:
        fetches: dict[str, Fetch] = {
            "asyncpg": partial(drivers.fetch, TEXT),
            "ConnectionPool": partial(fetch, own),
        }
        costs: dict[str, list[float]] = {name: [] for name in fetches}
        for _ in range(rounds):
            for name, run in fetches.items():
                costs[name].append(await cost_of(run))
    await own.close()
    return {name: round(min(found), 1) for name, found in costs.items()}


async def fetch(pool: ConnectionPool) -> Any:
    connection = await pool.acquire()
    try:
        return await connection.fetch(TEXT)
    finally:
        await pool.release(connection)


async def keep_session(_connection: asyncpg.Connection) -> None:
    """Reset nothing: the pool's own reset is a statement of its own."""


async def cost_of(run: Fetch) -> float:
    """Return the microseconds of a statement."""

    async def call_often() -> None:
        for _ in range(STATEMENTS // CALLERS):
            await run()

    began = time.process_time()
    await asyncio.gather(*(call_often() for _ in range(CALLERS)))
    return 1e6 * (time.process_time() - began) / STATEMENTS


if __name__ == "__main__":
    main()
