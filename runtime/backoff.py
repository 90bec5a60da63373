"""Backoff: ever longer pauses between attempts while something that we depend on is away."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

logger = logging.getLogger("whereabouts.runtime")

FIRST_DELAY = 0.1
"""Most broken connections can be opened again at once."""
LONGEST_DELAY = 5.0
"""A service that has come back is found this soon, however long it was away."""
JITTER = 0.5
"""This share of each delay is random, so that processes do not come back all at once."""

Result = TypeVar("Result")


class Backoff:
    """Counts the failures of one activity, named as it reads in the log: "Reading the log".

    Each kind of failure is logged once per outage, not at every attempt. Another kind is logged
    again: a Redis that comes back without its password fails for another reason than before.
    """

    def __init__(self, name: str, *, longest_delay: float = LONGEST_DELAY) -> None:
        self._name = name
        self._longest_delay = longest_delay
        self._delay = 0.0
        self._kinds: set[type[Exception]] = set()

    @property
    def is_failing(self) -> bool:
        return self._delay > 0

    def add_failure(self, error: Exception) -> float:
        """Count a failure and return the seconds to wait before the next attempt."""
        kind = type(error)
        if kind not in self._kinds:
            self._kinds.add(kind)
            is_debugging = logger.isEnabledFor(logging.DEBUG)
            logger.warning(
                "%s fails: %s: %s", self._name, kind.__name__, error, exc_info=is_debugging
            )
        self._delay = min(self._delay * 2 or FIRST_DELAY, self._longest_delay)
        return self._delay * (1 - JITTER * random.random())

    async def retry_until_available(
        self, attempt: Callable[[], Awaitable[Result]], is_outage: Callable[[Exception], bool]
    ) -> Result:
        """Repeat the attempt until the outage is over. Raises every error that is not an outage."""
        while True:
            try:
                result = await attempt()
            except Exception as error:
                if not is_outage(error):
                    raise
                await asyncio.sleep(self.add_failure(error))
            else:
                self.reset()
                return result

    def reset(self) -> None:
        """Record a success: the outage, if there was one, is over."""
        if self._delay:
            logger.info("%s works again", self._name)
            self._delay = 0.0
            self._kinds.clear()
