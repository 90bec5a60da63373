"""Log lines that any client can cause: they are bounded, so that nobody fills the log."""

import logging
from collections import Counter
from collections.abc import Callable
from pathlib import PurePath
from time import monotonic

logger = logging.getLogger("whereabouts.server")

PERIOD = 60.0
"""Seconds in which a warning about clients is logged once; the next one says how many were not."""
PROTOCOLS = (("uvicorn", "protocols"), ("websockets",))
"""The packages that log what clients do, each as the end of a folder's path."""
LONGEST_VALUE = 100
"""Characters of a value from a client in one line: the origins of pages are shorter."""


class LineThrottle:
    """Lets each kind of line pass once in a PERIOD, and counts those that it holds back."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._logged_at: dict[str, float] = {}
        self._left_out: Counter[str] = Counter()

    def passed(self, text: str) -> str | None:
        """Return the text, with the number of lines that were held back before it, or None if this
        line is held back too."""
        now = self._clock()
        logged_at = self._logged_at.get(text)
        if logged_at is not None and now - logged_at < PERIOD:
            self._left_out[text] += 1
            return None
        self._logged_at[text] = now
        count = self._left_out.pop(text, 0)
        return f"{text} ({count} more since the last such line)" if count else text


class ClientWarnings:
    """Warnings about clients. The text of one is a constant with placeholders: it is the kind."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._throttle = LineThrottle(clock)

    def warn(self, text: str, *values: object) -> None:
        if passed := self._throttle.passed(text):
            logger.warning(passed, *values)


def bounded(value: str) -> str:
    """Return what a client sent as it may stand in a line: short, and in printable ASCII."""
    return ascii(value[:LONGEST_VALUE])[1:-1]


class ClientLineFilter(logging.Filter):
    """A filter for the logger of uvicorn, which logs each websocket twice and each invalid request.

    What uvicorn's protocols log of ordinary clients is logged only where debugging is on. Their
    warnings are counted and logged once in a PERIOD. Errors, and the lines of the server itself,
    pass.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._throttle = LineThrottle(clock)

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno >= logging.ERROR or not _is_of_client(record):
            return True
        if record.levelno < logging.WARNING:
            return logging.getLogger(record.name).isEnabledFor(logging.DEBUG)
        return self._is_due(record)

    def _is_due(self, record: logging.LogRecord) -> bool:
        """Return whether the line is the first of its period; it then counts those before it."""
        passed = self._throttle.passed(str(record.msg))
        record.msg = passed or record.msg
        return passed is not None


def _is_of_client(record: logging.LogRecord) -> bool:
    folders = PurePath(record.pathname).parts[:-1]
    return any(
        folders[start : start + len(package)] == package
        for package in PROTOCOLS
        for start in range(len(folders))
    )
