"""Rate counters: how often each identity did something, in this process and in all of them."""

import asyncio
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from cachetools import TTLCache
from limits.aio.storage import MemoryStorage, RedisStorage
from redis.asyncio import BlockingConnectionPool
from redis.exceptions import RedisError

from runtime.backoff import Backoff

MAXIMUM_IDENTITIES = 20_000
"""Identities that a process counts at once for one limit, in some 8 MB. With more, those are
forgotten that were seen longest ago: to be forgotten, a client needs as many addresses. What many
addresses do at one limit forgets nothing of another."""
ANSWER_SECONDS = 0.25
"""Seconds that Redis may take for one count, which needs less than a millisecond. After that, this
process counts alone for a while."""
CONNECTIONS = 10
"""Connections to Redis of one process: each is taken for one count at a time."""
LEASE_SECONDS = 10.0
"""Seconds after which what a process took ahead of the shared count is given up."""
SEPARATOR = "/"
"""Stands between the name of a limit and an identity."""
KEY_PREFIX = "whereabouts:limits"
"""The beginning of the keys in Redis."""

Answer = TypeVar("Answer")
SlidingWindow = tuple[int, float, int, float]
"""Two counts, each with the seconds until it no longer counts: of the last window of time, and of
the present one."""
NOTHING_COUNTED: SlidingWindow = (0, 0.0, 0, 0.0)


@dataclass(slots=True)
class Window:
    """The counts of one identity in a window of time and in the window before it."""

    number: int
    current: int = 0
    previous: int = 0


class BoundedMemoryStorage(MemoryStorage):
    """Sliding windows in memory, of the identities that were seen last at each limit. A key is the
    name of a limit, SEPARATOR and an identity.

    The storage that it extends keeps every identity until a task has looked at all of them, which
    it starts at each count.
    """

    def __init__(
        self, clock: Callable[[], float] = time.time, maximum: int = MAXIMUM_IDENTITIES
    ) -> None:
        super().__init__()
        self._clock, self._maximum = clock, maximum
        self._windows: defaultdict[str, OrderedDict[str, Window]] = defaultdict(OrderedDict)

    def __len__(self) -> int:
        return sum(map(len, self._windows.values()))

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

    async def get_sliding_window(self, key: str, expiry: int) -> SlidingWindow:
        now = self._clock()
        window = self._window(key, expiry, now)
        left = expiry - now % expiry
        return window.previous, left if window.previous else 0.0, window.current, left + expiry

    def _window(self, key: str, expiry: int, now: float) -> Window:
        """Return the identity's present window, in which older counts have moved on."""
        number = int(now // expiry)
        windows = self._windows[key.partition(SEPARATOR)[0]]
        window = windows.get(key)
        if window is None:
            window = windows[key] = Window(number)
            if len(windows) > self._maximum:
                windows.popitem(last=False)
            return window
        windows.move_to_end(key)
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
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def take(self, key: str, amount: int, seconds: int, cost: int, lease: int) -> bool:
        """Count, and return whether the limit of `amount` in so many seconds allows it.

        With a `lease` above the cost, so much is taken at once, for the next calls and for those
        that come meanwhile.
        """
        if lease <= cost:
            return await self._take(key, amount, seconds, cost)
        if self._take_leased(key, cost):
            return True
        async with self._locks.setdefault(key, asyncio.Lock()):
            if self._take_leased(key, cost):
                return True
            if not await self._take(key, amount, seconds, lease):
                return await self._take(key, amount, seconds, cost)
            self._leases[key] = self._leases.get(key, 0) + lease - cost
            return True

    def _take_leased(self, key: str, cost: int) -> bool:
        left = self._leases.get(key, 0)
        if left < cost:
            return False
        self._leases[key] = left - cost
        return True

    async def get_sliding_window(self, key: str, expiry: int) -> SlidingWindow:
        """Return the counts of an identity; while Redis is away, none."""
        window = await self._ask(self.storage.get_sliding_window(key, expiry))
        return NOTHING_COUNTED if window is None else window

    async def _take(self, key: str, amount: int, seconds: int, cost: int) -> bool:
        counting = self.storage.acquire_sliding_window_entry(key, amount, seconds, cost)
        return await self._ask(counting) is not False

    async def _ask(self, question: Coroutine[Any, Any, Answer]) -> Answer | None:
        """Return what Redis answers; None while it is away, when it is asked once in a while."""
        now = self._clock()
        if now < self._away_until:
            question.close()
            return None
        if self._outage.is_failing:
            # While one request tries again, the others do not wait for it.
            self._away_until = now + ANSWER_SECONDS
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await question
        except (RedisError, OSError, TimeoutError) as error:
            self._away_until = self._clock() + self._outage.add_failure(error)
            return None
        self._outage.reset()
        self._away_until = 0.0
        return answer

    async def close(self) -> None:
        await self._pool.disconnect()
