"""The rollup consumer: it keeps the hourly sums equal to what the rows of the orders say."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from database.connections import connection, is_postgres, transaction
from engine.sql.conditions import stored
from models.rollups import ROLLUP_CURSOR_ID
from projections.consumer import ChangeRow, Cursor, LogConsumer
from projections.rollups.rollup_statements import (
    RollupStatement,
    rebuild_statements,
    update_statements,
)


async def rebuild() -> None:
    """Compute all hourly sums from the rows, whatever they were before.

    Queries are answered meanwhile; on SQLite nobody else can write. With many orders this takes
    longer than a connection with limits allows.
    """
    async with transaction():
        await ROLLUP_CONSUMER.skip_to_head()
        await _execute(rebuild_statements())


async def _update(changes: Sequence[ChangeRow]) -> None:
    order_ids = {UUID(str(order_id)) for _, order_id in changes}
    await _execute(update_statements(sorted(order_ids)))


async def _execute(statements: Iterable[RollupStatement]) -> None:
    client = connection()
    for statement in statements:
        values = statement.values
        parameters = values if is_postgres(client) else [stored(value) for value in values]
        await client.execute_query(statement.text, list(parameters))


ROLLUP_CONSUMER = LogConsumer(
    "The rollup consumer",
    Cursor("rollup_cursor", ROLLUP_CURSOR_ID, lock=7_726_575),
    ("order_id",),
    _update,
    "whereabouts rebuild-stats",
)
