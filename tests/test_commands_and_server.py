"""Commands that run beside a server on the same database: their changes reach its followers."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from access.scopes import Scope
from simulator.order_files import write_orders
from tests.live_server import build_settings, running_service

pytestmark = pytest.mark.slow
FOLLOW = "subscription { changes(after: 0) { position order { reference } } }"
CREATE = """mutation { orderCreate(input: {
  customer: {name: "Customer 1"}, items: [{sku: "MUG", name: "Mug", quantity: 1}],
  shippingAddress: {line1: "Sample Street 1", city: "Berlin", country: "DE"}
}) { userErrors { code } } }"""
WRITER = (Scope.ORDERS_READ, Scope.ORDERS_WRITE)
ORDERS = 40
ROOT = Path(__file__).parent.parent


async def test_an_import_beside_the_server_reaches_its_followers(
    database_url: str, broadcast_url: str, tmp_path: Path
) -> None:
    write_orders(tmp_path / "orders.jsonl", ORDERS)

    async with (
        running_service(build_settings(database_url, broadcast_url)) as service,
        service.socket(Scope.ORDERS_READ) as socket,
    ):
        await socket.subscribe("1", FOLLOW)
        importing = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "commands", "import", str(tmp_path / "orders.jsonl")),
            cwd=ROOT,
            env={**os.environ, "WHEREABOUTS_DATABASE_URL": database_url},
        )
        changes = [result["data"]["changes"] for result in await socket.results(ORDERS)]
        assert await importing.wait() == 0

    assert [change["position"] for change in changes] == list(range(1, ORDERS + 1))
    assert len({change["order"]["reference"] for change in changes}) == ORDERS


async def test_reads_go_on_while_another_process_writes(
    database_url: str, broadcast_url: str
) -> None:
    """On SQLite a waiting writer gives the only connection back between its attempts."""
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        await service.key(*WRITER)
        with locked(database_url) as unlock:
            writing = asyncio.create_task(service.fetch(CREATE, *WRITER))
            for _ in range(20):
                assert (await service.fetch("{ orders { totalCount } }", *WRITER)) == {
                    "orders": {"totalCount": 0}
                }
            assert not writing.done()
            unlock()
        assert (await writing)["orderCreate"]["userErrors"] == []


@contextmanager
def locked(database_url: str) -> Generator[Callable[[], object], None, None]:
    """Holds SQLite's write lock as another process does."""
    if database_url.startswith("postgres"):
        pytest.skip("PostgreSQL's readers and writers have connections of their own")
    with closing(sqlite3.connect(database_url.removeprefix("sqlite://"))) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        yield other.rollback
