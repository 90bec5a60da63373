"""Rate counters: how often each identity did something, in this process and in all of them."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cachetools import TTLCache
from limits.aio.storage import MemoryStorage, RedisStorage
from redis.asyncio import BlockingConnectionPool
from redis.exceptions import RedisError

from runtime.backoff import Backoff

MAXIMUM_IDENTITIES = 50_000
"""Identities that a process counts at once, in some 20 MB. With more, those are forgotten that were
seen longest ago: to be forgotten, a client needs as many addresses."""
ANSWER_SECONDS = 0.25
"""Seconds that Redis may take for one count, which needs less than a millisecond. After that, this
process counts alone for a while."""
CONNECTIONS = 10
"""Connections to Redis of one process: each is taken for one count at a time."""
LEASE_SECONDS = 10.0
"""Seconds after which what a process took ahead of the shared count is given up."""
KEY_PREFIX = "whereabouts:limits"
"""The beginning of the keys in Redis."""


@dataclass(slots=True)
class Window:
    """The counts of one identity in a window of time and in the window before it."""

    number: int
    current: int = 0
    previous: int = 0


class BoundedMemoryStorage(MemoryStorage):
    """Sliding windows in memory, of the identities that were seen last.

    The storage that it extends keeps every identity until a task has looked at all of them, which
    it starts at each count.
    """

    def __init__(
        self, clock: Callable[[], float] = time.time, maximum: int = MAXIMUM_IDENTITIES
    ) -> None:
        super().__init__()
        self._clock, self._maximum = clock, maximum
        self._windows: OrderedDict[str, Window] = OrderedDict()

    def __len__(self) -> int:
        return len(self._windows)

    async def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        return self.take(key, limit, expiry, amount)

    def take(self, key: str, limit: int, expiry: int, amount: int) -> bool:
        """Count, and return whether the limit allows it, without a coroutine."""
        now = self._clock()
        window = self._window(key, expiry, now)
        used = window.current + amount
        if window.previous:
            used += int(window.previous * (1 - now % expiry / expiry))
        if used > limit:
            return False
        window.current += amount
        return True

    async def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        now = self._clock()
        window = self._window(key, expiry, now)
        left = expiry - now % expiry
        return window.previous, left if window.previous else 0.0, window.current, left + expiry

    def _window(self, key: str, expiry: int, now: float) -> Window:
        """Return the identity's present window, in which older counts have moved on."""
        number = int(now // expiry)
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = Window(number)
            if len(self._windows) > self._maximum:
                self._windows.popitem(last=False)
            return window
        self._windows.move_to_end(key)
        if window.number != number:
            is_next = window.number == number - 1
            window.previous = window.current if is_next else 0
            window.number, window.current = number, 0
        return window


class SharedCounter:
    """Counts in Redis, for all processes together. While Redis is away, it refuses nothing."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises ValueError for a URL that cannot be understood; nothing is connected yet."""
        self._pool = BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=ANSWER_SECONDS,
            protocol=2,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
        )
        options: dict[str, Any] = {"connection_pool": self._pool}
        self.storage = RedisStorage(
            f"async+{url}", implementation="redispy", key_prefix=KEY_PREFIX, **options
        )
        self._clock = clock
        self._outage = Backoff("Counting in Redis")
        self._away_until = 0.0
        self._leases: TTLCache[str, int] = TTLCache(MAXIMUM_IDENTITIES, LEASE_SECONDS)

    async def take(self, key: str, amount: int, seconds: int, cost: int, lease: int) -> bool:
        """Count, and return whether the limit of `amount` in so many seconds allows it.

        With a `lease` above the cost, so much is taken at once, for the next calls.
        """
        if lease <= cost:
            return await self._take(key, amount, seconds, cost)
        left = self._leases.get(key, 0)
        if left < cost:
            if not await self._take(key, amount, seconds, lease):
                return await self._take(key, amount, seconds, cost)
            left = lease
        self._leases[key] = left - cost
        return True

    async def _take(self, key: str, amount: int, seconds: int, cost: int) -> bool:
        now = self._clock()
        if now < self._away_until:
            return True
        if self._outage.is_failing:
            # While one request tries again, the others do not wait for it.
            self._away_until = now + ANSWER_SECONDS
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                is_allowed = await self.storage.acquire_sliding_window_entry(
                    key, amount, seconds, cost
                )
        except (RedisError, OSError, TimeoutError) as error:
            self._away_until = self._clock() + self._outage.add_failure(error)
            return True
        self._outage.reset()
        self._away_until = 0.0
        return is_allowed

    async def close(self) -> None:
        await self._pool.disconnect()
