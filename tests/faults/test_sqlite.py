"""The embedded service on its SQLite file, killed while it writes."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from auth import Scope
from commands.keys import create
from config import Settings
from devservices.ports import HOST
from models.migrating import migrate
from tests.faults.conftest import SEED
from tests.faults.crowd import Crowd, Size
from tests.faults.ledger import SqliteLedger
from tests.faults.report import finish
from tests.faults.servers import WhereaboutsServer

KILLINGS = 3
SIZE = Size(orders=8, clients=10, followings=2, pause=0.15)


async def test_what_was_acknowledged_outlives_a_kill(engine: str, tmp_path: Path):
    if engine != "sqlite":
        pytest.skip("PostgreSQL is broken in test_faults.py.")
    chance, file = Random(SEED), tmp_path / "orders.sqlite3"
    settings = {"WHEREABOUTS_DATABASE_URL": f"sqlite://{file}"}
    await migrate(settings["WHEREABOUTS_DATABASE_URL"])
    _, key = await create(Settings.from_env(settings), "faults", frozenset(Scope))
    headers, ledger = {"Authorization": f"Bearer {key}"}, SqliteLedger(file)
    server = WhereaboutsServer(settings["WHEREABOUTS_DATABASE_URL"], "memory://")
    try:
        await asyncio.to_thread(server.start)
        async with Crowd([f"{HOST}:{server.port}"], headers, ledger, chance, SIZE) as crowd:
            for _ in range(KILLINGS):
                await crowd.until_acknowledged(chance.randint(3, 20))
                await asyncio.to_thread(server.kill)
                assert await ledger.integrity() == ["ok"]
                await asyncio.to_thread(server.start)
                await crowd.catch_up()
            report = await finish(crowd, [])
    finally:
        await asyncio.to_thread(server.close)

    assert report.failures == [], str(report)
    assert crowd.tally.retries >= KILLINGS
    assert await ledger.integrity() == ["ok"]
