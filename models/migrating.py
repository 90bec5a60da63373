"""Migrating: bringing a database's tables to this version, by one process at a time."""

from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor

from models.database import CONNECTION, database_config

APP = "models"
MIGRATION_LOCK = 7_726_574
"""The advisory lock of whoever migrates; any number that nothing else uses."""


async def migrate(url: str) -> list[str]:
    """Apply what is missing; the names of the migrations applied."""
    config = database_config(url, connections=2, is_migration=True)
    async with TortoiseContext() as context:
        await context.init(config=config)
        connection = get_connection(CONNECTION)
        executor = MigrationExecutor(connection, {APP: config["apps"][APP]})
        missing = [step.migration.name for step in await executor.plan()]
        await executor.migrate()
    return missing


async def missing_migrations(url: str) -> list[str]:
    """The names of the migrations that the database still lacks."""
    config = database_config(url, connections=1, is_migration=True)
    async with TortoiseContext() as context:
        await context.init(config=config)
        executor = MigrationExecutor(get_connection(CONNECTION), {APP: config["apps"][APP]})
        return [step.migration.name for step in await executor.plan()]
