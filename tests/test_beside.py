"""Commands beside a running server, on the same database: their changes reach its followers."""

import asyncio
import os
import sys
from pathlib import Path

from auth import Scope
from simulator.order_files import write_orders
from tests.serving import serving, settings_of

FOLLOW = "subscription { changes(after: 0) { position order { reference } } }"
ORDERS = 40
ROOT = Path(__file__).parent.parent


async def test_an_import_beside_the_server_reaches_its_followers(
    database_url: str, broadcast_url: str, tmp_path: Path
) -> None:
    write_orders(tmp_path / "orders.jsonl", ORDERS)

    async with (
        serving(settings_of(database_url, broadcast_url)) as service,
        service.socket(Scope.ORDERS_READ) as socket,
    ):
        await socket.subscribe("1", FOLLOW)
        importing = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "commands", "import", str(tmp_path / "orders.jsonl")),
            cwd=ROOT,
            env={**os.environ, "WHEREABOUTS_DATABASE_URL": database_url},
        )
        changes = [one["data"]["changes"] for one in await socket.results(ORDERS)]
        assert await importing.wait() == 0

    assert [one["position"] for one in changes] == list(range(1, ORDERS + 1))
    assert len({one["order"]["reference"] for one in changes}) == ORDERS
