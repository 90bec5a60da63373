"""The environment of a run: PostgreSQL, Redis behind a proxy, and two processes of the service."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from random import Random
from types import TracebackType
from typing import Any, Self

import asyncpg
from redis.asyncio import Redis

from auth import Scope
from commands.keys import create
from config import Settings
from devservices.ports import HOST
from devservices.postgres import PostgresServer
from devservices.processes import wait_until
from devservices.redis import RedisServer
from models.migrating import migrate
from tests.faults.change_log import PostgresChangeLog, query_postgres
from tests.faults.proxy import RedisProxy
from tests.faults.servers import WhereaboutsServer
from tests.faults.workload import Workload, WorkloadSize

CHANNEL = "whereabouts:log"
"""The channel on which the service announces new changes."""
STOP_SECONDS = 10.0
"""How long PostgreSQL may take to stop after a crash signal."""


@dataclass
class Environment:
    """Runs inside its `async with` block.

    Each server has a database account of its own, so that the faults can tell whose connection is
    whose. Only the first server reaches Redis through the proxy.
    """

    rng: Random

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            self.postgres, self.redis = PostgresServer(), RedisServer()
            for service in (self.postgres, self.redis):
                stack.callback(service.close)
            await asyncio.gather(
                asyncio.to_thread(self.postgres.start), asyncio.to_thread(self.redis.start)
            )
            self.proxy = await stack.enter_async_context(RedisProxy(self.redis.port, self.rng))
            await self._prepare_database()
            broadcasts = (f"redis://{HOST}:{self.proxy.port}", self.redis.url)
            self.servers = [
                WhereaboutsServer(self._url(f"server{n}"), url)
                for n, url in enumerate(broadcasts, start=1)
            ]
            for server in self.servers:
                stack.callback(server.close)
            await asyncio.gather(*[asyncio.to_thread(server.start) for server in self.servers])
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    def workload(self, size: WorkloadSize | None = None) -> Workload:
        """Return a workload on both servers that is not yet started."""
        addresses = [f"{HOST}:{server.port}" for server in self.servers]
        headers = {"Authorization": f"Bearer {self._key}"}
        change_log = PostgresChangeLog(self._url("postgres"))
        return Workload(addresses, headers, change_log, self.rng, size)

    async def query(self, sql: str, *arguments: object) -> list[Any]:
        """Return the rows of a query, sent over an account that no server uses."""
        return await query_postgres(self._url("postgres"), sql, *arguments)

    @asynccontextmanager
    async def connect_database(self) -> AsyncGenerator[asyncpg.Connection, None]:
        """Open a connection to the database on an account that no server uses."""
        connection = await asyncpg.connect(self._url("postgres"))
        try:
            yield connection
        finally:
            connection.terminate()

    async def run_redis_command(self, *arguments: str) -> Any:
        """Send a command to Redis, past the proxy, and return its reply."""
        async with Redis.from_url(self.redis.url) as redis:
            return await redis.execute_command(*arguments)

    async def crash_postgres(self) -> None:
        """Stop PostgreSQL as `pg_ctl stop -m immediate` does: the next start has to recover."""
        os.kill(self.postgres.pid, signal.SIGQUIT)
        await asyncio.to_thread(wait_until, lambda: not self.postgres.is_running, STOP_SECONDS)
        self.postgres.stop()

    async def repair(self) -> None:
        """Start or resume whatever a failed test left broken."""
        self.proxy.message_faults = None
        for service in (self.postgres, self.redis, *self.servers):
            if service.is_running:
                service.resume()
            else:
                await asyncio.to_thread(service.start)

    async def _prepare_database(self) -> None:
        create_database = self.postgres.create_database
        url = await asyncio.to_thread(create_database, "whereabouts")
        await migrate(url)
        for name in ("server1", "server2"):
            await self.query(f"CREATE ROLE {name} SUPERUSER LOGIN")
        settings = Settings.from_env({"WHEREABOUTS_DATABASE_URL": url})
        _, self._key = await create(settings, "faults", frozenset(Scope))

    def _url(self, user: str) -> str:
        return f"postgres://{user}@{HOST}:{self.postgres.port}/whereabouts"
