"""`python -m benchmarks.imports`: orders per second through the import, on both engines.

The baseline is the least that an import to PostgreSQL must do: it holds the same rows, checked and
complete, and only copies them into the same tables in the same batches. The last line of the output
is one JSON object.
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

from commands.import_orders import BATCH, import_orders
from database.connections import open_database
from database.migrations import migrate
from devservices.postgres import PostgresServer
from simulator.order_files import write_orders
from unit_of_work.unit_of_work import Tracker

ORDERS = 20_000
QUICK_ORDERS = 5_000
NEWEST = datetime(2026, 1, 1, tzinfo=UTC)
"""The time of the newest order; it is fixed, so that every run imports the same orders."""
ORDER_COLUMNS = {
    "address": "order_id",
    "order_item": "order_id",
    "idempotency_key": "subject_id",
    "change": "order_id",
}
"""The tables of an order's other rows, with the column that refers to the order."""

Rows = list[asyncpg.Record]
Batch = dict[str, Rows]


@click.command()
@click.option("--quick", is_flag=True, help=f"Import {QUICK_ORDERS} orders instead of {ORDERS}.")
def main(quick: bool) -> None:
    """Measure the import."""
    count = QUICK_ORDERS if quick else ORDERS
    with tempfile.TemporaryDirectory(prefix="whereabouts-") as folder, PostgresServer() as server:
        file = Path(folder) / "orders.csv"
        write_orders(file, count, until=NEWEST)
        databases = [server.create_database(name) for name in ("imported", "baseline")]
        rates = asyncio.run(measure(file, f"sqlite://{folder}/orders.sqlite3", *databases))
    print(orjson.dumps(rates).decode())


async def measure(file: Path, sqlite: str, postgres: str, baseline: str) -> dict[str, float]:
    """Return the orders per second of each import, with the URLs of the databases given."""
    sqlite_rate = await measure_import(file, sqlite)
    print(f"Import to SQLite:       {sqlite_rate:8,.0f} orders/s", flush=True)
    postgres_rate = await measure_import(file, postgres)
    print(f"Import to PostgreSQL:   {postgres_rate:8,.0f} orders/s", flush=True)
    baseline_rate = await measure_baseline(postgres, baseline)
    print(f"Baseline, COPY only:    {baseline_rate:8,.0f} orders/s", flush=True)
    return {
        "sqlite_per_s": round(sqlite_rate),
        "postgres_per_s": round(postgres_rate),
        "postgres_ratio": round(postgres_rate / baseline_rate, 3),
    }


async def measure_import(file: Path, url: str) -> float:
    """Import a file and return the orders per second."""
    # Tortoise caches statements by the name of the connection, which is the same on both engines.
    EXECUTOR_CACHE.clear()
    await migrate(url)
    tracker = Tracker(announce=lambda _head: None)
    async with open_database(url, connections=2):
        started = time.perf_counter()
        counts = await import_orders(tracker, file)
        seconds = time.perf_counter() - started
    if counts.rejected:
        raise RuntimeError(f"{counts.rejected} orders were rejected.")
    return counts.new / seconds


async def measure_baseline(source: str, target: str) -> float:
    """Copy the rows that an import has written; return the orders per second."""
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
    """Read the rows of all tables, in batches of as many orders as the import stores at a time."""
    orders = await connection.fetch("SELECT * FROM orders ORDER BY id")
    customers = {row["id"]: row for row in await connection.fetch("SELECT * FROM customer")}
    rows_by_order: dict[str, dict[UUID, Rows]] = {}
    for table, column in ORDER_COLUMNS.items():
        rows_by_order[table] = defaultdict(list)
        for row in await connection.fetch(f"SELECT * FROM {table} ORDER BY {column}"):
            rows_by_order[table][row[column]].append(row)
    batches = []
    for first in range(0, len(orders), BATCH):
        batch_orders = orders[first : first + BATCH]
        new_ids = {row["customer_id"] for row in batch_orders} & customers.keys()
        new_customers = [customers.pop(customer_id) for customer_id in new_ids]
        batch = {"customer": new_customers, "orders": batch_orders}
        for table, rows in rows_by_order.items():
            batch[table] = [row for order in batch_orders for row in rows[order["id"]]]
        batches.append(batch)
    return batches


async def copy_batch(connection: asyncpg.Connection, batch: Batch) -> None:
    """Copy a batch in one transaction, and advance the log's head as the service does."""
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
