"""The database: how to connect to it, and transactions that survive cancellation."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

from tortoise.backends.base.client import (
    BaseDBAsyncClient,
    TransactionalDBClient,
    TransactionContextPooled,
)
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.backends.sqlite.client import SqliteTransactionContext
from tortoise.connection import get_connection, get_connections
from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction

from database import postgres

CONNECTION = "default"
FEED = "feed"
LIVE = "live"
STATS = "stats"
READERS = {FEED: 1, LIVE: 3, STATS: 2}
"""Connections kept from requests, and how many each may open: what is pushed to followers is read
there, however many slow questions hold the others. The feed has one reader; the others catch up
and read what is shown of a change, some milliseconds each. Aggregates, which may take seconds,
have theirs so that they hold up nobody but each other. They only read, and open when used; SQLite
has one for each."""
LOCK_TIMEOUT = "5s"
"""Longer than the idle limit, so that a stopped process never makes a waiting one fail."""
IDLE_IN_TRANSACTION_TIMEOUT = "2s"
"""A process stopped in the middle of a write holds up the others no longer than this."""
STATEMENT_TIMEOUT = "10s"
"""No question of ours takes as long; whatever does is better cut off than left to pile up."""
STATS_SECONDS = 25
"""For an aggregate: it may look at every order, and its answer still has to be sent in time."""
STATS_SESSION = {
    "statement_timeout": f"{STATS_SECONDS}s",
    # By what is asked for, not by what is asked for mostly: planning takes no time beside reading.
    "plan_cache_mode": "force_custom_plan",
    # Groups and sorted values of a million orders, on each of the few connections.
    "work_mem": "64MB",
}
CLOSE_TIMEOUT = 2.0
"""For statements that still run to end. Those that do not are cut off: nobody waits for them."""
BUSY_TIMEOUT_MS = 50
"""How long SQLite itself waits for another process's write: it holds up our reads meanwhile.
What must wait longer tries again in between (database.sqlite)."""
TABLES = (
    "models.customers",
    "models.orders",
    "models.shipments",
    "models.events",
    "models.estimates",
    "models.exceptions",
    "models.changes",
    "models.rollups",
    "models.api_keys",
    "models.idempotency_keys",
)


def database_config(url: str, *, connections: int, is_migration: bool = False) -> dict[str, Any]:
    """Tortoise's configuration for `url`; `connections` is the size of PostgreSQL's pool.

    A migration has no time limits, and SQLite's foreign keys are off in it: rebuilding a table
    there drops the old one, which would delete what refers to it.
    """
    if is_migration:
        opened = {CONNECTION: _connection_config(url, connections, is_migration=True)}
    else:
        opened = {CONNECTION: _connection_config(url, connections)}
        opened |= {name: _reader_config(url, name) for name in READERS}
    return {
        "connections": opened,
        "apps": {
            "models": {
                "models": list(TABLES),
                "default_connection": CONNECTION,
                "migrations": "migrations",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


def _connection_config(url: str, size: int, *, is_migration: bool = False) -> dict[str, Any]:
    connection = expand_db_url(url)
    credentials = connection["credentials"]
    if connection["engine"] == "tortoise.backends.sqlite":
        connection["engine"] = "database.sqlite"
        credentials["journal_mode"] = "WAL"
        credentials["busy_timeout"] = BUSY_TIMEOUT_MS
        credentials["synchronous"] = "FULL"
        credentials["foreign_keys"] = "OFF" if is_migration else "ON"
    else:
        credentials["minsize"] = 0
        credentials["maxsize"] = size
        if not is_migration:
            connection["engine"] = "database.postgres"
            credentials["server_settings"] = _session()
    return connection


def _reader_config(url: str, name: str) -> dict[str, Any]:
    connection = _connection_config(url, READERS[name])
    credentials = connection["credentials"]
    if connection["engine"] == "database.sqlite":
        credentials["query_only"] = "ON"
        return connection
    credentials["server_settings"]["default_transaction_read_only"] = "on"
    if name == STATS:
        credentials["server_settings"] |= STATS_SESSION
        # The database's own limit comes first, for its error says more.
        credentials["command_timeout"] = STATS_SECONDS + 5
    return connection


def _session() -> dict[str, str]:
    return {
        "timezone": "UTC",
        # What a plan is imagined to cost, if values are not looked at, would start the compiler,
        # which takes longer than any question of ours.
        "jit": "off",
        "lock_timeout": LOCK_TIMEOUT,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT,
        "statement_timeout": STATEMENT_TIMEOUT,
    }


@asynccontextmanager
async def open_database(
    url: str, *, connections: int, is_global: bool = False, is_limited: bool = True
) -> AsyncGenerator[TortoiseContext, None]:
    """Connected on entry, closed on exit. `is_global`: every task of the process sees it.
    Without limits a statement may take as long as a migration's, and only writes are possible."""
    async with TortoiseContext() as context:
        await context.init(
            config=database_config(url, connections=connections, is_migration=not is_limited),
            _enable_global_fallback=is_global,
        )
        await get_connection(CONNECTION).execute_query("SELECT 1")
        try:
            yield context
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_TIMEOUT):
                    await context.connections.close_all(discard=False)


@contextmanager
def reading_on(name: str) -> Iterator[None]:
    """In this block, and in tasks that begin in it, every read asks that one of `READERS`.

    It is no place to write in. In an asynchronous generator no `yield` may stand in it: the choice
    would be that of whoever asks for the next value.
    """
    connections = get_connections()
    token = connections.set(CONNECTION, connections.get(name))
    try:
        yield
    finally:
        connections.reset(token)


def connection() -> BaseDBAsyncClient:
    """The running transaction's connection; outside of one, the pool that is read on here."""
    return get_connection(CONNECTION)


def is_postgres(client: BaseDBAsyncClient | None = None) -> bool:
    """Of what `connection` answers, for whoever has not asked it."""
    return bool((client or connection()).capabilities.dialect == "postgres")


async def read_rows(client: BaseDBAsyncClient, text: str, values: Sequence[Any]) -> Sequence[Any]:
    """What a statement answers that reads and does nothing else.

    Values are as the engine's driver takes them; Tortoise looks through the text to tell what kind
    of statement it is, which takes as long as sending it.
    """
    if isinstance(client, postgres.Client):
        return await client.fetch(text, values)
    if not is_postgres(client):
        _, rows = await client.execute_query(text, list(values))
        return rows
    async with client.acquire_connection() as driver:
        client.log.debug("%s: %s", text, values)
        found: Sequence[Any] = await driver.fetch(text, *values)
        return found


@asynccontextmanager
async def transaction() -> AsyncGenerator[TransactionalDBClient, None]:
    """A transaction whose connection comes back even if its task is cancelled while it begins.

    Tortoise's own leaks the connection then: on SQLite, the only one.
    """
    if connection().connection_name != CONNECTION:
        raise RuntimeError(f"Nothing is written on the connection {connection().connection_name!r}")
    context = in_transaction(CONNECTION)
    try:
        client = await context.__aenter__()
    except BaseException:
        if hasattr(context, "token"):
            get_connections().reset(context.token)
        await asyncio.shield(_give_back(context))
        raise
    try:
        yield client
    except BaseException as error:
        # A connection that is lost cannot roll back; why the block ended is what counts.
        with suppress(Exception):
            await context.__aexit__(type(error), error, error.__traceback__)
        raise
    else:
        await context.__aexit__(None, None, None)


async def _give_back(context: Any) -> None:
    """Undo as much of a half-entered transaction as had been done."""
    if isinstance(context, TransactionContextPooled):
        raw, pool = context.client._connection, context.client._parent._pool
        if raw is not None and pool is not None:
            await pool.release(raw)
    elif isinstance(context, SqliteTransactionContext) and hasattr(context, "token"):
        try:
            await context.connection._connection.rollback()
        finally:
            context._trxlock.release()
