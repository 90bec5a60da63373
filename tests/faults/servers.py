"""Processes of the service, each on a port of its own."""

import http.client
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from devservices.ports import HOST
from devservices.server import Server, make_temporary_folder
from settings.limits import UNLIMITED

PROJECT = Path(__file__).parents[2]
HEALTH_CHECK_SECONDS = 2.0


class WhereaboutsServer(Server):
    """Runs `whereabouts serve`."""

    name = "whereabouts"

    def __init__(self, database_url: str, broadcast_url: str) -> None:
        super().__init__()
        self.account = urlsplit(database_url).username or ""
        self._settings = {
            "WHEREABOUTS_DATABASE_URL": database_url,
            "WHEREABOUTS_BROADCAST_URL": broadcast_url,
            "WHEREABOUTS_PORT": str(self.port),
        }

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    @property
    def address(self) -> str:
        """The host and port, as clients name them."""
        return f"{HOST}:{self.port}"

    @property
    def memory(self) -> int:
        """The resident memory of the process in bytes."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def readiness(self) -> str:
        """Return the state that /readyz reports: "ok", "degraded" or "unavailable"."""
        status, body = self._get("/readyz")
        states = ("degraded", "unavailable", "ok")
        return next((state for state in states if state.encode() in body), f"HTTP {status}")

    def is_alive(self) -> bool:
        """Return whether /livez answers with 200."""
        return self._get("/livez")[0] == http.client.OK

    def _make_folder(self) -> Path:
        return make_temporary_folder()

    def _spawn(self, folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        inherited = {
            name: value for name, value in os.environ.items() if "WHEREABOUTS_" not in name
        }
        return subprocess.Popen(
            [sys.executable, "-m", "commands", "serve"],
            cwd=PROJECT,
            env={**inherited, **UNLIMITED, **self._settings},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _is_ready(self) -> bool:
        with suppress(OSError, http.client.HTTPException):
            return self.is_alive()
        return False

    def _get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=HEALTH_CHECK_SECONDS)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
