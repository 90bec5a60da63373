"""Supervised tasks: background work that is restarted when it ends, and never ends silently."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

logger = logging.getLogger("whereabouts.runtime")

RESTART_DELAY = 1.0
"""Seconds. A bug that ends the work at each start neither takes the processor nor fills the log."""
STOP_TIMEOUT = 2.0
"""Seconds. Work that ignores its cancellation does not hold up the end of the process."""


class SupervisedTask:
    """Work that should never end. However its task ends, the end is logged and the work restarts.

    `name` is the work's name in the log, "The sweeper". Only `stop` ends it for good.
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
        self._is_started = False
        self._task: asyncio.Task[None] | None = None
        self._restart: asyncio.TimerHandle | None = None

    @property
    def is_running(self) -> bool:
        """Return False before the start, after the stop, and between an end and the restart."""
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        if not self._is_started:
            self._is_started = True
            self._start_task()

    async def stop(self) -> None:
        self._is_started = False
        if self._restart is not None:
            self._restart.cancel()
        if self._task is None:
            return
        self._task.cancel()
        _, pending = await asyncio.wait([self._task], timeout=self._stop_timeout)
        if pending:
            logger.error("%s did not end in %s s; it is abandoned", self._name, self._stop_timeout)

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

    def _start_task(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(), name=self._name)
        self._task.add_done_callback(self._end)

    async def _run(self) -> None:
        await self._work()

    def _end(self, task: asyncio.Task[None]) -> None:
        """A callback of the task, so that cancelling the task does not cancel the restart."""
        error = None if task.cancelled() else task.exception()
        is_over = not self._is_started or task is not self._task
        if is_over and error is None:
            return
        if error is not None:
            end = "failed"
        else:
            end = "was cancelled from outside" if task.cancelled() else "ended unexpectedly"
        if is_over:
            logger.error("%s %s while it was stopped", self._name, end, exc_info=error)
            return
        logger.error("%s %s; it restarts in %s s", self._name, end, RESTART_DELAY, exc_info=error)
        self._restart = task.get_loop().call_later(RESTART_DELAY, self._start_task)
