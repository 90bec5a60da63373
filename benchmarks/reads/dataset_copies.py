"""A large shop from a small world: the rows of its customers again and again, moved in time.

A copy has ids, names and times of its own and is otherwise like what real acts have left. The
rows lie as they would have come: the news of many orders mixed, in the order of time.
"""

import asyncio
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from benchmarks.reads.copy_statements import OWNERS, copying_statement
from benchmarks.reads.index_rebuild import unindexed
from models.tracking_ids import new_tracking_id

BATCHES = 25
"""In which the rows are sorted by time, a month or two of a shop's in each."""
PAST = timedelta(days=1000)
"""Over which customers whose orders are over are spread."""
PRESENT = timedelta(days=7)
"""Over which those with orders on their way are: what is said of them still holds, more or less."""
HALVES = (
    ("change", "orders", "customer", "order_item", "shipment_item"),
    ("tracking_event", "shipment", "address", "estimate", "order_exception", "exception_note"),
)
"""The tables, for two connections."""
KEPT = ("api_key", "log_head", "counted_log", "tortoise_migrations")
"""Tables that stay as they are. All others are emptied; what is not filled here, triggers fill."""
OVER = ("DELIVERED", "RETURNED", "PARTIALLY_RETURNED", "CANCELLED")
HEARD_AS_IT_HAPPENED = """
CREATE TEMPORARY TABLE heard AS
  SELECT position, max(occurred_at) OVER (PARTITION BY order_id ORDER BY sequence) AS moment
  FROM change;
UPDATE change SET recorded_at = moment FROM heard WHERE heard.position = change.position;
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
"""The world was told everything within a minute; a shop hears of it as it happens."""

Household = tuple[UUID, bool, list[UUID]]
"""A customer, whether all their orders are over, and the orders."""


async def multiply(url: str, orders: int) -> None:
    """In a copy of the world's database: as many orders, or a few more, instead of the world's."""
    connection = await asyncpg.connect(url)
    try:
        await _keep_world(connection)
        count = await _plan_copies(connection, await _households(connection), orders)
        emptied = await _emptied(connection)
        async with unindexed(url, emptied):
            await connection.execute(f"TRUNCATE {', '.join(emptied)}")
            await asyncio.gather(*[_fill(url, half, count) for half in HALVES])
        await connection.execute(
            "UPDATE log_head SET position = (SELECT count(*) FROM change);"
            # Or the server would count all of it while it is measured.
            " UPDATE counted_log SET position = (SELECT position FROM log_head);"
            " DROP SCHEMA world CASCADE"
        )
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def _keep_world(connection: asyncpg.Connection) -> None:
    await connection.execute(HEARD_AS_IT_HAPPENED)
    await connection.execute("CREATE SCHEMA world")
    for table, rows in OWNERS.items():
        await connection.execute(
            f"CREATE TABLE world.{table} AS {rows}; CREATE INDEX ON world.{table} (owner);"
            f" ANALYZE world.{table}"
        )


async def _emptied(connection: asyncpg.Connection) -> list[str]:
    rows = await connection.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL($1)",
        KEPT,
    )
    return [row["tablename"] for row in rows]


async def _households(connection: asyncpg.Connection) -> list[Household]:
    rows = await connection.fetch(
        "SELECT owner, bool_and(status = ANY($1)) AS is_over, array_agg(id) AS ids"
        " FROM world.orders GROUP BY owner ORDER BY owner",
        OVER,
    )
    return [(row["owner"], row["is_over"], row["ids"]) for row in rows]


async def _plan_copies(
    connection: asyncpg.Connection, households: Sequence[Household], orders: int
) -> int:
    """Which customers are copied, and how far into the past; the oldest first. How many copies."""
    copies = sorted(_copies(households, orders), key=lambda copy: copy[1], reverse=True)
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    placed, names, previous = [], [], 0
    for number, ((owner, _, ids), shift) in enumerate(copies, start=1):
        previous = max(previous + 1, now_ms - int(shift.total_seconds() * 1000))
        digits = f"{previous:012x}"
        placed.append((number, owner, shift, f"{digits[:8]}-{digits[8:]}"))
        names += [(number, order, new_tracking_id()) for order in ids]
    await connection.execute(
        "CREATE TABLE world.copy (number int, owner uuid, shift interval, prefix text);"
        "CREATE TABLE world.name (copy int, order_id uuid, tracking_id text)"
    )
    await connection.copy_records_to_table("copy", schema_name="world", records=placed)
    await connection.copy_records_to_table("name", schema_name="world", records=names)
    await connection.execute(
        "CREATE INDEX ON world.copy (number); CREATE INDEX ON world.name (copy, order_id);"
        " ANALYZE world.copy; ANALYZE world.name"
    )
    return len(copies)


def _copies(households: Sequence[Household], orders: int) -> Iterator[tuple[Household, timedelta]]:
    dice = random.Random(orders)
    made = 0
    while True:
        for household in households:
            if made >= orders:
                return
            span = PAST if household[1] else PRESENT
            yield household, timedelta(seconds=dice.randrange(int(span.total_seconds())))
            made += len(household[2])


async def _fill(url: str, tables: Sequence[str], copies: int) -> None:
    """All tables in one transaction, in which they are emptied again: so it needs no log."""
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
    statement = await copying_statement(connection, table)
    written, size = 0, -(-copies // BATCHES)
    for first in range(1, copies + 1, size):
        bounds = [first, first + size - 1]
        given = [*bounds, written] if "$3" in statement else bounds
        written += int((await connection.execute(statement, *given)).rpartition(" ")[2])
