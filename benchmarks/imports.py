"""`python -m benchmarks.imports`: orders per second through the import, on both engines.

Beside it, in the same run, the floor under any import to PostgreSQL: a program that has the very
same rows at hand, checked and complete, and only copies them into the same tables, in the same
batches. The last line is one JSON object.
"""

import asyncio
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import click
import orjson
from tortoise.backends.base.executor import EXECUTOR_CACHE

from commands.importing.formats import FORMATS
from commands.imports import BATCH, import_orders
from devservices.postgres import PostgresServer
from models.database import open_database
from models.migrating import migrate
from simulator.order_files import write_orders
from tracking.acts import Tracker

ORDERS = 20_000
QUICK_ORDERS = 5_000
NEWEST = datetime(2026, 1, 1, tzinfo=UTC)
"""Fixed, so that every run imports the same orders."""
OWNED = {
    "address": "order_id",
    "order_item": "order_id",
    "idempotency_key": "subject_id",
    "change": "order_id",
}
"""The tables of an order's other rows, and the column that says whose they are."""

Rows = list[asyncpg.Record]
Batch = dict[str, Rows]


@click.command()
@click.option("--quick", is_flag=True, help=f"{QUICK_ORDERS} orders, not {ORDERS}.")
def main(quick: bool) -> None:
    """Measure the import."""
    count = QUICK_ORDERS if quick else ORDERS
    with tempfile.TemporaryDirectory(prefix="whereabouts-") as folder, PostgresServer() as server:
        file = Path(folder) / "orders.csv"
        write_orders(file, count, until=NEWEST)
        databases = [server.create_database(name) for name in ("imported", "copied")]
        rates = asyncio.run(measure(file, f"sqlite://{folder}/orders.sqlite3", *databases))
    print(orjson.dumps(rates).decode())


async def measure(file: Path, sqlite: str, imported: str, copied: str) -> dict[str, float]:
    """Orders per second."""
    sqlite_rate = await import_rate(file, sqlite)
    print(f"Import to SQLite:       {sqlite_rate:8,.0f} orders a second", flush=True)
    postgres_rate = await import_rate(file, imported)
    print(f"Import to PostgreSQL:   {postgres_rate:8,.0f} orders a second", flush=True)
    copy_rate = await copying_rate(imported, copied)
    print(f"Only COPY, same rows:   {copy_rate:8,.0f} orders a second", flush=True)
    return {
        "sqlite_per_s": round(sqlite_rate),
        "postgres_per_s": round(postgres_rate),
        "postgres_ratio": round(postgres_rate / copy_rate, 3),
    }


async def import_rate(file: Path, url: str) -> float:
    """Of a whole file, read, checked and stored."""
    # Tortoise keeps its statements by the connection's name, and ours is the same on both engines.
    EXECUTOR_CACHE.clear()
    await migrate(url)
    tracker = Tracker(announce=lambda _head: None)
    async with open_database(url, connections=2):
        started = time.perf_counter()
        tally = await import_orders(tracker, file, FORMATS["csv"])
        seconds = time.perf_counter() - started
    if tally.rejected:
        raise RuntimeError(f"{tally.rejected} orders were rejected.")
    return tally.new / seconds


async def copying_rate(source: str, target: str) -> float:
    """Of the rows that an import has made."""
    await migrate(target)
    connection = await asyncpg.connect(source)
    try:
        batches = await read_batches(connection)
    finally:
        await connection.close()
    connection = await asyncpg.connect(target)
    try:
        started = time.perf_counter()
        for batch in batches:
            await copy_batch(connection, batch)
        seconds = time.perf_counter() - started
        count: int = await connection.fetchval("SELECT count(*) FROM orders")
    finally:
        await connection.close()
    return count / seconds


async def read_batches(connection: asyncpg.Connection) -> list[Batch]:
    """The rows of all tables, as many orders together as the import stores at a time."""
    orders = await connection.fetch("SELECT * FROM orders ORDER BY id")
    customers = {row["id"]: row for row in await connection.fetch("SELECT * FROM customer")}
    owned: dict[str, dict[UUID, Rows]] = {}
    for table, owner in OWNED.items():
        owned[table] = defaultdict(list)
        for row in await connection.fetch(f"SELECT * FROM {table} ORDER BY {owner}"):
            owned[table][row[owner]].append(row)
    batches = []
    for first in range(0, len(orders), BATCH):
        some = orders[first : first + BATCH]
        buyers = {row["customer_id"] for row in some} & customers.keys()
        batch = {"customer": [customers.pop(buyer) for buyer in buyers], "orders": some}
        for table, rows in owned.items():
            batch[table] = [row for order in some for row in rows[order["id"]]]
        batches.append(batch)
    return batches


async def copy_batch(connection: asyncpg.Connection, batch: Batch) -> None:
    """In one transaction, with the places in the log taken as the service takes them."""
    async with connection.transaction():
        for table, rows in batch.items():
            if rows:
                await connection.copy_records_to_table(
                    table, records=rows, columns=list(rows[0].keys())
                )
        await connection.execute(
            "UPDATE log_head SET position = position + $1", len(batch["change"])
        )


if __name__ == "__main__":
    main()
