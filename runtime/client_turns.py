"""Client turns: how much of one kind of work each client may have going on at once."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Hashable
from contextlib import asynccontextmanager

from errors import TooManyRequests

REMEMBERED_CLIENTS = 10_000
"""Clients whose turns are kept, in some 2 MB. With more, those are dropped that use none."""


QUICK_SECONDS = 0.05
"""Work that took no longer was quick."""
QUICK_FACTOR = 2
"""A client whose work is quick may have so many times as much of it going on: it gives back soon
what it takes, and to wait for a turn costs the process a third of the time of a short read."""


class Turns:
    """The turns of one client. Work that has none waits, first come, first served."""

    __slots__ = ("_is_quick", "_limits", "_running", "_waiting")

    def __init__(self, limits: "ClientTurns") -> None:
        self._limits = limits
        self._running = 0
        self._is_quick = False
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def is_idle(self) -> bool:
        return not self._running and not self._waiting

    @property
    def _is_free(self) -> bool:
        at_once = self._limits.at_once
        return self._running < (at_once * QUICK_FACTOR if self._is_quick else at_once)

    def take(self) -> bool:
        """Take a turn that is free. If this returns False, `wait` for one."""
        if self._is_free:
            self._running += 1
            return True
        return False

    async def wait(self) -> None:
        """Take the next turn that is given back. Raises TooManyRequests if too many wait."""
        if len(self._waiting) >= self._limits.maximum_waiting:
            raise TooManyRequests(self._limits.refusal)
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self._hand_over()  # it was taken while the task was being cancelled
            raise

    @asynccontextmanager
    async def taken(self) -> AsyncGenerator[None, None]:
        """Have a turn during the block. Raises TooManyRequests."""
        if not self.take():
            await self.wait()
        try:
            yield
        finally:
            self._hand_over()

    def give_back(self, seconds: float) -> None:
        """Give a turn back in which work took that long."""
        self._is_quick = seconds <= QUICK_SECONDS
        self._hand_over()

    def _hand_over(self) -> None:
        self._running -= 1
        while self._waiting and self._is_free:
            turn = self._waiting.popleft()
            if not turn.done():
                self._running += 1
                turn.set_result(None)


class ClientTurns:
    """The turns of all clients of this process."""

    def __init__(self, at_once: int, maximum_waiting: int, refusal: str) -> None:
        self.at_once, self.maximum_waiting, self.refusal = at_once, maximum_waiting, refusal
        self._clients: dict[Hashable, Turns] = {}

    def of(self, client: Hashable) -> Turns:
        turns = self._clients.get(client)
        if turns is None:
            if len(self._clients) >= REMEMBERED_CLIENTS:
                busy = {key: turns for key, turns in self._clients.items() if not turns.is_idle}
                self._clients = busy
            turns = self._clients[client] = Turns(self)
        return turns
