"""The measured servers: each is a process of its own on a processor core of its own."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

from devservices.ports import HOST
from devservices.server import Server, make_temporary_folder
from settings.limits import UNLIMITED

PROJECT = Path(__file__).parent.parent.parent
SERVER_CORE, LOAD_CORE = 0, 1
"""The measured server has one core to itself; databases and load generators share the other."""
HEALTH_CHECK_SECONDS = 1.0


def pin_load_generator() -> str:
    """Pin this process and its children to a core; return a description of the assignment."""
    if (os.cpu_count() or 1) < 2:
        return "All processes share one core."
    os.sched_setaffinity(0, {LOAD_CORE})
    return (
        f"Core {SERVER_CORE}: the measured server. "
        f"Core {LOAD_CORE}: PostgreSQL, Redis and the load generator."
    )


class MeasuredServer(Server):
    """An HTTP server that answers at `/readyz` once it is ready."""

    arguments: tuple[str, ...]

    def __init__(self, environ: dict[str, str]) -> None:
        super().__init__()
        self._environ = environ

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/graphql"

    def _make_folder(self) -> Path:
        return make_temporary_folder()

    def _spawn(self, folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, *self.arguments],
            cwd=PROJECT,
            env=os.environ | UNLIMITED | {"WHEREABOUTS_PORT": str(self.port)} | self._environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        if (os.cpu_count() or 1) > 1:
            os.sched_setaffinity(process.pid, {SERVER_CORE})
        return process

    def _is_ready(self) -> bool:
        try:
            address = f"http://{HOST}:{self.port}/readyz"
            with urllib.request.urlopen(address, timeout=HEALTH_CHECK_SECONDS) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False


class WhereaboutsServer(MeasuredServer):
    """The service itself, as `python server.py` starts it."""

    name = "whereabouts"
    arguments = ("server.py",)


class BaselineServer(MeasuredServer):
    """The program of `benchmarks.ingest.baseline`."""

    name = "baseline"
    arguments = ("-m", "benchmarks.ingest.baseline")


def create_api_key(environ: dict[str, str]) -> str:
    """Migrate the database and create an API key with all scopes; return its secret."""
    _run_command(environ, "migrate")
    return _run_command(environ, "keys", "create", "--name", "benchmark", "--all-scopes")


def _run_command(environ: dict[str, str], *arguments: str) -> str:
    """Run a command of `whereabouts` and return its output.

    It runs in a process of its own because Tortoise serves one database engine per process.
    """
    command = [sys.executable, "-m", "commands", *arguments]
    completed = subprocess.run(
        command, cwd=PROJECT, env=os.environ | environ, capture_output=True, text=True, check=False
    )
    if completed.returncode:
        raise RuntimeError(completed.stderr)
    return completed.stdout.strip()
