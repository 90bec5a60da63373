"""Behind a pooler, every transaction has the settings of a session, and leaves none of them."""

from typing import Any

import asyncpg
import pytest
from tortoise.exceptions import TransactionManagementError

from commands.command_runtime import Failure, run
from commands.database_connections import connection_warnings
from database import connector
from database.connection_pool import ServerFull
from database.connections import (
    STATS,
    STATS_SESSION,
    connection,
    open_database,
    reading_on,
    transaction,
)
from database.migrations import migrate, missing_migrations
from database.server_limits import has_pooler
from database.session_settings import SESSION_SETTINGS
from devservices.pgbouncer import PgBouncer
from tests.databases import Databases
from tests.hosting.poolers import StartPooler, through
from tests.live_server import build_settings

IGNORED = ",".join(
    ("extra_float_digits", "default_transaction_read_only", *SESSION_SETTINGS, *STATS_SESSION)
)
"""The startup parameters that a pooler is told to take and drop, as guides advise."""
KINDS: dict[str, tuple[str, dict[str, str]]] = {
    "transactions": ("transaction", {}),
    "transactions, settings dropped": ("transaction", {"ignore_startup_parameters": IGNORED}),
    "sessions": ("session", {"default_pool_size": "20"}),
    "sessions, settings dropped": (
        "session",
        {"default_pool_size": "20", "ignore_startup_parameters": IGNORED},
    ),
}


@pytest.fixture(params=list(KINDS.values()), ids=list(KINDS))
def pooler(request: pytest.FixtureRequest, start_pooler: StartPooler) -> PgBouncer:
    mode, settings = request.param
    return start_pooler(mode, **settings)


@pytest.fixture
def url(pooler: PgBouncer, database_url: str) -> str:
    """The migrated database of the test, through the pooler."""
    return through(pooler, database_url)


async def settings_of_a_statement(names: list[str]) -> dict[str, Any]:
    shown = ", ".join(f"current_setting('{name}') AS {name}" for name in names)
    [row] = await connection().execute_query_dict(f"SELECT {shown}")
    return dict(row)


async def test_a_statement_has_the_settings_of_a_session(url: str) -> None:
    async with open_database(url, connections=1):
        present = await settings_of_a_statement(list(SESSION_SETTINGS))

        assert has_pooler()
    assert {name.lower(): value for name, value in present.items()} == {
        name.lower(): value for name, value in SESSION_SETTINGS.items()
    }


async def test_a_statement_in_a_transaction_has_the_settings_of_a_session(url: str) -> None:
    async with open_database(url, connections=1), transaction():
        assert await settings_of_a_statement(list(SESSION_SETTINGS)) == dict(SESSION_SETTINGS)


async def test_an_aggregate_has_its_own_limit_and_cannot_write(url: str) -> None:
    async with open_database(url, connections=1):
        with reading_on(STATS):
            names = [*STATS_SESSION, "transaction_read_only"]
            assert await settings_of_a_statement(names) == {
                **STATS_SESSION,
                "transaction_read_only": "on",
            }
            with pytest.raises(TransactionManagementError):
                await connection().execute_script("CREATE TABLE written (id int)")


async def test_nothing_stays_in_a_session_that_the_next_client_gets(
    start_pooler: StartPooler, database_url: str
) -> None:
    url = through(start_pooler("transaction", default_pool_size="1"), database_url)
    async with open_database(url, connections=1):
        for _ in range(3):
            await connection().execute_query("SELECT count(*) FROM orders")
        async with transaction():
            await connection().execute_query("SELECT count(*) FROM orders")

    other = await asyncpg.connect(url, statement_cache_size=0)
    async with other.transaction():
        limit = await other.fetchval("SHOW statement_timeout")
        statements = await other.fetchval(
            "SELECT count(*) FROM pg_prepared_statements WHERE name <> ''"
        )
    await other.close()

    assert (limit, statements) == ("0", 0)


async def test_settings_of_the_address_are_those_of_each_transaction(url: str) -> None:
    options = "options=-c%20work_mem=7MB&schema=pg_catalog,public&application_name=shop"
    async with open_database(f"{url}?{options}", connections=1):
        names = ["work_mem", "search_path", "application_name"]

        assert await settings_of_a_statement(names) == {
            "work_mem": "7MB",
            "search_path": "pg_catalog, public",
            "application_name": "shop",
        }


async def test_a_transaction_can_have_another_isolation(url: str) -> None:
    async with open_database(url, connections=1), transaction() as client:
        await client.execute_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

        present = await settings_of_a_statement(["transaction_isolation"])
    assert present == {"transaction_isolation": "repeatable read"}


async def test_a_statement_that_fails_leaves_the_connection_as_it_was(url: str) -> None:
    async with open_database(url, connections=1):
        with pytest.raises(Exception, match="division by zero"):
            await connection().execute_query("SELECT 1/0")

        assert await settings_of_a_statement(["jit"]) == {"jit": "off"}


async def test_a_database_is_migrated_through_a_pooler(
    pooler: PgBouncer, databases: Databases
) -> None:
    direct = databases.create_empty()
    try:
        applied = await migrate(through(pooler, direct))

        assert applied[0] == "0001_orders"
        assert await missing_migrations(through(pooler, direct)) == []
        assert await missing_migrations(direct) == []
    finally:
        databases.drop(direct)


async def test_a_direct_connection_is_not_taken_for_a_pooler(
    engine: str, database_url: str
) -> None:
    if engine != "postgres":
        pytest.skip("SQLite has no sessions.")
    async with open_database(database_url, connections=1):
        assert not has_pooler()
        assert await settings_of_a_statement(list(SESSION_SETTINGS)) == dict(SESSION_SETTINGS)


async def test_an_address_can_say_that_there_is_a_pooler(engine: str, database_url: str) -> None:
    if engine != "postgres":
        pytest.skip("SQLite has no poolers.")
    async with open_database(f"{database_url}?pgbouncer=true", connections=1):
        assert has_pooler()
        assert await settings_of_a_statement(list(SESSION_SETTINGS)) == dict(SESSION_SETTINGS)


@pytest.mark.parametrize("act", [migrate, missing_migrations])
def test_a_pooler_without_transactions_is_refused_in_one_line(
    start_pooler: StartPooler, database_url: str, act: Any
) -> None:
    with pytest.raises(Failure) as failure:
        run(act(through(start_pooler("statement"), database_url)))

    assert failure.value.message == (
        "The database cannot be used: The pooler takes no transactions (pool_mode = statement): set"
        " its pool_mode to transaction, or to session"
    )


async def test_a_pooler_without_a_session_left_is_full(
    start_pooler: StartPooler, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector, "SESSION_SECONDS", 0.1)
    monkeypatch.setattr("database.connection_pool.FULL_SECONDS", 0.2)
    url = through(start_pooler("session", default_pool_size="1"), database_url)
    async with open_database(f"{url}?pgbouncer=true", connections=1):
        with (
            reading_on(STATS),
            pytest.raises(ServerFull, match=r"^the pooler has given no session"),
        ):
            await connection().execute_query("SELECT 1")


async def test_a_full_pooler_that_is_not_recognised_yet_does_not_hold_up_a_command(
    start_pooler: StartPooler, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector, "CONNECT_TIMEOUT", 0.5)
    settings = {"default_pool_size": "1", "ignore_startup_parameters": IGNORED}
    url = through(start_pooler("session", **settings), database_url)
    async with open_database(f"{url}?pgbouncer=true", connections=1):
        with pytest.raises(TimeoutError):
            await missing_migrations(url)


async def test_the_operator_is_told_of_the_pooler(url: str) -> None:
    settings = build_settings(url, "redis://127.0.0.1:1", WHEREABOUTS_WORKERS="2")
    async with open_database(url, connections=1):
        assert await connection_warnings(settings) == [
            "The database is behind a pooler: each statement runs in a transaction that begins with"
            " its time limits, and has no name. With pool_mode = transaction that is all; with"
            " pool_mode = session the pooler's pool needs 32 connections for this server"
        ]
