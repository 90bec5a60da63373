"""Rate limits: how often a client may do something in a period of time.

Each process counts by itself, and where there is a Redis, all of them count together there. If
Redis is away, the counts of each process still hold.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import NamedTuple

from access.rate_counters import SEPARATOR, BoundedMemoryStorage, SharedCounter
from access.security_events import SecurityEvent, record
from errors import RateLimited

SHORTEST_WAIT = 1
"""Seconds that a refused client is told to wait at least: `Retry-After` has whole seconds."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A limit: at most `amount` in any `seconds`. An amount of 0 limits nothing.

    Windows slide: what was counted in the window before counts by the part of it that still lies
    within the last `seconds`.
    """

    name: str
    amount: int
    seconds: int
    refusal: str
    """The sentence that tells a client what it has used up."""
    lease: int = 1
    """How much a process takes from the shared count at once, for what is done very often: of so
    many, all but one need no answer of Redis."""

    def key(self, identity: tuple[str, ...]) -> str:
        """Return the name under which an identity is counted."""
        return SEPARATOR.join((self.name, *identity))


Counter = BoundedMemoryStorage | SharedCounter


class Usage(NamedTuple):
    """The use of a limit by an identity in this process, and when none of it counts any more."""

    used: int
    resets_at: datetime


class RateLimits:
    """The counts of all limits of this process, and what it shares with others."""

    def __init__(
        self, shared: SharedCounter | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._clock = clock
        self._own, self._shared = BoundedMemoryStorage(clock), shared

    async def take(self, limit: RateLimit, *identity: str, cost: int = 1) -> None:
        """Count `cost` for an identity, such as the network of an address.

        Raises RateLimited, with the seconds to wait, if the limit is used up; then nothing is
        counted, but in this process for what only all processes together refuse. A cost above the
        limit itself is always refused.
        """
        if not limit.amount or not cost:
            return
        key, amount, seconds = limit.key(identity), limit.amount, limit.seconds
        if not self._own.take(key, amount, seconds, cost):
            raise await _refusal(self._own, limit, key, cost)
        shared = self._shared
        if shared is not None and not await shared.take(key, amount, seconds, cost, limit.lease):
            raise await _refusal(shared, limit, key, cost)

    async def demand(self, limit: RateLimit, *identity: str) -> None:
        """Raise RateLimited if nothing is left of the limit; nothing is counted."""
        if not limit.amount:
            return
        key = limit.key(identity)
        if await _wait(self._own, limit, key, 1):
            raise await _refusal(self._own, limit, key, 1)
        if self._shared is not None and await _wait(self._shared, limit, key, 1):
            raise await _refusal(self._shared, limit, key, 1)

    async def usage(self, limit: RateLimit, *identity: str) -> Usage:
        """Return what this process has counted for the identity."""
        previous, previous_left, current, current_left = await self._own.get_sliding_window(
            limit.key(identity), limit.seconds
        )
        used = int(previous * previous_left / limit.seconds) + current
        left = current_left if current else previous_left
        # Windows end at whole seconds; the arithmetic of floating point leaves some microseconds.
        return Usage(used, datetime.fromtimestamp(round(self._clock() + left), UTC))

    async def aclose(self) -> None:
        """Close the connections to what is shared, which was connected when it was used."""
        if self._shared is not None:
            await self._shared.close()


async def _refusal(counter: Counter, limit: RateLimit, key: str, cost: int) -> RateLimited:
    record(SecurityEvent.RATE_LIMITED, limit=limit.name)
    wait = max(ceil(await _wait(counter, limit, key, cost)), SHORTEST_WAIT)
    plural = "" if wait == 1 else "s"
    return RateLimited(f"{limit.refusal} Try again in {wait} second{plural}.", wait)


async def _wait(counter: Counter, limit: RateLimit, key: str, cost: int) -> float:
    """Return the seconds after which the limit allows the cost; 0 if it does so already."""
    window = await counter.get_sliding_window(key, limit.seconds)
    previous, previous_left, current, current_left = window
    seconds, room = limit.seconds, limit.amount - min(cost, limit.amount) + 1
    if int(previous * previous_left / seconds) + current < room:
        return 0.0
    if current < room:
        return previous_left - (room - current) * seconds / previous
    # Until the window ends nothing of it is forgotten, and afterwards a little all the time.
    return current_left - room * seconds / current


def open_rate_limits(broadcast_url: str) -> RateLimits:
    """Return limits that are shared through Redis if that is where changes are announced.

    Nothing is connected yet. Raises ValueError for a URL that cannot be understood.
    """
    if broadcast_url.startswith("redis"):
        return RateLimits(SharedCounter(broadcast_url))
    return RateLimits()
