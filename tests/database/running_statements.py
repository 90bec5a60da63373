"""Statements that run: how a test comes to know that the database has begun with one."""

import asyncio

import asyncpg
from tortoise.backends.base.client import BaseDBAsyncClient

BEGUN = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE state = 'active' AND query = $1)"


async def announced_begin(client: BaseDBAsyncClient) -> asyncio.Event:
    """Give SQLite the function `begin()`, which is true and sets the event that is returned."""
    begun, loop = asyncio.Event(), asyncio.get_running_loop()

    def begin() -> bool:
        loop.call_soon_threadsafe(begun.set)
        return True

    await client._connection.create_function("begin", 0, begin)
    return begun


async def until_postgres_runs(url: str, statement: str) -> None:
    """Waits until PostgreSQL runs the statement, which no event announces."""
    observer = await asyncpg.connect(url)
    try:
        while not await observer.fetchval(BEGUN, statement):
            pass
    finally:
        await observer.close()
