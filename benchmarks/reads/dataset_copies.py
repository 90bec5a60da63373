"""A dataset of any size, made of copies of the seed dataset's customers at different times.

Each copy has ids, names and times of its own and otherwise equals what the API has written. The
rows are stored as the API would have written them: in the order of time, with the rows of many
orders interleaved.
"""

import asyncio
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg

from benchmarks.reads.copy_statements import SEED_ROWS, copy_statement
from benchmarks.reads.index_rebuild import without_indexes
from models.tracking_ids import new_tracking_id

BATCHES = 25
"""Rows are sorted by time within each batch, which holds a month or two."""
COMPLETED_SPAN = timedelta(days=1000)
"""The time over which customers without open orders are spread."""
OPEN_SPAN = timedelta(days=7)
"""The time over which customers with open orders are spread: short, so that their estimates and
due times remain plausible."""
TABLE_GROUPS = (
    ("change", "orders", "customer", "order_item", "shipment_item"),
    ("tracking_event", "shipment", "address", "estimate", "order_exception", "exception_note"),
)
"""The copied tables, divided between two connections."""
KEPT_TABLES = ("api_key", "log_head", "rollup_cursor", "tortoise_migrations")
"""Tables that keep their rows. All others are emptied, and filled here or by triggers."""
COMPLETED_STATUSES = ("DELIVERED", "RETURNED", "PARTIALLY_RETURNED", "CANCELLED")
SPREAD_RECORDING_TIMES = """
CREATE TEMPORARY TABLE recording AS
  SELECT position, max(occurred_at) OVER (PARTITION BY order_id ORDER BY sequence) AS moment
  FROM change;
UPDATE change SET recorded_at = moment FROM recording WHERE recording.position = change.position;
UPDATE tracking_event SET recorded_at = c.recorded_at FROM change c
  WHERE c.event_id = tracking_event.id AND c.kind = 'EVENT_RECORDED';
UPDATE orders SET updated_at = latest FROM
  (SELECT order_id, max(recorded_at) AS latest FROM change GROUP BY 1) c WHERE order_id = id;
UPDATE shipment SET updated_at = latest FROM
  (SELECT shipment_id, max(recorded_at) AS latest FROM change GROUP BY 1) c WHERE shipment_id = id;
UPDATE order_exception SET updated_at = latest FROM
  (SELECT exception_id, max(recorded_at) AS latest FROM change GROUP BY 1) c
  WHERE exception_id = id;
"""
"""The seed dataset was recorded within a minute; this sets the recording times to the times at
which things happened."""


class CustomerOrders(NamedTuple):
    """A customer of the seed dataset and all their orders."""

    customer_id: UUID
    is_completed: bool
    """Whether no order is open."""
    order_ids: list[UUID]


async def replace_with_copies(url: str, orders: int) -> None:
    """Replace the seed dataset of a database with copies that have about `orders` orders."""
    connection = await asyncpg.connect(url)
    try:
        await _set_aside_seed(connection)
        customers = await _read_customers(connection)
        copies = await _plan_copies(connection, customers, orders)
        tables = await _tables_to_replace(connection)
        async with without_indexes(url, tables):
            await connection.execute(f"TRUNCATE {', '.join(tables)}")
            await asyncio.gather(*[_fill_tables(url, group, copies) for group in TABLE_GROUPS])
        await connection.execute(
            "UPDATE log_head SET position = (SELECT count(*) FROM change);"
            # Otherwise the server would count all changes while it is measured.
            " UPDATE rollup_cursor SET position = (SELECT position FROM log_head);"
            " DROP SCHEMA seed CASCADE"
        )
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def _set_aside_seed(connection: asyncpg.Connection) -> None:
    """Copy the seed rows to a schema of their own."""
    await connection.execute(SPREAD_RECORDING_TIMES)
    await connection.execute("CREATE SCHEMA seed")
    for table, rows in SEED_ROWS.items():
        await connection.execute(
            f"CREATE TABLE seed.{table} AS {rows}; CREATE INDEX ON seed.{table} (owner);"
            f" ANALYZE seed.{table}"
        )


async def _tables_to_replace(connection: asyncpg.Connection) -> list[str]:
    rows = await connection.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL($1)",
        KEPT_TABLES,
    )
    return [row["tablename"] for row in rows]


async def _read_customers(connection: asyncpg.Connection) -> list[CustomerOrders]:
    rows = await connection.fetch(
        "SELECT owner, bool_and(status = ANY($1)) AS is_completed, array_agg(id) AS order_ids"
        " FROM seed.orders GROUP BY owner ORDER BY owner",
        COMPLETED_STATUSES,
    )
    return [CustomerOrders(row["owner"], row["is_completed"], row["order_ids"]) for row in rows]


async def _plan_copies(
    connection: asyncpg.Connection, customers: Sequence[CustomerOrders], orders: int
) -> int:
    """Write the plan of the copies, the oldest first, to tables; return the number of copies.

    The plan says which customers are copied, and by how much their times are shifted.
    """
    plan = sorted(_draw_copies(customers, orders), key=lambda copy: copy[1], reverse=True)
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    copies, tracking_ids, id_time = [], [], 0
    for number, (customer, shift) in enumerate(plan, start=1):
        # Each copy has a millisecond of its own, so that its ids are unique.
        id_time = max(id_time + 1, now_ms - int(shift.total_seconds() * 1000))
        digits = f"{id_time:012x}"
        id_prefix = f"{digits[:8]}-{digits[8:]}"
        copies.append((number, customer.customer_id, shift, id_prefix))
        tracking_ids += [(number, order_id, new_tracking_id()) for order_id in customer.order_ids]
    await connection.execute(
        "CREATE TABLE seed.copy (number int, owner uuid, shift interval, prefix text);"
        "CREATE TABLE seed.tracking_id (copy int, order_id uuid, tracking_id text)"
    )
    await connection.copy_records_to_table("copy", schema_name="seed", records=copies)
    await connection.copy_records_to_table("tracking_id", schema_name="seed", records=tracking_ids)
    await connection.execute(
        "CREATE INDEX ON seed.copy (number); CREATE INDEX ON seed.tracking_id (copy, order_id);"
        " ANALYZE seed.copy; ANALYZE seed.tracking_id"
    )
    return len(plan)


def _draw_copies(
    customers: Sequence[CustomerOrders], orders: int
) -> Iterator[tuple[CustomerOrders, timedelta]]:
    """Yield customers in turns, each with a random shift, until there are enough orders."""
    rng = random.Random(orders)
    count = 0
    while True:
        for customer in customers:
            if count >= orders:
                return
            span = COMPLETED_SPAN if customer.is_completed else OPEN_SPAN
            yield customer, timedelta(seconds=rng.randrange(int(span.total_seconds())))
            count += len(customer.order_ids)


async def _fill_tables(url: str, tables: Sequence[str], copies: int) -> None:
    """Fill the tables in a transaction that also truncates them, so it needs no write-ahead log."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL work_mem = '512MB'")
            for table in tables:
                await connection.execute(f"TRUNCATE {table}")
                await _fill_table(connection, table, copies)
    finally:
        await connection.close()


async def _fill_table(connection: asyncpg.Connection, table: str, copies: int) -> None:
    statement = await copy_statement(connection, table)
    written, size = 0, -(-copies // BATCHES)
    for first in range(1, copies + 1, size):
        bounds = [first, first + size - 1]
        arguments = [*bounds, written] if "$3" in statement else bounds
        written += int((await connection.execute(statement, *arguments)).rpartition(" ")[2])
