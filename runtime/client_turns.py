"""Client turns: how much of one kind of work each client may have going on at once."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Hashable
from contextlib import asynccontextmanager

from errors import TooManyRequests

REMEMBERED_CLIENTS = 10_000
"""Clients whose turns are kept, in some 2 MB. With more, those are dropped that use none."""


class Turns:
    """The turns of one client. Work that has none waits, first come, first served."""

    __slots__ = ("_free", "_limits", "_waiting")

    def __init__(self, limits: "ClientTurns") -> None:
        self._limits = limits
        self._free = limits.at_once
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def is_idle(self) -> bool:
        return self._free == self._limits.at_once and not self._waiting

    def take(self) -> bool:
        """Take a turn that is free. If this returns False, `wait` for one."""
        if self._free:
            self._free -= 1
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
                self.give_back()  # it was handed over while the task was being cancelled
            raise

    @asynccontextmanager
    async def taken(self) -> AsyncGenerator[None, None]:
        """Have a turn during the block. Raises TooManyRequests."""
        if not self.take():
            await self.wait()
        try:
            yield
        finally:
            self.give_back()

    def give_back(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


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
