"""Children: programs that run beside this one, and end no later than it."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from config import PROJECT

TAIL = 20
"""Lines of a log that tell why a program ended."""
TAIL_BYTES = 16 * 1024


class Child:
    """A running program and its log."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def exit_code(self) -> int | None:
        """None as long as it runs."""
        return self._process.poll()

    def last_words(self) -> str:
        """The end of its log."""
        with self._log.open("rb") as file:
            file.seek(max(0, self._log.stat().st_size - TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()
        return "\n".join(lines[-TAIL:])

    def stop(self, seconds: float) -> None:
        """Ask it to end, and kill what is left of it after that time."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@contextmanager
def running(
    arguments: Sequence[str], environ: Mapping[str, str], log: Path, *, grace: float
) -> Generator[Child, None, None]:
    """`python -m` with those arguments, stopped on exit.

    It is a process group of its own: Ctrl-C in the terminal reaches this program alone, which
    then stops its children one after the other.
    """
    child = Child(_spawn(arguments, environ, log), log)
    try:
        yield child
    finally:
        with uninterrupted():
            child.stop(grace)


def _spawn(
    arguments: Sequence[str], environ: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=PROJECT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


@contextmanager
def uninterrupted() -> Generator[None, None, None]:
    """Whoever presses Ctrl-C again need not leave programs behind: stopping has its own bound."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
