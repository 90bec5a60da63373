"""Connections to the database, and transactions that survive cancellation."""

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
from tortoise.context import TortoiseContext, require_context
from tortoise.exceptions import TransactionManagementError
from tortoise.transactions import in_transaction

from database import postgres
from database.postgres_address import read_address
from database.session_settings import APPLICATION_NAME, SESSION_SETTINGS

CONNECTION = "default"
FEED = "feed"
LIVE = "live"
STATS = "stats"
READER_POOLS = {FEED: 1, LIVE: 3, STATS: 2}
"""The pools that only read, and their sizes. They are apart from the pool of the requests, so that
subscribers receive changes however many slow queries hold that one. The feed has one reader;
subscribers that catch up, and the rendering of changes, take some milliseconds each. Aggregates may
take seconds, and delay only each other. A pool opens when it is used; on SQLite it is one
connection."""
ANSWER_TIMEOUT = 15.0
"""Seconds for one statement. This is longer than the database's own limit, whose error says more:
only a database that has stopped, or a broken connection that the system does not report, takes so
long."""
SQLITE_READ_SECONDS = 5
"""The limit of a read on SQLite: everybody else waits for the one connection meanwhile."""
STATS_SECONDS = 25
"""The limit of an aggregate: it may read every order, and its result has to be sent in time."""
STATS_SESSION = {
    "statement_timeout": f"{STATS_SECONDS}s",
    # Plan for the actual values, not for typical ones: reading takes much longer than planning.
    "plan_cache_mode": "force_custom_plan",
    # The few connections group and sort the values of a million orders in memory.
    "work_mem": "64MB",
}
CLOSE_TIMEOUT = 2.0
"""Seconds in which running statements may end. After that they are ended: nobody waits for them."""
BUSY_TIMEOUT_MS = 50
"""The time that SQLite itself waits for another process's write. Our reads wait meanwhile, so a
longer wait is made of several attempts (database.sqlite)."""
TABLES = (
    "models.customers",
    "models.orders",
    "models.shipments",
    "models.events",
    "models.number_decisions",
    "models.estimates",
    "models.exceptions",
    "models.changes",
    "models.rollups",
    "models.api_keys",
    "models.idempotency_keys",
    "models.intakes",
    "models.sources",
    "models.sessions",
)


def database_config(url: str, *, connections: int, is_migration: bool = False) -> dict[str, Any]:
    """Return Tortoise's configuration for `url`; `connections` is the size of PostgreSQL's pool.

    A migration has no time limits. On SQLite it runs without foreign keys: rebuilding a table drops
    the old one, which would delete the rows that refer to it.
    """
    if is_migration:
        pools = {CONNECTION: _connection_config(url, connections, is_migration=True)}
    else:
        pools = {CONNECTION: _connection_config(url, connections)}
        pools |= {name: _reader_config(url, name) for name in READER_POOLS}
    return {
        "connections": pools,
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
    if url.startswith("postgres"):
        return _postgres_config(url, size, is_limited=not is_migration)
    connection = expand_db_url(url)
    credentials = connection["credentials"]
    connection["engine"] = "database.sqlite"
    credentials["journal_mode"] = "WAL"
    credentials["busy_timeout"] = BUSY_TIMEOUT_MS
    credentials["synchronous"] = "FULL"
    credentials["foreign_keys"] = "OFF" if is_migration else "ON"
    if not is_migration:
        credentials["read_seconds"] = SQLITE_READ_SECONDS
    return connection


def _postgres_config(url: str, size: int, *, is_limited: bool) -> dict[str, Any]:
    address = read_address(url)
    settings = SESSION_SETTINGS if is_limited else {"application_name": APPLICATION_NAME}
    credentials = {
        "address": address,
        "minsize": 0,
        "maxsize": size,
        "server_settings": {**settings, **address.settings},
        "command_timeout": ANSWER_TIMEOUT if is_limited else None,
    }
    return {"engine": "database.postgres", "credentials": credentials}


def _reader_config(url: str, name: str) -> dict[str, Any]:
    connection = _connection_config(url, READER_POOLS[name])
    credentials = connection["credentials"]
    if connection["engine"] == "database.sqlite":
        credentials["query_only"] = "ON"
        return connection
    credentials["server_settings"]["default_transaction_read_only"] = "on"
    if name == STATS:
        credentials["server_settings"] |= STATS_SESSION
        # The database's own limit comes first, because its error says more.
        credentials["command_timeout"] = STATS_SECONDS + 5
    return connection


@asynccontextmanager
async def open_database(
    url: str, *, connections: int, is_global: bool = False, is_limited: bool = True
) -> AsyncGenerator[TortoiseContext, None]:
    """Open the database for the block. With `is_global` every task of the process sees it.

    Without `is_limited`, statements have no time limits, as in a migration, and the pools of
    `READER_POOLS` do not exist. Raises ConfigurationError if a pooler takes no transactions.
    """
    async with TortoiseContext() as context:
        await context.init(
            config=database_config(url, connections=connections, is_migration=not is_limited),
            _enable_global_fallback=is_global,
        )
        await connection().execute_query("SELECT 1")
        try:
            yield context
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_TIMEOUT):
                    await _close(context)


async def _close(context: TortoiseContext) -> None:
    """Close all pools; connections to one file in turn: of two that close at the same moment each
    sees the other's lock, and neither moves the WAL into the file."""
    clients = context.connections.all()
    for at_once in [clients] if is_postgres() else [[client] for client in clients]:
        await asyncio.gather(*(client.close() for client in at_once))


@contextmanager
def reading_on(name: str) -> Iterator[None]:
    """Let reads in this block, and in tasks that begin in it, use this one of `READER_POOLS`.

    The block cannot write. An asynchronous generator must not `yield` in it: the setting would
    apply to the code that asks for the next value.
    """
    connections = require_context().connections
    token = connections.set(CONNECTION, connections.get(name))
    try:
        yield
    finally:
        connections.reset(token)


def connection() -> BaseDBAsyncClient:
    """Return the running transaction's connection, or outside of one the pool that reads use."""
    return require_context().connections.get(CONNECTION)


def is_postgres(client: BaseDBAsyncClient | None = None) -> bool:
    """Return whether the client, by default the current connection, is one of PostgreSQL."""
    return bool((client or connection()).capabilities.dialect == "postgres")


async def read_rows(client: BaseDBAsyncClient, text: str, values: Sequence[Any]) -> Sequence[Any]:
    """Return the rows of a statement that only reads. The driver takes the values as they are.

    Tortoise's own method searches the text for the kind of the statement, which takes as long as
    sending it.
    """
    if isinstance(client, postgres.PostgresClient):
        return await client.fetch(text, values)
    if not is_postgres(client):
        return (await client.execute_query(text, list(values)))[1]
    async with client.acquire_connection() as driver:
        client.log.debug("%s: %s", text, values)
        rows: Sequence[Any] = await driver.fetch(text, *values)
        return rows


@asynccontextmanager
async def transaction() -> AsyncGenerator[TransactionalDBClient, None]:
    """Run the block in a transaction. Raises RuntimeError in a block of `reading_on`.

    The connection is released even if the task is cancelled while the transaction begins. A
    transaction of Tortoise's leaks it then: on SQLite, the only one.
    """
    if connection().connection_name != CONNECTION:
        raise RuntimeError(f"The connection {connection().connection_name!r} cannot write")
    context = in_transaction(CONNECTION)
    try:
        client = await context.__aenter__()
    except BaseException:
        if hasattr(context, "token"):
            require_context().connections.reset(context.token)
        await asyncio.shield(_release(context))
        raise
    try:
        yield client
    except BaseException as error:
        # Tortoise rolls nothing back after an error of the kind that a read-only database causes.
        kind = Exception if isinstance(error, TransactionManagementError) else type(error)
        # A lost connection cannot roll back; the error that ended the block is the one to raise.
        with suppress(Exception):
            await context.__aexit__(kind, error, error.__traceback__)
        raise
    else:
        await context.__aexit__(None, None, None)


async def _release(context: Any) -> None:
    """Undo what had been done of a transaction that was cancelled while it began."""
    if isinstance(context, TransactionContextPooled):
        raw, pool = context.client._connection, context.client._parent._pool
        if raw is not None and pool is not None:
            await pool.release(raw)
    elif isinstance(context, SqliteTransactionContext) and hasattr(context, "token"):
        try:
            await context.connection._connection.rollback()
        finally:
            context._trxlock.release()
