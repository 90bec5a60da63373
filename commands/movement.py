"""The movement of a demo's orders: the number of changes in the log, and their rate."""

import time
from collections import deque
from collections.abc import Callable
from typing import TextIO

from commands.local_server import NoAnswer

TERMINAL_SECONDS = 1.0
"""The interval at which the line on a terminal is rewritten."""
LINE_SECONDS = 30.0
"""The interval between two lines in a file or a pipe, which keeps them all."""
WINDOW_SECONDS = 10.0
"""The time over which a rate is the mean: long enough to be steady, short enough to be current."""
CLEAR_TO_END = "\x1b[K"


class Movement:
    """Shows the growth of the server's log on a stream; a terminal has one line that is rewritten.

    `read_position` returns the number of changes, or raises NoAnswer. `now` returns the seconds of
    a steady clock.
    """

    def __init__(
        self,
        read_position: Callable[[], int],
        stream: TextIO,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read_position = read_position
        self._stream = stream
        self._now = now
        self._interval = TERMINAL_SECONDS if stream.isatty() else LINE_SECONDS
        self._due = now()
        self._seen: deque[tuple[float, int]] = deque()

    def show(self) -> None:
        """Write the line if it is due and the server answers."""
        if self._now() < self._due:
            return
        self._due = self._now() + self._interval
        try:
            position = self._read_position()
        except NoAnswer:
            return
        self._write(self._line(self._now(), position))

    def end(self) -> None:
        """End the terminal's line, so that further output begins on the next one."""
        if self._seen and self._stream.isatty():
            self._stream.write("\n")
            self._stream.flush()

    def _line(self, now: float, position: int) -> str:
        self._seen.append((now, position))
        while len(self._seen) > 2 and self._seen[1][0] <= now - WINDOW_SECONDS:
            self._seen.popleft()
        started, first = self._seen[0]
        if started == now:
            return f"{position:,} changes so far"
        return f"{position:,} changes so far, {(position - first) / (now - started):.1f} a second"

    def _write(self, line: str) -> None:
        if self._stream.isatty():
            self._stream.write(f"\r{line}{CLEAR_TO_END}")
        else:
            self._stream.write(f"{line}\n")
        self._stream.flush()
