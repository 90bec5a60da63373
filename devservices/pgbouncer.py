"""A real PgBouncer, the pooler that stands before many PostgreSQL servers."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from devservices.accounts import find_open_folder, server_account, spawn_as
from devservices.ports import HOST
from devservices.postgres import SUPERUSER, PostgresServer
from devservices.programs import ServiceMissing, find_program
from devservices.server import Server, make_temporary_folder

# Debian keeps it here, which is not on the PATH of every account.
DEBIAN_FOLDERS = (Path("/usr/sbin"),)
DEBIAN_PACKAGES = ("pgbouncer",)
LEFT_OUT = "THE POOLER TESTS ARE LEFT OUT"
POOL_SIZE = 4
ANSWER_SECONDS = 1.0


class PgBouncer(Server):
    """PgBouncer before a PostgreSQL server, which it reaches as its superuser.

    `mode` is its `pool_mode`, and `settings` are others of its settings.
    """

    name = "pgbouncer"

    def __init__(
        self, postgres: PostgresServer, mode: str, settings: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self._postgres = postgres
        self._settings = {
            "listen_addr": HOST,
            "listen_port": str(self.port),
            "auth_type": "any",
            "pool_mode": mode,
            "default_pool_size": str(POOL_SIZE),
            "max_client_conn": "500",
            **(settings or {}),
        }

    @property
    def url(self) -> str:
        """The address of the database that is always there, through the pooler."""
        return self.database_url("postgres")

    def database_url(self, name: str) -> str:
        """Return the address of a database through the pooler."""
        return f"postgres://{SUPERUSER}@{HOST}:{self.port}/{name}"

    def _make_folder(self) -> Path:
        find_pgbouncer()
        folder = make_temporary_folder(parent=find_open_folder())
        account = server_account()
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        settings = {**self._settings, "unix_socket_dir": str(folder)}
        lines = [f"{name} = {value}" for name, value in settings.items()]
        server = f"* = host={HOST} port={self._postgres.port} user={SUPERUSER}"
        file = folder / "pgbouncer.ini"
        file.write_text("\n".join(["[databases]", server, "[pgbouncer]", *lines, ""]))
        if account is not None:
            os.chown(file, account.pw_uid, account.pw_gid)
        return folder

    def _spawn(self, folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        command = [find_pgbouncer(), str(folder / "pgbouncer.ini")]
        return spawn_as(server_account(), command, folder, log)

    def _is_ready(self) -> bool:
        # It ends if another server has its port.
        with socket.socket() as probe:
            probe.settimeout(ANSWER_SECONDS)
            return probe.connect_ex((HOST, self.port)) == 0


def find_pgbouncer() -> str:
    """Return the path of PgBouncer, or raise `ServiceMissing`."""
    program = find_program(("pgbouncer",), DEBIAN_FOLDERS)
    if program is None:
        raise ServiceMissing(
            "pgbouncer was not found: Debian has it (apt-get install pgbouncer), and `make"
            " services` installs it where apt-get can"
        )
    return program
