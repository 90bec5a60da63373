"""The service behind a pooler that gives each transaction another session."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from access.api_keys import create_key
from access.scopes import Scope
from database.connections import open_database
from devservices.pgbouncer import PgBouncer
from devservices.redis import RedisServer
from tests.hosting.poolers import StartPooler, through
from tests.live_server import RunningService
from tests.server_processes import ServerProcesses, server_processes
from tests.timeouts import TIMEOUT, poll_until

CREATE = """mutation { orderCreate(input: {
  customer: {name: "Customer 1"}
  shippingAddress: {line1: "Sample Street 1", city: "Berlin", country: "DE"}
  items: [{sku: "MUG", name: "Mug", quantity: 2}]
}) { order { status } userErrors { code } } }"""
READ = """{ orders(first: 5) { totalCount nodes { id status items { sku } shipments { status } } }
  orderStats(groupBy: [{field: STATUS}]) { groups { key { status } count } } }"""
FOLLOW = "subscription { changes(after: 0) { position } }"
REQUESTS, CLIENTS = 300, 16
SCOPES = (Scope.ORDERS_READ, Scope.ORDERS_WRITE, Scope.ANALYTICS_READ)


@pytest.fixture
def pooler(request: pytest.FixtureRequest, start_pooler: StartPooler) -> PgBouncer:
    mode, size = getattr(request, "param", ("transaction", 4))
    return start_pooler(mode, default_pool_size=str(size))


@pytest.fixture
async def processes(
    pooler: PgBouncer, redis: RedisServer, database_url: str, tmp_path: Path
) -> AsyncGenerator[ServerProcesses, None]:
    """Two workers, whose 32 connections may have to share four of PostgreSQL's."""
    url = through(pooler, database_url)
    async with server_processes(tmp_path, url, redis.url, WHEREABOUTS_WORKERS="2") as processes:
        async with open_database(url, connections=1):
            _, processes.service.keys[SCOPES] = await create_key("shop", SCOPES)
        # A worker that finds no database while it starts ends the server.
        await poll_until(lambda: processes.log().count("Application startup complete") == 2)
        yield processes


async def code(service: RunningService, query: str) -> str:
    answer: dict[str, Any] = (await service.post(query, *SCOPES)).json()
    errors = answer.get("errors")
    return errors[0]["extensions"]["code"] if errors else "ok"


@pytest.mark.parametrize("pooler", [("transaction", 4), ("session", 40)], indirect=True, ids=str)
async def test_every_request_of_many_clients_is_answered(processes: ServerProcesses) -> None:
    seen: Counter[str] = Counter()
    queries = iter(([CREATE, READ, READ] * REQUESTS)[:REQUESTS])

    async def ask() -> None:
        for query in queries:
            seen[await code(processes.service, query)] += 1

    await asyncio.gather(*(ask() for _ in range(CLIENTS)))

    assert seen == {"ok": REQUESTS}
    answer = await processes.service.fetch("{ orders { totalCount } }", *SCOPES)
    assert answer == {"orders": {"totalCount": REQUESTS // 3}}


async def test_changes_are_followed(processes: ServerProcesses) -> None:
    async with processes.service.socket(*SCOPES) as socket:
        await socket.subscribe("1", FOLLOW)
        assert await until_answered(processes.service, CREATE) == []

        [result] = await socket.results(1)
    assert result["data"]["changes"]["position"] >= 1


async def test_a_pooler_that_is_gone_is_an_outage_until_it_is_back(
    processes: ServerProcesses, pooler: PgBouncer
) -> None:
    assert await code(processes.service, CREATE) == "ok"

    await asyncio.to_thread(pooler.kill)
    codes = [await code(processes.service, query) for query in (CREATE, READ)]
    assert codes == ["UNAVAILABLE", "UNAVAILABLE"]

    await asyncio.to_thread(pooler.start)
    assert set(await until_answered(processes.service, READ)) <= {"UNAVAILABLE"}
    assert set(await until_answered(processes.service, CREATE)) <= {"UNAVAILABLE"}


async def until_answered(service: RunningService, query: str) -> list[str]:
    """Ask until there is an answer without errors; return the codes of the errors until then."""
    codes = []
    async with asyncio.timeout(TIMEOUT):
        while (answer := await code(service, query)) != "ok":
            codes.append(answer)
    return codes
