"""Processes that tests and benchmarks start: signalled, watched, and ended with their starter."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

POLL_SECONDS = 0.02


def wait_until(is_done: Callable[[], bool], seconds: float) -> bool:
    """Ask again and again until the answer is yes; False if it was not in that time."""
    deadline = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def start_guard(pid: int, orphan_signal: signal.Signals, folder: Path) -> subprocess.Popen[bytes]:
    """Start a process that ends the server and removes its folder once this process is gone.

    It reads from a pipe that only this process holds, so it learns of every kind of death, also of
    SIGKILL. (The kernel's own parent-death signal would fire when the starting *thread* ends.)
    """
    script = 'read -r line; kill -"$1" "$2"; sleep 1; rm -rf -- "$3"'
    arguments = [str(int(orphan_signal)), str(pid), str(folder)]
    return subprocess.Popen(
        ["/bin/sh", "-c", script, "guard", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def send_signal(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may have ended meanwhile."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def is_alive(pid: int) -> bool:
    """Whether a process still runs; one that only waits to be reaped does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
