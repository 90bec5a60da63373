"""Tables lose their keys and indexes while they are filled, which makes the filling much faster."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

BUILDERS = 2
"""How many connections build indexes concurrently: one per core of a small machine."""
CONSTRAINTS = """
SELECT conrelid::regclass::text AS "table", conname AS name, contype AS kind,
  pg_get_constraintdef(oid) AS definition
FROM pg_constraint WHERE contype IN ('f', 'p', 'u') AND conrelid::regclass::text = ANY($1)
ORDER BY contype = 'f' DESC
"""
INDEXES = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index i WHERE i.indrelid::regclass::text = ANY($1)
"""


@dataclass(frozen=True, slots=True)
class DroppedObject:
    """A constraint or an index, with the statements that drop and create it."""

    drop: str
    create: str
    is_foreign_key: bool = False


@asynccontextmanager
async def without_indexes(url: str, tables: Sequence[str]) -> AsyncGenerator[None, None]:
    """Drop all keys and indexes of the tables, and create them again after the block."""
    connection = await asyncpg.connect(url)
    try:
        dropped = await _drop(connection, tables)
    finally:
        await connection.close()
    yield
    # Foreign keys come last, because they need the keys that they refer to.
    await _create(url, [object_.create for object_ in dropped if not object_.is_foreign_key])
    await _create(url, [object_.create for object_ in dropped if object_.is_foreign_key])


async def _drop(connection: asyncpg.Connection, tables: Sequence[str]) -> list[DroppedObject]:
    dropped = []
    for row in await connection.fetch(CONSTRAINTS, tables):
        alter, name = f"ALTER TABLE {row['table']}", f'CONSTRAINT "{row["name"]}"'
        create = f"{alter} ADD {name} {row['definition']}"
        is_foreign_key = row["kind"] == b"f"
        dropped.append(DroppedObject(f"{alter} DROP {name}", create, is_foreign_key))
        await connection.execute(dropped[-1].drop)
    for row in await connection.fetch(INDEXES, tables):
        dropped.append(DroppedObject(f"DROP INDEX {row['name']}", row["definition"]))
        await connection.execute(dropped[-1].drop)
    return dropped


async def _create(url: str, statements: Sequence[str]) -> None:
    """Execute the statements over several connections, each taking the next one."""
    remaining = iter(statements)

    async def build() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute("SET maintenance_work_mem = '1GB'")
            for statement in remaining:
                await connection.execute(statement)
        finally:
            await connection.close()

    await asyncio.gather(*[build() for _ in range(BUILDERS)])
