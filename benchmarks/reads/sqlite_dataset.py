"""The seed dataset in a SQLite file, the database that `python server.py` uses by default."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.reads.copy_statements import SEED_ROWS
from database.migrations import migrate

TABLES = (*SEED_ROWS, "api_key", "log_head", "rollup_cursor")


async def copy_to_sqlite(source: str, file: Path) -> str:
    """Copy the rows of a PostgreSQL database to a new file; return the URL of the file."""
    url = f"sqlite://{file}"
    await migrate(url)
    connection = await asyncpg.connect(source)
    try:
        with closing(sqlite3.connect(file)) as target:
            for table in TABLES:
                _replace_rows(target, table, await connection.fetch(f"SELECT * FROM {table}"))
            target.execute("ANALYZE")
            target.commit()
    finally:
        await connection.close()
    return url


def _replace_rows(target: sqlite3.Connection, table: str, rows: list[asyncpg.Record]) -> None:
    target.execute(f"DELETE FROM {table}")
    if rows:
        columns = list(rows[0].keys())
        placeholders = ", ".join("?" for _ in columns)
        target.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({placeholders})",
            [[_sqlite_value(value) for value in row] for row in rows],
        )


def _sqlite_value(value: Any) -> Any:
    """Return a value of PostgreSQL as the service stores it in SQLite."""
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat(" ") if isinstance(value, datetime) else value
