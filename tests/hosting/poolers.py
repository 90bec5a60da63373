"""Poolers before the server of the tests."""

from collections.abc import Callable

from devservices.pgbouncer import PgBouncer

StartPooler = Callable[..., PgBouncer]
"""Starts one with a mode, and other settings of its by their names."""


def through(pooler: PgBouncer, database_url: str) -> str:
    """Return the address by which a database of the server is reached through the pooler."""
    return pooler.database_url(database_url.rsplit("/", 1)[1])
