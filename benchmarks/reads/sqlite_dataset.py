"""The world's rows in a SQLite file: what `python server.py` begins with, and as small."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.reads.copy_statements import OWNERS
from models.migrating import migrate

TABLES = (*OWNERS, "api_key", "log_head", "counted_log")


async def embed(source: str, file: Path) -> str:
    """The new database's address."""
    url = f"sqlite://{file}"
    await migrate(url)
    connection = await asyncpg.connect(source)
    try:
        with closing(sqlite3.connect(file)) as target:
            for table in TABLES:
                _replace(target, table, await connection.fetch(f"SELECT * FROM {table}"))
            target.execute("ANALYZE")
            target.commit()
    finally:
        await connection.close()
    return url


def _replace(target: sqlite3.Connection, table: str, rows: list[asyncpg.Record]) -> None:
    target.execute(f"DELETE FROM {table}")
    if rows:
        columns = list(rows[0].keys())
        places = ", ".join("?" for _ in columns)
        target.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})",
            [[_plain(value) for value in row] for row in rows],
        )


def _plain(value: Any) -> Any:
    """As the service stores it there."""
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat(" ") if isinstance(value, datetime) else value
