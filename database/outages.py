"""Errors that mean that the database is away or too busy. Such an error is not a bug of ours, and
trying again helps."""

import asyncpg
from tortoise.exceptions import OperationalError, TransactionManagementError

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
"""A time limit was reached, so the caller decides whether to try again."""

SQLITE_IS_BUSY = ("database is locked", "database table is locked")


def is_outage(error: BaseException | None) -> bool:
    if is_read_only(error):
        return True
    if isinstance(error, OperationalError):
        return any(message in str(error) for message in SQLITE_IS_BUSY)
    # asyncpg also raises an InterfaceError for a value that it cannot send.
    return isinstance(error, _OUTAGES) and not isinstance(error, ValueError)


def is_read_only(error: BaseException | None) -> bool:
    """Return whether a write failed because the database takes none: a primary that has become a
    standby, or a host whose disk is full. Tortoise wraps the driver's error."""
    cause = error.__cause__ if isinstance(error, TransactionManagementError) else error
    return isinstance(cause, asyncpg.exceptions.ReadOnlySQLTransactionError)


_OUTAGES = (Unavailable, *OUTAGES, *TIMEOUTS)
