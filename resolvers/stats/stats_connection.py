"""Reads of aggregates, on separate connections, so that they do not hold up other requests."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from database.connections import (
    STATS,
    STATS_SECONDS,
    connection,
    is_postgres,
    read_rows,
    reading_on,
)
from database.sqlite import ImmediateSqliteClient, StatementTimeout
from engine.sql.conditions import stored
from errors import TookTooLong


async def read_groups(text: str, values: Sequence[Any]) -> Sequence[Any]:
    """Run a statement and return its rows. Raises TookTooLong."""
    with reading_on(STATS):
        client = connection()
        try:
            if isinstance(client, ImmediateSqliteClient):
                stored_values = [stored(value) for value in values]
                rows: Sequence[Any] = await client.read_with_timeout(
                    text, stored_values, STATS_SECONDS
                )
                return rows
            assert is_postgres(client), "there are two engines"
            return await read_rows(client, text, values)
        except (asyncpg.QueryCanceledError, StatementTimeout) as error:
            raise TookTooLong(
                f"This took longer than {STATS_SECONDS} seconds."
                " Ask of fewer orders, as by a shorter time, or for fewer measures."
            ) from error
