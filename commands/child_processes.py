"""Child processes: programs that run beside this one, and end no later than it does."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from config import PROJECT

TAIL = 20
"""How many lines at the end of a log show why its program ended."""
TAIL_BYTES = 16 * 1024


class Child:
    """A running program and its log."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def exit_code(self) -> int | None:
        """The exit code; None as long as the program runs."""
        return self._process.poll()

    def log_tail(self) -> str:
        """Return the last lines of the log."""
        with self._log.open("rb") as file:
            file.seek(max(0, self._log.stat().st_size - TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()
        return "\n".join(lines[-TAIL:])

    def stop(self, seconds: float) -> None:
        """Terminate the program, and kill its process group after so many seconds."""
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
    """Run `python -m` with these arguments, and stop it at the end of the block.

    The child is a process group of its own: Ctrl-C in the terminal reaches only this program, which
    then stops its children one after another.
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
    """Ignore Ctrl-C while children are stopped, which takes a bounded time: a second Ctrl-C would
    leave them running."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
