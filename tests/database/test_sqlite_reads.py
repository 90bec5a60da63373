"""Every read on SQLite ends in time, and holds nobody up after its reader has gone."""

import asyncio

import pytest

from database import connections
from database.connections import connection, open_database, read_rows, transaction
from database.outages import is_outage
from database.sqlite import StatementTimeout
from models.orders import Order
from tests.database.running_statements import announced_begin
from tests.timeouts import TIMEOUT

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@pytest.fixture
async def sqlite(database_url: str, engine: str, monkeypatch: pytest.MonkeyPatch):
    if engine != "sqlite":
        pytest.skip("PostgreSQL has a limit of its own")
    monkeypatch.setattr(connections, "SQLITE_READ_SECONDS", 0.2)
    async with open_database(database_url, connections=1, is_global=True):
        yield


async def by_plan() -> None:
    await read_rows(connection(), ENDLESS, ())


async def by_model() -> None:
    await Order.raw(ENDLESS)


async def by_row() -> None:
    await connection().execute_query_dict(ENDLESS)


@pytest.mark.usefixtures("sqlite")
@pytest.mark.parametrize("read", [by_plan, by_model, by_row])
async def test_a_read_ends_in_time(read):
    async with asyncio.timeout(TIMEOUT):
        for _ in range(2):
            with pytest.raises(StatementTimeout) as timeout:
                await read()
            assert is_outage(timeout.value)
        assert await Order.all().count() == 0


@pytest.mark.usefixtures("sqlite")
async def test_each_read_has_the_whole_time():
    """The timer of an earlier read does not end a later one."""
    loop = asyncio.get_running_loop()
    end = loop.time() + 2 * connections.SQLITE_READ_SECONDS
    async with asyncio.timeout(TIMEOUT):
        while loop.time() < end:
            assert await Order.all().count() == 0


@pytest.mark.usefixtures("sqlite")
async def test_a_read_that_nobody_waits_for_is_ended(monkeypatch):
    monkeypatch.setattr(connection(), "_seconds", 3600)
    begun = await announced_begin(connection())
    async with asyncio.timeout(TIMEOUT):
        announced = ENDLESS.replace("SELECT 1", "SELECT begin()")
        reading = asyncio.ensure_future(read_rows(connection(), announced, ()))
        await begun.wait()
        reading.cancel()
        await asyncio.wait([reading])

        assert await Order.all().count() == 0


@pytest.mark.usefixtures("sqlite")
async def test_a_transaction_s_statements_have_no_limit_of_this_kind():
    text = ENDLESS.replace("FROM n)", "FROM n WHERE i < 3000000)")
    async with transaction() as client:
        ((number,),) = await read_rows(client, text, ())

    assert number == 3_000_000
