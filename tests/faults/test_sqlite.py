"""The embedded service on its SQLite file is killed while it writes."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from access.scopes import Scope
from commands.keys import create
from config import Settings
from database.migrations import migrate
from tests.faults.change_log import SqliteChangeLog
from tests.faults.conftest import SEED
from tests.faults.report import finish_run
from tests.faults.servers import WhereaboutsServer
from tests.faults.workload import Workload, WorkloadSize

pytestmark = pytest.mark.slow
KILLS = 3
SIZE = WorkloadSize(orders=8, clients=10, subscriptions=2, write_interval=0.15)


async def test_acknowledged_changes_outlive_a_kill(engine: str, tmp_path: Path):
    if engine != "sqlite":
        pytest.skip("test_faults.py injects the faults of PostgreSQL.")
    rng, file = Random(SEED), tmp_path / "orders.sqlite3"
    settings = {"WHEREABOUTS_DATABASE_URL": f"sqlite://{file}"}
    await migrate(settings["WHEREABOUTS_DATABASE_URL"])
    _, key = await create(Settings.from_env(settings), "faults", frozenset(Scope))
    headers, change_log = {"Authorization": f"Bearer {key}"}, SqliteChangeLog(file)
    server = WhereaboutsServer(settings["WHEREABOUTS_DATABASE_URL"], "memory://")
    try:
        await asyncio.to_thread(server.start)
        async with Workload([server.address], headers, change_log, rng, SIZE) as workload:
            for _ in range(KILLS):
                await workload.wait_for_acknowledged(rng.randint(3, 20))
                await asyncio.to_thread(server.kill)
                assert await change_log.check_integrity() == ["ok"]
                await asyncio.to_thread(server.start)
                await workload.catch_up()
            report = await finish_run(workload, [])
    finally:
        await asyncio.to_thread(server.close)

    assert report.failures == [], str(report)
    assert workload.counters.retries >= KILLS
    assert await change_log.check_integrity() == ["ok"]
