"""Errors that mean that the database is away or too busy. Such an error is not a bug of ours, and
trying again helps."""

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
"""These errors have taken seconds already, so the caller decides whether to try again."""

SQLITE_IS_BUSY = ("database is locked", "database table is locked")


def is_outage(error: BaseException | None) -> bool:
    if isinstance(error, OperationalError):
        return any(message in str(error) for message in SQLITE_IS_BUSY)
    # asyncpg also raises an InterfaceError for a value that it cannot send.
    return isinstance(error, _OUTAGES) and not isinstance(error, ValueError)


_OUTAGES = (Unavailable, *OUTAGES, *TIMEOUTS)
