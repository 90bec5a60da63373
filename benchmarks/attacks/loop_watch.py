"""A watch on an event loop: for how long it computes without a turn for anybody else."""

import asyncio
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

TICK_SECONDS = 0.001
"""Seconds between two looks: much less than a hold that anybody notices."""


class LoopWatch:
    """Watches the running event loop while its block runs.

    It counts the processor time of the loop's thread and not the clock's, so that other processes
    on the same processor do not count.
    """

    def __init__(self) -> None:
        self.longest_ms = 0.0
        """The longest hold so far, in milliseconds of processor time."""

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._watch(), name="loop watch")
        await asyncio.sleep(0)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # What was held last is seen by the next look.
        await asyncio.sleep(2 * TICK_SECONDS)
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _watch(self) -> None:
        before = time.thread_time()
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = time.thread_time()
            self.longest_ms = max(self.longest_ms, 1000 * (now - before))
            before = now
