"""A connection through a pooler, which may give each transaction another session of PostgreSQL."""

from collections.abc import Mapping
from typing import Any

import asyncpg

LISTS = ("search_path",)
"""The settings whose value is a list of names: quoted as a whole it would be one name."""
OF_TRANSACTIONS = {"default_transaction_read_only": "transaction_read_only"}
"""The settings that a transaction which has begun has under another name."""


def set_locally(settings: Mapping[str, str]) -> str:
    """Return the statements that make settings apply to the running transaction alone.

    They leave no trace in the session, and do not count as a query of the transaction.
    """
    return "".join(
        f" SET LOCAL {OF_TRANSACTIONS.get(name, name)} TO {_quoted(name, value)};"
        for name, value in settings.items()
    )


def _quoted(name: str, value: str) -> str:
    values = [part.strip().strip('"') for part in value.split(",")] if name in LISTS else [value]
    return ", ".join("'" + part.replace("'", "''") + "'" for part in values)


class PooledConnection(asyncpg.Connection):  # type: ignore[misc]
    """Runs every statement in a transaction, which begins with the settings of the session.

    It needs a `statement_cache_size` of 0: a named statement would stay in a session of others.
    """

    local_settings = ""
    """The statements that follow each BEGIN in the same message: see `set_locally`."""

    async def execute(self, query: str, *arguments: Any, **options: Any) -> str:
        if query.startswith("BEGIN"):
            query += self.local_settings
        elif not self.is_in_transaction():
            async with self.transaction():
                return await self.execute(query, *arguments, **options)
        status: str = await super().execute(query, *arguments, **options)
        return status

    async def _execute(self, *arguments: Any, **options: Any) -> Any:
        if self.is_in_transaction():
            return await super()._execute(*arguments, **options)
        async with self.transaction():
            return await super()._execute(*arguments, **options)
