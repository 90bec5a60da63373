"""Server processes of the service, each on a port of its own."""

import http.client
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from devservices.ports import HOST
from devservices.server import Server, make_temporary_folder

PROJECT = Path(__file__).parents[2]
ANSWER_SECONDS = 2.0


class WhereaboutsServer(Server):
    """`whereabouts serve` in a process: it can be stopped, killed and frozen like any other."""

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
        return f"http://{HOST}:{self.port}"

    @property
    def is_paused(self) -> bool:
        status = Path(f"/proc/{self.pid}/stat").read_text()
        return status.rpartition(")")[2].split()[0] == "T"

    @property
    def memory(self) -> int:
        """Bytes that it holds of the machine's memory."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def readiness(self) -> str:
        """What /readyz says in a word."""
        status, body = self._ask("/readyz")
        words = ("degraded", "unavailable", "ok")
        return next((word for word in words if word.encode() in body), f"HTTP {status}")

    def is_alive(self) -> bool:
        """What /livez says."""
        return self._ask("/livez")[0] == http.client.OK

    def log(self) -> str:
        """All it has logged, over all its lives."""
        return "" if self.folder is None else (self.folder / "log").read_text(errors="replace")

    def _make_folder(self) -> Path:
        return make_temporary_folder()

    def _spawn(self, folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return run_command("serve", settings=self._settings, log=log)

    def _is_ready(self) -> bool:
        with suppress(OSError, http.client.HTTPException):
            return self.is_alive()
        return False

    def _ask(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


def run_command(
    *arguments: str, settings: Mapping[str, str], log: IO[bytes]
) -> subprocess.Popen[bytes]:
    """Start `whereabouts` with these settings and no others."""
    inherited = {name: value for name, value in os.environ.items() if "WHEREABOUTS_" not in name}
    return subprocess.Popen(
        [sys.executable, "-m", "commands", *arguments],
        cwd=PROJECT,
        env={**inherited, **settings},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
