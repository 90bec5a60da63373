"""The queue of a follower: the deliveries that wait until it takes them."""

import asyncio
from dataclasses import dataclass

from errors import LogRewound
from runtime.metrics import count_overflow

QUEUE_SIZE = 256
"""Deliveries that wait for one follower; one that is further behind reads the log, which has them
all. Followers share deliveries, so ten thousand full queues cost 20 MB of pointers."""


HIDDEN = ""
"""The body in place of a change that its followers may not see."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A change as it is sent to all followers of a stream: JSON, ready to be sent.

    The body is HIDDEN for a change that they may not see: they take note of its position only.
    `erasure_count` is that of the feed when it was rendered: after another erasure the body may
    hold personal data that has been erased.
    """

    position: int
    body: str
    erasure_count: int


class DeliveryQueue:
    """A bounded queue that one task takes from.

    When more comes than fits, it is emptied, and its owner is told to replay the log. `complete_to`
    is then a position up to which the owner had taken everything; read it at once, because it moves
    when the queue overflows again.
    """

    __slots__ = ("_deliveries", "_is_ended", "_needs_replay", "_waiting", "complete_to")

    def __init__(self) -> None:
        self.complete_to = 0
        self._deliveries: list[Delivery] = []
        self._needs_replay = self._is_ended = False
        self._waiting: asyncio.Future[None] | None = None

    async def next(self) -> Delivery | None:
        """Return the next delivery, or None if the owner must replay the log from its position.

        Raises LogRewound.
        """
        while not self._deliveries and not self._needs_replay and not self._is_ended:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        if self._is_ended:
            raise LogRewound
        if self._needs_replay:
            self._needs_replay = False
            return None
        return self._deliveries.pop(0)

    def put(self, *deliveries: Delivery) -> None:
        """Add deliveries. They are dropped while a replay is due, which finds them in the log."""
        if self._needs_replay:
            return
        if len(self._deliveries) + len(deliveries) > QUEUE_SIZE:
            count_overflow()
            self.require_replay(complete_to=deliveries[0].position - 1)
            return
        self._deliveries.extend(deliveries)
        self._wake()

    def require_replay(self, complete_to: int = 0) -> None:
        """Empty the queue, and let its owner replay the log.

        `complete_to` is the position up to which everything was put here before; it counts if
        nothing waits.
        """
        if self._deliveries:
            complete_to = self._deliveries[0].position - 1
        if not self._needs_replay:
            self.complete_to = complete_to
        self._deliveries.clear()
        self._needs_replay = True
        self._wake()

    def end(self) -> None:
        """Empty the queue, and let its owner raise LogRewound."""
        self._deliveries.clear()
        self._is_ended = True
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
