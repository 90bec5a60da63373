"""The counter: one consumer of the change log keeps the hours up, and says how far it has come."""

import asyncio
import logging
from collections.abc import Iterable
from functools import partial
from time import monotonic
from typing import Any
from uuid import UUID

from database.connections import connection, is_postgres, transaction
from database.outages import is_outage
from database.retries import with_retries
from engine.sql.conditions import stored
from errors import Unavailable
from models.changes import LOG_HEAD_ID
from models.rollups import COUNTED_LOG_ID
from projections.rollups.rollup_statements import Step, counted_anew, recounted
from runtime.backoff import Backoff
from runtime.supervised_task import SupervisedTask

logger = logging.getLogger("whereabouts.counting")

BATCH, BATCH_ON_SQLITE = 1_000, 200
"""Changes of one transaction: few statements for many. On SQLite all else of the process waits for
it, some tens of milliseconds."""
REST = 1.0
"""Between two transactions, for this multiple of the time that the last one took: however much
there is to count, all others have at least half of the time."""
COUNT_INTERVAL = 2.0
"""Seconds. What is newer is added by each question; an order that changed often is counted once."""
COUNTING_LOCK = 7_726_575
"""The advisory lock of whoever counts; any number that nothing else uses."""


async def count_all() -> int:
    """Until nothing is newer than what is counted; how many changes were. Raises Unavailable."""
    total, batch = 0, BATCH if is_postgres() else BATCH_ON_SQLITE
    while await _is_behind():
        began = monotonic()
        try:
            counted = await with_retries(partial(_count_some, batch))
        except Unavailable:
            if batch == 1:
                raise
            # It may be that so many cannot be counted within the database's limits.
            batch //= 2
            continue
        if not counted:
            # Somebody else does it.
            break
        total += counted
        await asyncio.sleep(REST * (monotonic() - began))
    return total


async def recount() -> None:
    """Count everything anew: from the rows, whatever was counted before. Questions are answered
    meanwhile; on SQLite nobody else can write. A large shop takes longer than the limits allow."""
    async with transaction():
        if is_postgres():
            await _run(f"SELECT pg_advisory_xact_lock({COUNTING_LOCK})")
        # Before the rows are read: what changes meanwhile is newer, and counted again.
        await _run(
            'UPDATE "counted_log" SET "position" ='
            f' (SELECT "position" FROM "log_head" WHERE "id" = {LOG_HEAD_ID})'
            f' WHERE "id" = {COUNTED_LOG_ID}'
        )
        await _carry_out(counted_anew())


async def _is_behind() -> bool:
    rows = await connection().execute_query_dict(
        f'SELECT 1 FROM "log_head" WHERE "id" = {LOG_HEAD_ID} AND "position" >'
        f' (SELECT "position" FROM "counted_log" WHERE "id" = {COUNTED_LOG_ID})'
    )
    return bool(rows)


async def _count_some(batch: int) -> int:
    """The next changes, the oldest first; how many. 0 if there are none, or another counts."""
    async with transaction():
        if is_postgres():
            # All statements see the rows as of one moment, or two would count different ones.
            await _run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            if not (await _read(f"SELECT pg_try_advisory_xact_lock({COUNTING_LOCK})"))[0][0]:
                return 0
        else:
            # A transaction that reads first may not be let to write.
            await _run(f'UPDATE "counted_log" SET "id" = "id" WHERE "id" = {COUNTED_LOG_ID}')
        changes = await _read(
            'SELECT "position", "order_id" FROM "change" WHERE "position" >'
            f' (SELECT "position" FROM "counted_log" WHERE "id" = {COUNTED_LOG_ID})'
            f' ORDER BY "position" LIMIT {batch}'
        )
        if changes:
            order_ids = {UUID(str(order_id)) for _, order_id in changes}
            await _carry_out(recounted(sorted(order_ids)))
            await _run(
                f'UPDATE "counted_log" SET "position" = {changes[-1][0]}'
                f' WHERE "id" = {COUNTED_LOG_ID}'
            )
    return len(changes)


async def _carry_out(steps: Iterable[Step]) -> None:
    for step in steps:
        await _run(step.text, *step.values)


async def _run(text: str, *values: object) -> None:
    client = connection()
    given = list(values) if is_postgres(client) else [stored(value) for value in values]
    await client.execute_query(text, given)


async def _read(text: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in (await connection().execute_query(text))[1]]


def counting() -> SupervisedTask:
    """The counter, who counts from start to stop, whatever happens."""
    return SupervisedTask("The counter", count_for_ever)


async def count_for_ever() -> None:
    """A count that fails is logged, and the next one tries again."""
    outage = Backoff("Counting", longest_delay=COUNT_INTERVAL)
    while True:
        try:
            await outage.retry_until_available(count_all, is_outage)
        except Unavailable as error:
            await asyncio.sleep(outage.add(error))
        except Exception:
            logger.exception("Counting failed; it is tried again in %s s.", COUNT_INTERVAL)
        await asyncio.sleep(COUNT_INTERVAL)
