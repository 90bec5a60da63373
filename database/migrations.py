"""Migrations: they bring a database to this version, entirely or not at all."""

from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import BaseSchemaEditor

from database.connections import CONNECTION, database_config, is_postgres, transaction

MIGRATION_LOCK = 7_726_574
"""The advisory lock of the migrating process. Any number that nothing else uses."""
WAIT_SECONDS = 300
"""The time that a process waits for another that migrates: enough to rebuild large tables."""


class NotMigrated(Exception):
    """The database lacks migrations of this version; the message says what to do."""


async def prepare_database(url: str, *, is_embedded: bool) -> None:
    """Bring an embedded database up to date; a shared one is left to `whereabouts migrate`.

    Raises NotMigrated, ConfigurationError if a pooler takes no transactions, or an error of the
    database's driver.
    """
    if is_embedded:
        await migrate(url)
    elif missing := await missing_migrations(url):
        raise NotMigrated(
            f"The database lacks {', '.join(missing)}: run `whereabouts migrate` first."
        )


async def migrate(url: str) -> list[str]:
    """Apply the missing migrations and return their names.

    They run in one transaction, so that a killed process leaves nothing half done. Processes that
    migrate at the same time take turns: SQLite's transaction begins with the write lock,
    PostgreSQL's takes an advisory lock.
    """
    config = database_config(url, connections=1, is_migration=True)
    if not url.startswith("postgres"):
        config["connections"][CONNECTION]["credentials"]["busy_timeout"] = WAIT_SECONDS * 1000
    async with TortoiseContext() as context:
        await context.init(config=config)
        async with transaction() as connection:
            if is_postgres():
                await connection.execute_script(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
                await connection.execute_script(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
            executor = _Executor(connection, config["apps"])
            missing = await executor.missing()
            await executor.migrate()
    return missing


async def missing_migrations(url: str) -> list[str]:
    """Return the names of the migrations that the database still lacks."""
    config = database_config(url, connections=1, is_migration=True)
    async with TortoiseContext() as context:
        await context.init(config=config)
        connection = get_connection(CONNECTION)
        # The planner would take a database that does not answer for an empty one.
        await connection.execute_query("SELECT 1")
        executor = MigrationExecutor(connection, config["apps"])
        return [step.migration.name for step in await executor.plan()]


class _Recorder(MigrationRecorder):
    async def ensure_schema(self, schema_editor: BaseSchemaEditor) -> None:
        """Create the table of applied migrations.

        Tortoise's own method runs a script, which commits the transaction on SQLite.
        """
        statement = schema_editor._get_model_sql_data(self.model).table_sql
        await self.connection.execute_query(
            statement.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1)
        )


class _Executor(MigrationExecutor):
    """An executor that runs every step in the transaction of its connection."""

    def __init__(self, connection: BaseDBAsyncClient, apps: dict[str, dict[str, Any]]) -> None:
        super().__init__(connection, apps)
        self.recorder = self.loader.recorder = _Recorder(connection)

    async def missing(self) -> list[str]:
        # To query a table that does not exist would end PostgreSQL's transaction.
        await self.recorder.ensure_schema(self._schema_editor())
        return [step.migration.name for step in await self.plan()]
