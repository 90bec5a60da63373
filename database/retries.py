"""Retries: a transaction that loses a race, meets a deadlock or an outage is run again."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
from tortoise.exceptions import IntegrityError, OperationalError, TransactionManagementError

from database.failover import renew_connections
from database.outages import OUTAGES, SQLITE_IS_BUSY, TIMEOUTS, is_read_only
from errors import Unavailable

logger = logging.getLogger("whereabouts.database")

ATTEMPTS = 5
"""A deadlock or a race with one other ends at the second attempt; five leave room for more."""
FIRST_PAUSE = 0.02
"""Seconds before the second attempt. The pause doubles with each attempt, and is randomised."""


class ConcurrentChange(Exception):
    """Raised if a row read before its lock has changed since; the next attempt reads it again."""


RACES = (ConcurrentChange, IntegrityError, asyncpg.exceptions.TransactionRollbackError)
"""Another transaction was first, and the next attempt finds what it wrote; or a deadlock was
ended."""

Result = TypeVar("Result")


async def with_retries(attempt: Callable[[], Awaitable[Result]]) -> Result:
    """Run `attempt`, and run it again after a race, a deadlock, a lock or an outage.

    Raises Unavailable if all attempts lose a race, or the database is away or too slow.
    """
    for count in range(1, ATTEMPTS + 1):
        try:
            return await attempt()
        except TIMEOUTS as error:
            is_locked = isinstance(error, asyncpg.exceptions.LockNotAvailableError)
            if not is_locked or count == ATTEMPTS:
                raise Unavailable from error
        except (OperationalError, TransactionManagementError, *RACES, *OUTAGES) as error:
            if not _is_transient(error):
                raise
            if is_read_only(error):
                renew_connections()
            if count == ATTEMPTS:
                raise _final_error(error) from error
            logger.info("Attempt %s failed: %s", count, type(error).__name__)
        await asyncio.sleep(FIRST_PAUSE * 2 ** (count - 1) * random.uniform(0.5, 1.5))
    raise AssertionError("the last attempt returns or raises")


def _is_transient(error: Exception) -> bool:
    """Return whether another attempt may succeed.

    It may after an IntegrityError, which to Tortoise is an OperationalError too.
    """
    if isinstance(error, TransactionManagementError):
        return is_read_only(error)
    if isinstance(error, OperationalError) and not isinstance(error, IntegrityError):
        return any(message in str(error) for message in SQLITE_IS_BUSY)
    return True


def _final_error(error: Exception) -> Exception:
    """Return the error to raise after the last attempt: a constraint that no attempt satisfies is a
    bug of ours, every other error is an outage."""
    return error if isinstance(error, IntegrityError) else Unavailable()
