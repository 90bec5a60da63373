"""Tables without keys and indexes, which get all of them back: far faster to fill."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

BUILDERS = 2
"""Connections that build indexes: as many as there are processors here."""
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
class Part:
    """A constraint or an index: the statements that take it off and put it back."""

    off: str
    on: str
    refers: bool = False


@asynccontextmanager
async def unindexed(url: str, tables: Sequence[str]) -> AsyncGenerator[None, None]:
    connection = await asyncpg.connect(url)
    try:
        parts = await _take_off(connection, tables)
    finally:
        await connection.close()
    yield
    await _put_back(url, [part.on for part in parts if not part.refers])
    await _put_back(url, [part.on for part in parts if part.refers])


async def _take_off(connection: asyncpg.Connection, tables: Sequence[str]) -> list[Part]:
    parts = []
    for row in await connection.fetch(CONSTRAINTS, tables):
        alter, name = f"ALTER TABLE {row['table']}", f'CONSTRAINT "{row["name"]}"'
        refers = row["kind"] == b"f"
        add = f"{alter} ADD {name} {row['definition']}"
        parts.append(Part(f"{alter} DROP {name}", add, refers))
        await connection.execute(parts[-1].off)
    for row in await connection.fetch(INDEXES, tables):
        parts.append(Part(f"DROP INDEX {row['name']}", row["definition"]))
        await connection.execute(parts[-1].off)
    return parts


async def _put_back(url: str, statements: Sequence[str]) -> None:
    waiting = iter(statements)

    async def build() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute("SET maintenance_work_mem = '1GB'")
            for statement in waiting:
                await connection.execute(statement)
        finally:
            await connection.close()

    await asyncio.gather(*[build() for _ in range(BUILDERS)])
