"""A server that is flooded, and what its writers and its memory do meanwhile."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from access.api_keys import create_key
from access.scopes import Scope
from benchmarks.fanout.servers import WhereaboutsServer
from benchmarks.ingest.dataset import CREATE_ORDER, ORDER
from benchmarks.ingest.http_client import Connection, open_connections
from database.connections import open_database
from database.migrations import migrate

WRITERS = 4
SETTLING_SECONDS = 1.0
"""After this time the server has finished its work on what was sent before."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The effects of a flood on the other clients and on the server."""

    writes_per_second: float
    longest_write_ms: float
    """The longest time that another client's mutation took."""
    mib: float
    """The most memory that the flood added to the server's."""


@dataclass(frozen=True, slots=True)
class FloodedServer:
    """A running server on a SQLite file with some orders."""

    server: WhereaboutsServer
    key: str
    """A key with all scopes, for the flood."""
    writers_key: str
    tracking_id: str

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def websocket_url(self) -> str:
        return self.url.replace("http", "ws", 1)

    async def measure(
        self, flood: Callable[[Self], Coroutine[Any, Any, None]], seconds: float
    ) -> Figures:
        """Flood the server for so many seconds, while others write."""
        before, most, times = self.server.memory_kib(), 0, list[float]()
        async with open_connections(self.url, self.writers_key, WRITERS) as connections:
            until = time.monotonic() + seconds
            writing = [
                asyncio.create_task(_write(connection, until, times)) for connection in connections
            ]
            flooding = asyncio.create_task(flood(self))
            while not all(task.done() for task in writing):
                await asyncio.sleep(0.2)
                most = max(most, self.server.memory_kib())
            flooding.cancel()
            with suppress(asyncio.CancelledError):
                await flooding
            await asyncio.gather(*writing)
        return Figures(len(times) / seconds, 1000 * max(times), (most - before) / 1024)


async def _write(connection: Connection, until: float, times: list[float]) -> None:
    while (began_at := time.monotonic()) < until:
        await connection.execute(CREATE_ORDER, input=ORDER)
        times.append(time.monotonic() - began_at)


@asynccontextmanager
async def flooded_server(folder: Path, orders: int) -> AsyncGenerator[FloodedServer, None]:
    """Start a server with so many orders for the block."""
    url = f"sqlite://{folder / 'orders.sqlite3'}"
    await migrate(url)
    async with open_database(url, connections=1):
        _, key = await create_key("flood", [Scope.ADMIN])
        _, writers_key = await create_key("writers", [Scope.ADMIN])
    server = WhereaboutsServer(url, "memory://")
    try:
        await asyncio.to_thread(server.start)
        async with open_connections(server.url, writers_key, 1) as (connection,):
            for _ in range(orders):
                created = await connection.execute(CREATE_ORDER, input=ORDER)
        await asyncio.sleep(SETTLING_SECONDS)
        tracking_id = created["orderCreate"]["order"]["trackingId"]
        yield FloodedServer(server, key, writers_key, tracking_id)
    finally:
        await asyncio.to_thread(server.close)
