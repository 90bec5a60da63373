"""An outage of something we depend on: not logged at each try, and asked about ever more seldom."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

logger = logging.getLogger("whereabouts.subscriptions")

FIRST_DELAY = 0.1
"""Most connections that break can be made again at once."""
LONGEST_DELAY = 5.0
"""What has come back is found again this soon, however long it was away."""
JITTER = 0.5
"""This share of each delay is left to chance, so that processes do not come back all at once."""

Answer = TypeVar("Answer")


class Backoff:
    """Counts the failures of one thing, named as it reads in the log: "Reading the log".

    Each kind of failure is logged once: what a Redis that comes back without its password says is
    no longer what it said when it went.
    """

    def __init__(self, name: str, *, longest_delay: float = LONGEST_DELAY) -> None:
        self._name = name
        self._longest_delay = longest_delay
        self._delay = 0.0
        self._kinds: set[type[Exception]] = set()

    def add(self, error: Exception) -> float:
        """One more failure; how long to wait before the next attempt."""
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
        self, ask: Callable[[], Awaitable[Answer]], is_outage: Callable[[Exception], bool]
    ) -> Answer:
        """Ask until the outage is over; every error that is not one is the caller's."""
        while True:
            try:
                answer = await ask()
            except Exception as error:
                if not is_outage(error):
                    raise
                await asyncio.sleep(self.add(error))
            else:
                self.end()
                return answer

    @property
    def is_on(self) -> bool:
        return self._delay > 0

    def end(self) -> None:
        """It works."""
        if self._delay:
            logger.info("%s works again", self._name)
            self._delay = 0.0
            self._kinds.clear()
