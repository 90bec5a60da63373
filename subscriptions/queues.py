"""The inbox of a follower: what is there for it, until it takes it."""

import asyncio
from dataclasses import dataclass

INBOX_SIZE = 256
"""Deliveries that wait for one follower; one that is further behind reads the log, which has them
all. Followers share them, so ten thousand full inboxes cost 20 MB of pointers."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one change says to those who follow it in the same words: JSON, ready to be sent."""

    position: int
    body: str


class DeliveryQueue:
    """One task takes. When more comes than fits, it is emptied, and its owner is told to read.

    `complete_to` is then a position up to which all had been taken before; look at it at once, it
    moves when the inbox runs over again.
    """

    __slots__ = ("_deliveries", "_is_behind", "_waiting", "complete_to")

    def __init__(self) -> None:
        self.complete_to = 0
        self._deliveries: list[Delivery] = []
        self._is_behind = False
        self._waiting: asyncio.Future[None] | None = None

    async def next(self) -> Delivery | None:
        """The next delivery; None: you are behind, read the log from your own place."""
        while not self._deliveries and not self._is_behind:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        if self._is_behind:
            self._is_behind = False
            return None
        return self._deliveries.pop(0)

    def give(self, *deliveries: Delivery) -> None:
        """What comes while it is behind is left out: it will be in the log when that is read."""
        if self._is_behind:
            return
        if len(self._deliveries) + len(deliveries) > INBOX_SIZE:
            self.fall_behind(complete_to=deliveries[0].position - 1)
            return
        self._deliveries.extend(deliveries)
        self._wake()

    def fall_behind(self, complete_to: int = 0) -> None:
        """`complete_to`: all up to there had been given before, in case nothing waits here."""
        if self._deliveries:
            complete_to = self._deliveries[0].position - 1
        if not self._is_behind:
            self.complete_to = complete_to
        self._deliveries.clear()
        self._is_behind = True
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
