"""The cache of a connection's prepared statements: it keeps what is repeated, up to a length.

The driver keeps the latest statements, by their number. In the database's process each takes some
sixty times the memory of its text, so that clients who send ever new documents would fill gigabytes
with statements that nobody repeats.
"""

from collections.abc import Awaitable
from typing import Any

import asyncpg
from asyncpg.connection import _StatementCache

MAXIMUM_CHARACTERS = 512 * 1024
"""Characters of the prepared statements of one connection, which take 32 MB: twenty-five of the
largest screens, or two hundred ordinary ones."""
REMEMBERED_TEXTS = 10_000
"""Statements of which the process remembers that they have run, by a number for each."""


class RepeatedTexts:
    """Tells which statements have run before."""

    def __init__(self) -> None:
        self._hashes: dict[int, None] = {}

    def add(self, text: str) -> bool:
        """Remember a statement that runs, and return whether it was remembered already."""
        key = hash(text)
        if key in self._hashes:
            return True
        if len(self._hashes) >= REMEMBERED_TEXTS:
            del self._hashes[next(iter(self._hashes))]
        self._hashes[key] = None
        return False


class BoundedStatementCache(_StatementCache):  # type: ignore[misc]
    """Drops the statements first that were not used for the longest time."""

    __slots__ = ()

    def _maybe_cleanup(self) -> None:
        super()._maybe_cleanup()
        characters = sum(len(text) for text, *_ in self._entries)
        while characters > MAXIMUM_CHARACTERS:
            (text, *_), entry = self._entries.popitem(last=False)
            characters -= len(text)
            self._clear_entry_callback(entry)
            self._on_remove(entry._statement)


class FrugalConnection(asyncpg.Connection):  # type: ignore[misc]
    """A connection that keeps a prepared statement when it is repeated."""

    _repeated = RepeatedTexts()
    _is_looking_up_types = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        cache: Any = self._stmt_cache
        self._stmt_cache: Any = BoundedStatementCache(
            loop=cache._loop,
            max_size=cache.get_max_size(),
            on_remove=cache._on_remove,
            max_lifetime=cache.get_max_lifetime(),
        )

    def _get_statement(
        self, query: str, timeout: float | None, *, use_cache: bool = True, **options: Any
    ) -> Awaitable[Any]:
        use_cache = use_cache and (self._is_looking_up_types or self._repeated.add(query))
        statement: Awaitable[Any] = super()._get_statement(
            query, timeout, use_cache=use_cache, **options
        )
        return statement

    async def _introspect_types(self, *arguments: Any) -> Any:
        """Look up types with kept statements alone: between the preparation of a statement without
        a name and its execution, any other without a name would take its place."""
        self._is_looking_up_types = True
        try:
            return await super()._introspect_types(*arguments)
        finally:
            self._is_looking_up_types = False
