"""Deadlines: the time limits of all requests, checked together once a second.

A timer for each request, as `asyncio.timeout` starts one, would cost a short request a tenth more:
docs/decisions/deadlines.md has the figures.
"""

import asyncio
from types import TracebackType
from typing import Any, NoReturn, Self

TICK = 1.0
"""Seconds between two checks: how exact the limits are."""


class Deadlines:
    """The time limits of everything that runs in this process now."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._running: set[Deadline] = set()

    def limited(self) -> "Deadline":
        """Return a `with` block that raises TimeoutError when it takes longer than the limit."""
        return Deadline(self._running, _now() + self._seconds)

    async def keep(self) -> NoReturn:
        """Check every deadline, for ever."""
        while True:
            await asyncio.sleep(TICK)
            now = _now()
            for deadline in tuple(self._running):
                deadline.tick(now)


class Deadline:
    """Cancels its task when it is over, by the rules of `asyncio.timeout`."""

    __slots__ = ("_before", "_is_over", "_running", "_task", "_until")

    def __init__(self, running: "set[Deadline]", until: float) -> None:
        self._running, self._until = running, until
        self._is_over = False

    def extend(self, seconds: float) -> None:
        """Give so many seconds more than the limit that all have."""
        self._until += seconds

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None
        self._task: asyncio.Task[Any] = task
        self._before = task.cancelling()
        self._running.add(self)
        return self

    def tick(self, now: float) -> None:
        if now > self._until and not self._is_over:
            self._is_over = True
            self._task.cancel()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._running.discard(self)
        if (
            self._is_over
            and self._task.uncancel() <= self._before
            and kind is asyncio.CancelledError
        ):
            raise TimeoutError from error


def _now() -> float:
    return asyncio.get_running_loop().time()
