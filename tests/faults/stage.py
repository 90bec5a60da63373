"""The stage: PostgreSQL, Redis behind a relay, and two server processes of the service."""

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
from tests.faults.crowd import Crowd, Size
from tests.faults.ledger import PostgresLedger, ask_postgres
from tests.faults.relay import Relay
from tests.faults.servers import WhereaboutsServer

CHANNEL = "whereabouts:log"
STOP_SECONDS = 10.0


@dataclass
class Stage:
    """Enter it, and all of it runs. Each server has an account of its own at the database, so that
    it can be told which connection is whose; only the first reaches Redis through the relay."""

    chance: Random

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            self.postgres, self.redis = PostgresServer(), RedisServer()
            for service in (self.postgres, self.redis):
                stack.callback(service.close)
            await asyncio.gather(
                asyncio.to_thread(self.postgres.start), asyncio.to_thread(self.redis.start)
            )
            self.relay = await stack.enter_async_context(Relay(self.redis.port, self.chance))
            await self._prepare_database()
            broadcasts = (f"redis://{HOST}:{self.relay.port}", self.redis.url)
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

    def crowd(self, size: Size | None = None) -> Crowd:
        addresses = [f"{HOST}:{server.port}" for server in self.servers]
        headers = {"Authorization": f"Bearer {self._key}"}
        ledger = PostgresLedger(self._url("postgres"))
        return Crowd(addresses, headers, ledger, self.chance, size)

    async def ask(self, question: str, *arguments: object) -> list[Any]:
        """Ask the database, as somebody else than the servers."""
        return await ask_postgres(self._url("postgres"), question, *arguments)

    @asynccontextmanager
    async def session(self) -> AsyncGenerator[asyncpg.Connection, None]:
        """A connection to the database that is nobody else's."""
        connection = await asyncpg.connect(self._url("postgres"))
        try:
            yield connection
        finally:
            connection.terminate()

    async def tell_redis(self, *words: str) -> Any:
        async with Redis.from_url(self.redis.url) as redis:
            return await redis.execute_command(*words)

    async def crash_postgres(self) -> None:
        """Stop at once, as `pg_ctl stop -m immediate` does: the next start has to recover."""
        os.kill(self.postgres.pid, signal.SIGQUIT)
        await asyncio.to_thread(wait_until, lambda: not self.postgres.is_running, STOP_SECONDS)
        self.postgres.stop()

    async def mend(self) -> None:
        """Whatever a failed test left broken runs again."""
        self.relay.mischief = None
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
            await self.ask(f"CREATE ROLE {name} SUPERUSER LOGIN")
        settings = Settings.from_env({"WHEREABOUTS_DATABASE_URL": url})
        _, self._key = await create(settings, "faults", frozenset(Scope))

    def _url(self, user: str) -> str:
        return f"postgres://{user}@{HOST}:{self.postgres.port}/whereabouts"
