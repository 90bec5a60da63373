"""Supervision: work that goes on as long as its owner wants, and no task that dies silently."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

logger = logging.getLogger("whereabouts.subscriptions")

RESTART_DELAY = 1.0
"""A mistake of ours that comes back each time must neither take the processor nor fill the log."""
STOP_TIMEOUT = 2.0
"""Work that does not end when it is cancelled does not hold up the end of the process."""


class SupervisedTask:
    """Work that should never end: however its task ends, that is logged, and it begins anew.

    `name` is how it reads in the log: "The sweeper". Only `stop` ends it for good.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[object]],
        *,
        stop_timeout: float = STOP_TIMEOUT,
    ) -> None:
        self._name = name
        self._work = work
        self._stop_timeout = stop_timeout
        self._is_wanted = False
        self._task: asyncio.Task[None] | None = None
        self._restart: asyncio.TimerHandle | None = None

    @property
    def is_running(self) -> bool:
        """Not between the end of its task and the next beginning."""
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        if not self._is_wanted:
            self._is_wanted = True
            self._begin()

    async def stop(self) -> None:
        self._is_wanted = False
        if self._restart is not None:
            self._restart.cancel()
        if self._task is None:
            return
        self._task.cancel()
        _, left_behind = await asyncio.wait([self._task], timeout=self._stop_timeout)
        if left_behind:
            logger.error(
                "%s did not end in %s s; it is left behind", self._name, self._stop_timeout
            )

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    def _begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(), name=self._name)
        self._task.add_done_callback(self._end)

    async def _run(self) -> None:
        await self._work()

    def _end(self, task: asyncio.Task[None]) -> None:
        """A callback: whoever cancels the task does not cancel what follows from its end."""
        error = None if task.cancelled() else task.exception()
        is_over = not self._is_wanted or task is not self._task
        if is_over and error is None:
            return
        if error is not None:
            end = "broke off"
        else:
            end = "was cancelled by somebody else" if task.cancelled() else "ended by itself"
        if is_over:
            logger.error("%s %s while it was stopped", self._name, end, exc_info=error)
            return
        logger.error(
            "%s %s; it begins anew in %s s", self._name, end, RESTART_DELAY, exc_info=error
        )
        self._restart = task.get_loop().call_later(RESTART_DELAY, self._begin)
