"""The lock queue: commands wait for locks of other transactions here, where they hold nothing.

A command that met a lock for longer than LOCK_TIMEOUT has been rolled back and has left the places
of running commands. Here it takes its turn among the commands of this process that want the same
lock, looks from time to time whether the lock is free, and only then runs again. However many
commands want a locked order, they disturb the commands of other orders once.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from database.locks import Lock, LockedOut, end_stopped_transactions, held_among
from database.retries import with_retries
from errors import Unavailable

WAIT_SECONDS = 5.0
"""The time that a command waits for locks in all: longer than a stopped process keeps one."""
STOPPED_AFTER = 2.0
"""Seconds of waiting after which the holder of a lock may be a process that has stopped."""
STOPPED_INTERVAL = 0.5
"""Seconds between two searches for such processes."""
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.1
"""Seconds between two looks at a lock. The pause doubles with each look, and is randomised."""
LONGEST_BLIND_PAUSE = 0.4
"""The same for a lock that cannot be looked at: each look is then an attempt, which takes a place
of a running command for as long as LOCK_TIMEOUT."""

Result = TypeVar("Result")
Attempt = Callable[[frozenset[Lock]], Awaitable[Result]]
"""Runs a command that has its turn on these locks."""


@dataclass(slots=True)
class WaitingLine:
    """The commands that want one lock: how many they are, and whose turn it is."""

    length: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Wait:
    """The waiting of one command: its pauses grow, and it has an end."""

    def __init__(self) -> None:
        self._clock = asyncio.get_running_loop().time
        self._pause = FIRST_PAUSE
        self._has_looked = False
        self._looks_for_stopped_at = self._clock() + STOPPED_AFTER
        self.deadline = self._clock() + WAIT_SECONDS

    async def until_free(self, locks: frozenset[Lock]) -> None:
        """Return when each of the locks was seen to be free. Raises Unavailable at the deadline.

        Without knowledge of the locks, or after another attempt has failed, a pause comes first.
        """
        longest = LONGEST_PAUSE if locks else LONGEST_BLIND_PAUSE
        must_pause = self._has_looked or not locks
        self._has_looked = True
        while must_pause or (locks := await with_retries(partial(held_among, locks))):
            must_pause = False
            if self._clock() >= self.deadline:
                raise Unavailable
            if self._clock() >= self._looks_for_stopped_at:
                self._looks_for_stopped_at = self._clock() + STOPPED_INTERVAL
                await with_retries(end_stopped_transactions)
            await asyncio.sleep(self._pause * random.uniform(0.5, 1.5))
            self._pause = min(2 * self._pause, longest)


class LockQueue:
    """The waiting commands of a process, in one line for each lock."""

    def __init__(self) -> None:
        self._lines: dict[Lock, WaitingLine] = {}

    def refuse_awaited(self, locks: Iterable[Lock], turns: frozenset[Lock]) -> None:
        """Raise LockedOut if commands wait for one of the locks and it is not this one's turn."""
        if self._lines:
            awaited = {lock for lock in locks if lock in self._lines} - turns
            if awaited:
                raise LockedOut(awaited)

    async def run(self, attempt: Attempt[Result]) -> Result:
        """Run the attempt, again and again while it is locked out, and return its result.

        Raises Unavailable if a lock is not free in time.
        """
        turns: frozenset[Lock] = frozenset()
        try:
            return await attempt(turns)
        except LockedOut as error:
            locks = error.locks
        wait = Wait()
        while True:
            async with self._turn(locks, wait.deadline):
                await wait.until_free(locks)
                turns |= locks
                try:
                    return await attempt(turns)
                except LockedOut as error:
                    locks = error.locks

    @asynccontextmanager
    async def _turn(self, locks: frozenset[Lock], deadline: float) -> AsyncGenerator[None, None]:
        """Hold the turn of a lock during the block. Raises Unavailable at the deadline.

        A command that waits for several locks stands in no line: the commands behind it would have
        to wait for locks that they do not want. A lock that is shared has no turns.
        """
        if len(locks) != 1 or not next(iter(locks)).is_exclusive:
            yield
            return
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout_at(deadline):
                    await stack.enter_async_context(self._in_line(*locks))
            except TimeoutError:
                raise Unavailable from None
            yield

    @asynccontextmanager
    async def _in_line(self, lock: Lock) -> AsyncGenerator[None, None]:
        line = self._lines.setdefault(lock, WaitingLine())
        line.length += 1
        try:
            async with line.turn:
                yield
        finally:
            line.length -= 1
            if not line.length:
                del self._lines[lock]
