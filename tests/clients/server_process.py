"""The service in a process of its own, which can be stopped and started again on its port."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import httpx2

from devservices.ports import HOST
from devservices.server import Server, make_temporary_folder
from settings.limits import UNLIMITED

PROJECT = Path(__file__).parents[2]


class ServerProcess(Server):
    """Runs `server.py`; SIGTERM stops it, as a deployment does."""

    name = "whereabouts"

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__()
        self._environ = environ

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def _make_folder(self) -> Path:
        return make_temporary_folder()

    def _spawn(self, folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        port = {"WHEREABOUTS_PORT": str(self.port)}
        return subprocess.Popen(
            [sys.executable, "server.py"],
            cwd=PROJECT,
            env={**os.environ, **UNLIMITED, **self._environ, **port},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _is_ready(self) -> bool:
        return is_healthy(f"{self.url}/livez")


def is_healthy(url: str) -> bool:
    """Return whether a server answers a request for the URL with a success status."""
    try:
        return httpx2.get(url, trust_env=False).is_success
    except httpx2.TransportError:
        return False
