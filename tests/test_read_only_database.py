"""A database that takes no writes is an outage: a standby that was the primary, or a host whose
disk is full."""

import logging
from collections.abc import AsyncGenerator
from typing import Any

import asyncpg
import pytest

from access.scopes import Scope
from database.connections import CONNECTION, READER_POOLS, connection, reading_on
from database.failover import renew_connections
from tests.live_server import RunningService, build_settings, running_service

CREATE = """mutation { orderCreate(input: {
  customer: {name: "Customer 1"}
  shippingAddress: {line1: "Sample Street 1", city: "Berlin", country: "DE"}
  items: [{sku: "MUG", name: "Mug", quantity: 2}]
}) { order { status } userErrors { code } } }"""
COUNT = "{ orders { totalCount } }"


class Database:
    """The service's database, as its administrator reaches it."""

    def __init__(self, session: asyncpg.Connection) -> None:
        self._session = session

    async def refuse_writes(self) -> None:
        """Take no more writes. The service has connected anew, as after a failover."""
        await self._set("SET default_transaction_read_only = on")
        await renew_connections()

    async def take_writes(self) -> None:
        """Take writes on new connections; those that are open stay as they are."""
        await self._set("RESET default_transaction_read_only")

    async def _set(self, setting: str) -> None:
        name = await self._session.fetchval("SELECT current_database()")
        await self._session.execute(f'ALTER DATABASE "{name}" {setting}')


@pytest.fixture
async def database(engine: str, database_url: str) -> AsyncGenerator[Database, None]:
    if engine != "postgres":
        pytest.skip("SQLite has no standby.")
    session = await asyncpg.connect(database_url)
    yield Database(session)
    await session.close()


@pytest.fixture
async def service(
    database: Database, database_url: str, broadcast_url: str
) -> AsyncGenerator[RunningService, None]:
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        yield service


@pytest.fixture
async def headers(service: RunningService) -> dict[str, str]:
    """The headers with a key that was made before the database stopped to take writes."""
    return await service.headers(Scope.ORDERS_READ, Scope.ORDERS_WRITE)


async def post(service: RunningService, headers: dict[str, str], query: str) -> Any:
    return (await service.http.post("/graphql", json={"query": query}, headers=headers)).json()


async def test_a_command_is_refused_as_in_an_outage_until_the_database_takes_writes_again(
    service: RunningService,
    headers: dict[str, str],
    database: Database,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await database.refuse_writes()

    refused = await post(service, headers, CREATE)
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["UNAVAILABLE"]
    assert await post(service, headers, COUNT) == {"data": {"orders": {"totalCount": 0}}}
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []

    await database.take_writes()
    answer = await post(service, headers, CREATE)
    assert answer == {"data": {"orderCreate": {"order": {"status": "PENDING"}, "userErrors": []}}}


async def test_readiness_says_that_the_database_takes_no_writes(
    service: RunningService, headers: dict[str, str], database: Database
) -> None:
    await database.refuse_writes()
    await post(service, headers, CREATE)

    response = await service.http.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "read-only")

    await database.take_writes()
    assert (await service.http.get("/readyz")).json()["status"] in ("ok", "degraded")


async def test_every_connection_is_opened_anew_after_a_refused_write(
    service: RunningService, headers: dict[str, str], database: Database
) -> None:
    """An open connection stays with its host, which may be the wrong one to ask by now."""
    await database.refuse_writes()
    before = {name: await pid_on(name) for name in (CONNECTION, *READER_POOLS)}

    await post(service, headers, CREATE)

    after = {name: await pid_on(name) for name in (CONNECTION, *READER_POOLS)}
    assert {name for name in before if before[name] == after[name]} == set()


async def pid_on(name: str) -> int:
    if name == CONNECTION:
        return await backend_pid()
    with reading_on(name):
        return await backend_pid()


async def backend_pid() -> int:
    [row] = await connection().execute_query_dict("SELECT pg_backend_pid() AS pid")
    return int(row["pid"])
