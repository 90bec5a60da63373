"""The watch over the statements of a connection, which run one at a time: none runs too long.

One timer watches many statements. A timer for each, as `asyncio.timeout` starts one, would cost a
short request a tenth more.
"""

import asyncio
from collections.abc import Callable
from math import inf

REPEAT_SECONDS = 0.1
"""The interrupts are repeated until the statement has ended. A single one may meet an earlier
statement that was cancelled and still runs in the connection's thread."""


class StatementWatch:
    """Calls `interrupt` when the running statement exceeds its time limit."""

    __slots__ = ("_interrupt", "_timer", "_until")

    def __init__(self, interrupt: Callable[[], None]) -> None:
        self._interrupt = interrupt
        self._until = inf
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, seconds: float) -> float:
        """Watch a statement from now on, and return when its time is over."""
        loop = asyncio.get_running_loop()
        self._until = until = loop.time() + seconds
        if self._timer is None or until < self._timer.when():
            self._check_at(until)
        return until

    def end(self) -> None:
        """The statement has ended. The timer stays, for the next one."""
        self._until = inf

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @staticmethod
    def is_over(until: float) -> bool:
        return asyncio.get_running_loop().time() >= until

    def _check_at(self, moment: float) -> None:
        self.stop()
        if moment != inf:
            self._timer = asyncio.get_running_loop().call_at(moment, self._check)

    def _check(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        if now >= self._until:
            self._interrupt()
        self._check_at(max(self._until, now + REPEAT_SECONDS))
