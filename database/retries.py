"""Retries: a transaction that lost a race, met a deadlock or an outage is run again."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
from tortoise.exceptions import IntegrityError, OperationalError

from database.outages import OUTAGES, SQLITE_IS_BUSY, TIMEOUTS
from errors import Unavailable

logger = logging.getLogger("whereabouts.database")

ATTEMPTS = 5
"""A deadlock or a race with a twin ends at the second try; five leave room for a crowd."""
FIRST_PAUSE = 0.02
"""Seconds before the second try; doubled, and spread, from then on."""


class ConcurrentChange(Exception):
    """What was read before the lock has changed since; the next run reads it anew."""


RACES = (ConcurrentChange, IntegrityError, asyncpg.exceptions.TransactionRollbackError)
"""A twin came first, and the next run finds what it wrote; or a deadlock was broken."""

Result = TypeVar("Result")


async def with_retries(attempt: Callable[[], Awaitable[Result]]) -> Result:
    """Run `attempt`, and run it again after a race, a deadlock or an outage.

    Raises Unavailable when it kept losing races, or the database is away.
    """
    for count in range(1, ATTEMPTS + 1):
        try:
            return await attempt()
        except TIMEOUTS as error:
            raise Unavailable from error
        except (OperationalError, *RACES, *OUTAGES) as error:
            if not _will_pass(error):
                raise
            if count == ATTEMPTS:
                raise _as_the_caller_sees_it(error) from error
            logger.info("Attempt %s failed: %s", count, type(error).__name__)
        await asyncio.sleep(FIRST_PAUSE * 2 ** (count - 1) * random.uniform(0.5, 1.5))
    raise AssertionError("the last attempt returns or raises")


def _will_pass(error: Exception) -> bool:
    """To Tortoise a violated constraint is an operational error too."""
    if isinstance(error, OperationalError) and not isinstance(error, IntegrityError):
        return any(words in str(error) for words in SQLITE_IS_BUSY)
    return True


def _as_the_caller_sees_it(error: Exception) -> Exception:
    """A constraint that five runs could not satisfy is a bug of ours; all else passes."""
    return error if isinstance(error, IntegrityError) else Unavailable()
