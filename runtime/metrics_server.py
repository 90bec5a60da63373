"""The HTTP server from which Prometheus reads the metrics, on a port of its own.

It answers from a thread. Where several processes serve, it runs in the process that has started
them, adds their numbers up, and takes no time from those that answer clients.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from runtime.metrics import turn_on

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which prometheus_client learns where each process keeps its numbers."""
LIVE_FILES = "gauge_live*.db"
"""The files of what counts only while its process lives."""


class WorkersCollector(MultiProcessCollector):
    """Adds up the numbers of all processes: what is counted stays when a process ends, and what is
    measured goes with it."""

    def __init__(self, registry: CollectorRegistry, folder: Path) -> None:
        super().__init__(registry, path=str(folder))  # type: ignore[no-untyped-call]
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        for pid in {int(file.stem.rpartition("_")[2]) for file in self._folder.glob(LIVE_FILES)}:
            if not _is_alive(pid):
                mark_process_dead(pid, str(self._folder))  # type: ignore[no-untyped-call]
        files = [str(file) for file in self._folder.glob("*.db") if _has_content(file)]
        metrics: Iterable[Metric] = self.merge(files)  # type: ignore[no-untyped-call]
        return metrics


@contextmanager
def metrics_server(host: str, port: int, *, workers: int) -> Iterator[None]:
    """Serve the metrics during the block, in which the processes are started. Raises OSError."""
    if workers == 1:
        with _listening(host, port, turn_on().registry):
            yield
        return
    with TemporaryDirectory(prefix="whereabouts-metrics-") as folder:
        registry = CollectorRegistry()
        WorkersCollector(registry, Path(folder))
        os.environ[FOLDER_VARIABLE] = folder
        try:
            with _listening(host, port, registry):
                yield
        finally:
            del os.environ[FOLDER_VARIABLE]


@contextmanager
def _listening(host: str, port: int, registry: CollectorRegistry) -> Iterator[None]:
    server, thread = start_http_server(port, host, registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _has_content(file: Path) -> bool:
    """Whether the file can be read: that of a process that begins is empty for a moment."""
    try:
        return file.stat().st_size > 0
    except FileNotFoundError:
        return False


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
