"""Outages: when the database is away or too busy. No bug of ours, and trying again helps."""

import asyncpg
from tortoise.exceptions import OperationalError

from errors import Unavailable

OUTAGES = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a statement on a connection that was just lost
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.exceptions.IdleInTransactionSessionTimeoutError,
)
TIMEOUTS = (
    asyncpg.exceptions.LockNotAvailableError,
    asyncpg.exceptions.QueryCanceledError,
    TimeoutError,
)
"""Seconds were spent already: the caller is told, and may try again."""

SQLITE_IS_BUSY = ("database is locked", "database table is locked")


def is_outage(error: BaseException | None) -> bool:
    if isinstance(error, OperationalError):
        return any(words in str(error) for words in SQLITE_IS_BUSY)
    # A value that asyncpg cannot send is an InterfaceError too.
    return isinstance(error, _OUTAGES) and not isinstance(error, ValueError)


_OUTAGES = (Unavailable, *OUTAGES, *TIMEOUTS)
