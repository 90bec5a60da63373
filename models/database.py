"""The database: how to connect to it, and transactions that survive cancellation."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from tortoise import Model
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

CONNECTION = "default"
LOCK_TIMEOUT = "5s"
"""Longer than the idle limit, so that a stopped process never makes a waiting one fail."""
IDLE_IN_TRANSACTION_TIMEOUT = "2s"
"""A process stopped in the middle of a write holds up the others no longer than this."""
STATEMENT_TIMEOUT = "10s"
"""No question of ours takes as long; whatever does is better cut off than left to pile up."""
BUSY_TIMEOUT_MS = 50
"""How long SQLite itself waits for another process's write: it holds up our reads meanwhile.
What must wait longer tries again in between (models.sqlite)."""
TABLES = (
    "models.customers",
    "models.orders",
    "models.shipments",
    "models.events",
    "models.estimates",
    "models.exceptions",
    "models.changes",
    "models.api_keys",
    "models.repeats",
)


def database_config(url: str, *, connections: int, is_migration: bool = False) -> dict[str, Any]:
    """Tortoise's configuration for `url`; `connections` is the size of PostgreSQL's pool.

    A migration has no time limits, and SQLite's foreign keys are off in it: rebuilding a table
    there drops the old one, which would delete what refers to it.
    """
    connection = expand_db_url(url)
    credentials = connection["credentials"]
    if connection["engine"] == "tortoise.backends.sqlite":
        connection["engine"] = "models.sqlite"
        credentials["busy_timeout"] = BUSY_TIMEOUT_MS
        credentials["synchronous"] = "FULL"
        credentials["foreign_keys"] = "OFF" if is_migration else "ON"
    else:
        credentials["minsize"] = 1
        credentials["maxsize"] = connections
        credentials["server_settings"] = {} if is_migration else _time_limits()
    return {
        "connections": {CONNECTION: connection},
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


def _time_limits() -> dict[str, str]:
    return {
        "lock_timeout": LOCK_TIMEOUT,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT,
        "statement_timeout": STATEMENT_TIMEOUT,
    }


@asynccontextmanager
async def open_database(
    url: str, *, connections: int, is_global: bool = False
) -> AsyncGenerator[TortoiseContext, None]:
    """Connected on entry, closed on exit. `is_global`: every task of the process sees it."""
    async with TortoiseContext() as context:
        await context.init(
            config=database_config(url, connections=connections),
            _enable_global_fallback=is_global,
        )
        await get_connection(CONNECTION).execute_query("SELECT 1")
        yield context


def connection() -> BaseDBAsyncClient:
    """The running transaction's connection; outside of one, the pool."""
    return get_connection(CONNECTION)


def is_postgres() -> bool:
    return connection().capabilities.dialect == "postgres"


@asynccontextmanager
async def transaction() -> AsyncGenerator[TransactionalDBClient, None]:
    """A transaction whose connection comes back even if its task is cancelled while it begins.

    Tortoise's own leaks the connection then: on SQLite, the only one.
    """
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


async def insert_rows(rows: Sequence[Model]) -> None:
    """Insert rows of one model, all in one statement sent many times."""
    if rows:
        await type(rows[0]).bulk_create(rows)


async def update_rows(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Update the named fields of rows of one model, one statement sent many times."""
    if not rows or not fields:
        return
    meta = type(rows[0])._meta
    client = connection()
    executor = client.executor_class(model=type(rows[0]), db=client)
    statement = executor.get_update_sql(fields, None)
    columns = [(name, meta.fields_map[name]) for name in (*fields, meta.pk_attr)]
    values = [
        [column.to_db_value(getattr(row, name), row) for name, column in columns] for row in rows
    ]
    await client.execute_many(statement, values)
