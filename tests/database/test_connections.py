"""Database connections: pools reserved for reads, their limits, and how they close."""

import asyncio
import socket
from pathlib import Path

import asyncpg
import pytest
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError, TransactionManagementError

from database import connections
from database.connections import (
    CONNECTION,
    FEED,
    LIVE,
    READER_POOLS,
    STATS,
    connection,
    database_config,
    is_postgres,
    open_database,
    read_rows,
    reading_on,
    transaction,
)
from database.connector import LINK_OPTIONS
from database.outages import OUTAGES
from database.sqlite import ImmediateSqliteClient
from models.changes import LogHead
from resolvers.changes import log_head
from tests.database.running_statements import announced_begin, until_postgres_runs

PATIENCE = 20.0
SLOW = {
    True: "SELECT pg_sleep(60)",
    False: "WITH RECURSIVE n(i) AS (SELECT begin() UNION ALL SELECT i + 1 FROM n)"
    " SELECT max(i) FROM n",
}
"""A statement that runs until it is cut off; the key tells whether it is for PostgreSQL."""


async def begin_slow_statement(url: str) -> "asyncio.Task[object]":
    """Starts the statement on the connection of this context, and waits until it runs."""
    client = connection()
    begun = None if is_postgres() else await announced_begin(client)
    running = asyncio.create_task(client.execute_query(SLOW[is_postgres()]))
    async with asyncio.timeout(PATIENCE):
        await (until_postgres_runs(url, SLOW[True]) if begun is None else begun.wait())
    return running


def name_here() -> str:
    return connection().connection_name


def is_open(name: str) -> bool:
    client = get_connections().get(name)
    return bool(client._pool if is_postgres() else client._connection)


@pytest.mark.parametrize("name", READER_POOLS)
async def test_a_reader_pool_answers_while_all_other_connections_are_taken(database_url, name):
    is_held, is_over = asyncio.Barrier(3), asyncio.Event()

    async def hold() -> None:
        async with connection().acquire_connection():
            await is_held.wait()
            await is_over.wait()

    async with open_database(database_url, connections=2):
        holding = [asyncio.create_task(hold()) for _ in range(2 if is_postgres() else 1)]
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*[is_held.wait() for _ in range(3 - len(holding))])
            waiting = asyncio.create_task(log_head())
            with reading_on(name):
                assert await log_head() == 0
                assert await LogHead.all().count() == 1
            assert not waiting.done()
            is_over.set()
            assert await waiting == 0
            await asyncio.gather(*holding)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("name", READER_POOLS)
async def test_a_reader_pool_cannot_write(name):
    with reading_on(name):
        with pytest.raises((TransactionManagementError, OperationalError), match=r"read-?only"):
            await LogHead.all().update(position=7)
        with pytest.raises((TransactionManagementError, OperationalError), match=r"read-?only"):
            await connection().execute_query("UPDATE log_head SET position = 7")
        with pytest.raises(RuntimeError, match=f"^The connection '{name}' cannot write$"):
            async with transaction():
                pass

        assert await log_head() == 0
    async with transaction():
        await LogHead.all().update(position=7)
    with reading_on(name):
        assert await log_head() == 7


@pytest.mark.usefixtures("db")
async def test_reading_on_a_pool_applies_to_its_task_and_to_tasks_that_begin_in_it():
    turns = asyncio.Barrier(3)

    async def read(name: str) -> list[str]:
        with reading_on(name):
            await turns.wait()
            names = [name_here(), await asyncio.create_task(name_of_child())]
            await turns.wait()
        return [*names, name_here()]

    async def name_of_child() -> str:
        return name_here()

    async def read_as_ever() -> list[str]:
        await turns.wait()
        names = [name_here()]
        await turns.wait()
        return names

    feed, requests, live = await asyncio.gather(read(FEED), read_as_ever(), read(LIVE))

    assert feed == [FEED, FEED, CONNECTION]
    assert requests == [CONNECTION]
    assert live == [LIVE, LIVE, CONNECTION]


@pytest.mark.usefixtures("db")
async def test_reading_on_a_pool_ends_with_its_block_however_that_ends():
    def fail() -> None:
        with reading_on(LIVE):
            raise ZeroDivisionError(name_here())

    with reading_on(FEED):
        with pytest.raises(ZeroDivisionError, match=LIVE):
            fail()
        assert name_here() == FEED

    assert name_here() == CONNECTION


async def test_a_connection_opens_when_it_is_used(database_url):
    async with open_database(database_url, connections=1):
        assert [is_open(name) for name in (CONNECTION, FEED, LIVE)] == [True, False, False]

        with reading_on(LIVE):
            await log_head()
        assert [is_open(name) for name in (CONNECTION, FEED, LIVE)] == [True, False, True]


@pytest.mark.parametrize("url", ["sqlite://x", "postgres://u@localhost/x"])
def test_a_migration_has_one_connection_without_limits(url):
    [(name, opened)] = database_config(url, connections=1, is_migration=True)["connections"].items()

    settings = opened["credentials"].get("server_settings", {})
    assert (name, set(settings)) == (CONNECTION, {"application_name"} & set(settings))
    assert opened["credentials"].get("command_timeout") is None
    assert "query_only" not in opened["credentials"]


def test_each_reader_has_a_pool_of_its_size():
    opened = database_config("postgres://u@localhost/x", connections=5)["connections"]

    assert {name: config["credentials"]["maxsize"] for name, config in opened.items()} == {
        CONNECTION: 5,
        FEED: 1,
        LIVE: 3,
        STATS: 2,
    }


@pytest.mark.parametrize("name", [CONNECTION, *READER_POOLS])
async def test_a_connection_that_was_ended_fails_one_read_at_most(database_url, engine, name):
    if engine != "postgres":
        pytest.skip("SQLite has no server that could end it")
    async with open_database(database_url, connections=2), asyncio.timeout(PATIENCE):
        with reading_on(name):
            [row] = await connection().execute_query_dict("SELECT pg_backend_pid() AS pid")
        admin = await asyncpg.connect(database_url)
        await admin.execute("SELECT pg_terminate_backend($1)", row["pid"])
        await admin.close()

        failures = 0
        with reading_on(name):
            for _ in range(3):
                try:
                    assert await log_head() == 0
                except OUTAGES:
                    failures += 1
        assert failures <= 1


@pytest.mark.parametrize("name", [CONNECTION, *READER_POOLS])
async def test_a_statement_that_still_runs_does_not_hold_up_the_end(
    database_url, monkeypatch, name
):
    monkeypatch.setattr(connections, "CLOSE_TIMEOUT", 0.1)
    cut_off = (asyncpg.ConnectionDoesNotExistError, OperationalError)

    async with open_database(database_url, connections=2):
        with reading_on(name):
            await log_head()
            reading = await begin_slow_statement(database_url)

    with pytest.raises(cut_off, match=r"closed in the middle|interrupted"):
        await reading


async def test_a_connection_whose_statement_was_cancelled_answers_the_next(database_url, engine):
    if engine != "postgres":
        pytest.skip("SQLite runs each statement to its end")
    async with open_database(database_url, connections=1), asyncio.timeout(PATIENCE):
        reading = asyncio.create_task(read_rows(connection(), SLOW[True], []))
        await until_postgres_runs(database_url, SLOW[True])
        reading.cancel()
        await asyncio.wait([reading])

        assert reading.cancelled()
        assert await log_head() == 0


async def test_all_data_is_in_the_one_file_when_all_connections_have_closed(database_url, engine):
    if engine != "sqlite":
        pytest.skip("PostgreSQL keeps its own files")
    async with open_database(database_url, connections=1):
        async with transaction():
            await LogHead.all().update(position=7)
        for name in READER_POOLS:
            with reading_on(name):
                await log_head()

    path = Path(database_url.removeprefix("sqlite://"))
    assert [file.name for file in path.parent.glob(f"{path.name}*")] == [path.name]


async def test_connections_to_one_file_close_in_turn(database_url, engine, monkeypatch):
    if engine != "sqlite":
        pytest.skip("PostgreSQL keeps its own files")
    close, closing, at_once = ImmediateSqliteClient.close, 0, set()

    async def counted(client: ImmediateSqliteClient) -> None:
        nonlocal closing
        closing += 1
        at_once.add(closing)
        await close(client)
        closing -= 1

    monkeypatch.setattr(ImmediateSqliteClient, "close", counted)
    async with open_database(database_url, connections=1):
        for name in READER_POOLS:
            with reading_on(name):
                await log_head()

    assert at_once == {1}


@pytest.mark.usefixtures("db")
async def test_the_system_notices_a_broken_connection():
    if not is_postgres():
        pytest.skip("SQLite has no network connection.")
    async with connection().acquire_connection() as driver:
        link = driver._transport.get_extra_info("socket")

    assert link.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    for name, value in LINK_OPTIONS.items():
        assert link.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) == value
