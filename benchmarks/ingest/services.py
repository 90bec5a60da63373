"""The servers that are measured, each a process of its own on a processor of its own."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

from devservices.ports import HOST
from devservices.server import Server, make_temporary_folder

PROJECT = Path(__file__).parent.parent.parent
SERVER_CORE, OTHER_CORE = 0, 1
"""The measured server has a processor to itself; databases and load share the other."""
ANSWER_SECONDS = 1.0


def keep_to_other_core() -> str:
    """Pin this process, and all that it starts; say what runs where."""
    if (os.cpu_count() or 1) < 2:
        return "One core for everything."
    os.sched_setaffinity(0, {OTHER_CORE})
    return (
        f"Core {SERVER_CORE}: the measured server. "
        f"Core {OTHER_CORE}: PostgreSQL, Redis and the load generator."
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
            env=os.environ | {"WHEREABOUTS_PORT": str(self.port)} | self._environ,
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
            with urllib.request.urlopen(address, timeout=ANSWER_SECONDS) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


class Whereabouts(MeasuredServer):
    """The service itself, as `python server.py` starts it."""

    name = "whereabouts"
    arguments = ("server.py",)


class HandWritten(MeasuredServer):
    """The program of `benchmarks.ingest.floor`."""

    name = "floor"
    arguments = ("-m", "benchmarks.ingest.floor")


def make_key(environ: dict[str, str]) -> str:
    """The secret of an API key that may do everything, in a database brought up to date."""
    _command(environ, "migrate")
    return _command(environ, "keys", "create", "--name", "benchmark", "--all-scopes")


def _command(environ: dict[str, str], *words: str) -> str:
    """Of `whereabouts`; in a process of its own, for Tortoise serves one engine in each."""
    command = [sys.executable, "-m", "commands", *words]
    answer = subprocess.run(
        command, cwd=PROJECT, env=os.environ | environ, capture_output=True, text=True, check=False
    )
    if answer.returncode:
        raise RuntimeError(answer.stderr)
    return answer.stdout.strip()
