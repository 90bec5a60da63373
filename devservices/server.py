"""A server: a child process on a port of its own, with its data in a temporary folder."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from devservices.ports import free_port
from devservices.processes import is_alive, send_signal, start_guard, wait_until

# A slow machine with both cores busy needs about five seconds for a first start.
START_SECONDS = 30.0
STOP_SECONDS = 15.0
LOG_TAIL = 2000


class ServiceFailed(RuntimeError):
    """A server did not start or stop in time; the message ends with what it logged."""


class Server(ABC):
    """One server on a port of its own, with its data in a temporary folder.

    The data and the port outlive `stop` and `kill`; `close`, or leaving the `with` block, removes
    the data. The server also ends, and its folder goes, when this process ends in any other way.
    All methods block; call them from async code with `asyncio.to_thread`.
    """

    name: str
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL

    def __init__(self) -> None:
        self.port = free_port()
        self.folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients find the server."""

    def start(self) -> None:
        """Start the server and wait until it answers; the first time on empty data."""
        if self.is_running:
            raise ServiceFailed(f"{self.name} is already running")
        if self.folder is None:
            self.folder = self._make_folder()
        with (self.folder / "log").open("ab") as log:
            self._process = self._spawn(self.folder, log)
        self._guard = start_guard(self._process.pid, self.orphan_signal, self.folder)
        self._wait_until_ready()

    def stop(self) -> None:
        """End the server the orderly way and keep its data; nothing to do if it is not running."""
        if self.is_running:
            self.resume()
            self._running.send_signal(self.stop_signal)
            self._wait_until_stopped()
        self._release()

    def kill(self) -> None:
        """End the server with SIGKILL, as a crash would; its data stays as it is."""
        self.pause()
        pids = self._family()
        for pid in pids:
            send_signal(pid, signal.SIGKILL)
        self._running.wait(STOP_SECONDS)
        wait_until(lambda: not any(is_alive(pid) for pid in pids), STOP_SECONDS)
        self._release()

    def pause(self) -> None:
        """Freeze the server: its connections stay open and nothing is answered."""
        # Itself first, or it could have one more child while its children are counted.
        send_signal(self.pid, signal.SIGSTOP)
        for pid in self._family():
            send_signal(pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let a paused server go on."""
        for pid in self._family():
            send_signal(pid, signal.SIGCONT)

    def restart(self) -> None:
        """Start again on the same port with the same data, after `stop` if it was running."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop the server and remove its data."""
        try:
            self.stop()
        finally:
            if self.folder is not None:
                shutil.rmtree(self.folder, ignore_errors=True)
                self.folder = None

    @property
    def is_running(self) -> bool:
        """Whether the server's process is there, answering or not."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self._running.pid

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @abstractmethod
    def _make_folder(self) -> Path:
        """Make the server's folder with empty data in it."""

    @abstractmethod
    def _spawn(self, folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start the server's process on the data in the folder."""

    @abstractmethod
    def _is_ready(self) -> bool:
        """Whether the server answers now."""

    def _family(self) -> list[int]:
        """The processes that make up the server."""
        return [self.pid]

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.returncode is not None:
            raise ServiceFailed(f"{self.name} is not running")
        return self._process

    def _wait_until_ready(self) -> None:
        wait_until(lambda: not self.is_running or self._is_ready(), START_SECONDS)
        if self.is_running and self._is_ready():
            return
        if self.is_running:
            self.kill()
        self._release()
        raise ServiceFailed(f"{self.name} did not start on port {self.port}\n{self._log_tail()}")

    def _wait_until_stopped(self) -> None:
        try:
            self._running.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            message = f"{self.name} did not stop in {STOP_SECONDS} s\n{self._log_tail()}"
            raise ServiceFailed(message) from None

    def _release(self) -> None:
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
        self._guard = self._process = None

    def _log_tail(self) -> str:
        if self.folder is None:
            return ""
        return (self.folder / "log").read_text(errors="replace")[-LOG_TAIL:]


def make_temporary_folder(parent: str | None = None) -> Path:
    """Make an empty folder for one server."""
    return Path(tempfile.mkdtemp(prefix="whereabouts-", dir=parent))
