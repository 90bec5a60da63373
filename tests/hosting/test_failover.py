"""Several hosts in an address: the service follows the one that takes writes."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from typing import Any

import asyncpg
import pytest

from access.scopes import Scope
from commands.command_runtime import Failure, run
from database.connections import connection, open_database
from database.migrations import migrate
from devservices.ports import HOST
from devservices.postgres import PostgresServer
from devservices.standby import StandbyServer
from tests.live_server import RunningService, build_settings, running_service
from tests.timeouts import TIMEOUT

CREATE = """mutation { orderCreate(input: {
  customer: {name: "Customer 1"}
  shippingAddress: {line1: "Sample Street 1", city: "Berlin", country: "DE"}
  items: [{sku: "MUG", name: "Mug", quantity: 2}]
}) { order { status } userErrors { code } } }"""
COUNT = "{ orders { totalCount } }"
SCOPES = (Scope.ORDERS_READ, Scope.ORDERS_WRITE)
PORT = "SELECT current_setting('port') AS port"
CAUGHT_UP = "SELECT count(*) = 1 FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()"


@pytest.fixture
def primary() -> Generator[PostgresServer, None, None]:
    with PostgresServer() as server:
        run(migrate(server.create_database("shop")))
        yield server


@pytest.fixture
def standby(primary: PostgresServer) -> Generator[StandbyServer, None, None]:
    """A standby of the primary; both run."""
    primary.stop()
    with StandbyServer(primary) as standby:
        primary.start()
        yield standby


def address(*servers: PostgresServer, parameters: str = "") -> str:
    hosts = ",".join(f"{HOST}:{server.port}" for server in servers)
    return f"postgres://postgres@{hosts}/shop{parameters}"


async def port_of(url: str) -> int:
    async with open_database(url, connections=1):
        [row] = await connection().execute_query_dict(PORT)
        return int(row["port"])


async def test_the_host_that_takes_writes_is_found(
    primary: PostgresServer, standby: StandbyServer
) -> None:
    for parameters in ("", "?target_session_attrs=read-write", "?target_session_attrs=primary"):
        for hosts in ((primary, standby), (standby, primary)):
            assert await port_of(address(*hosts, parameters=parameters)) == primary.port

    anyone = "?target_session_attrs=any"
    assert await port_of(address(standby, primary, parameters=anyone)) == standby.port


async def test_hosts_and_ports_may_stand_among_the_parameters(
    primary: PostgresServer, standby: StandbyServer
) -> None:
    hosts = f"host={HOST},{HOST}&port={standby.port},{primary.port}"

    assert await port_of(f"postgres://postgres@/shop?{hosts}") == primary.port


async def test_a_host_that_is_silent_does_not_hide_the_next(
    primary: PostgresServer,
) -> None:
    """Its machine takes the connection and says nothing, as one that has stopped."""
    is_over = asyncio.Event()

    async def be_silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await is_over.wait()
        writer.close()

    async with await asyncio.start_server(be_silent, HOST, 0) as silent:
        port = silent.sockets[0].getsockname()[1]
        url = f"postgres://postgres@{HOST}:{port},{HOST}:{primary.port}/shop?connect_timeout=1"

        assert await port_of(url) == primary.port
        is_over.set()


def test_hosts_of_which_none_takes_writes_are_refused_in_one_line(
    primary: PostgresServer, standby: StandbyServer
) -> None:
    primary.stop()

    with pytest.raises(Failure) as failure:
        run(port_of(address(primary, standby)))

    assert failure.value.message == (
        "The database cannot be used: none of its hosts takes writes now, as target_session_attrs"
        " in the address demands"
    )


@pytest.fixture
async def service(
    primary: PostgresServer, standby: StandbyServer
) -> AsyncGenerator[RunningService, None]:
    url = address(primary, standby)
    async with running_service(build_settings(url, "memory://")) as service:
        yield service


async def post(service: RunningService, headers: dict[str, str], query: str) -> Any:
    return (await service.http.post("/graphql", json={"query": query}, headers=headers)).json()


async def test_writes_go_on_when_the_standby_is_promoted(
    service: RunningService, primary: PostgresServer, standby: StandbyServer
) -> None:
    headers = await service.headers(*SCOPES)
    assert "errors" not in await post(service, headers, CREATE)
    await until_standby_has_all(primary)

    await asyncio.to_thread(primary.kill)
    refused = await post(service, headers, CREATE)
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["UNAVAILABLE"]
    assert (await service.http.get("/readyz")).json()["status"] == "unavailable"

    await asyncio.to_thread(standby.promote)
    answer = await until_answered(service, headers, CREATE)
    assert answer == {"data": {"orderCreate": {"order": {"status": "PENDING"}, "userErrors": []}}}
    assert await post(service, headers, COUNT) == {"data": {"orders": {"totalCount": 2}}}


async def until_standby_has_all(primary: PostgresServer) -> None:
    session = await asyncpg.connect(primary.url)
    async with asyncio.timeout(TIMEOUT):
        while not await session.fetchval(CAUGHT_UP):
            pass
    await session.close()


async def until_answered(service: RunningService, headers: dict[str, str], query: str) -> Any:
    """Ask until there is an answer; until then the database is away, and nothing else is wrong."""
    async with asyncio.timeout(TIMEOUT):
        while True:
            answer = await post(service, headers, query)
            if "errors" not in answer:
                return answer
            codes = {error["extensions"]["code"] for error in answer["errors"]}
            assert codes == {"UNAVAILABLE"}
