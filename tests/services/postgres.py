"""A real PostgreSQL server for tests and benchmarks."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import IO

from tests.services import HOST, Server, ServiceFailed, ServiceMissing, make_temporary_folder

# Debian keeps the server's programs here, off the PATH, one folder for each version.
DEBIAN_FOLDER = Path("/usr/lib/postgresql")
SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": HOST,
    "max_connections": "200",
    # A killed server loses nothing by this, only a machine that loses its power.
    "fsync": "off",
}
CLIENT_SECONDS = 30.0


class PostgresServer(Server):
    """PostgreSQL that trusts every local connection.

    Signals reach the backends as well as the postmaster: paused it answers nobody, and killed it
    leaves no backend that would hold the data when it starts again.
    """

    name = "postgres"
    stop_signal = signal.SIGINT
    orphan_signal = signal.SIGQUIT

    @property
    def url(self) -> str:
        """The address of the database that is always there."""
        return self.database_url("postgres")

    def database_url(self, name: str) -> str:
        """Return the address of a database of this server."""
        return f"postgres://{SUPERUSER}@{HOST}:{self.port}/{name}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database, empty or as a copy of another, and return its address."""
        self._run_client("createdb", *([f"--template={template}"] if template else []), "--", name)
        return self.database_url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database if it is there, and end the connections to it."""
        self._run_client("dropdb", "--force", "--if-exists", "--", name)

    def _make_folder(self) -> Path:
        initdb = find_program("initdb")
        folder = make_temporary_folder(parent=find_open_folder())
        options = ["--auth=trust", "--no-sync", "--no-locale", "--encoding=UTF8"]
        account = server_account()
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        command = [initdb, f"--pgdata={folder / 'data'}", f"--username={SUPERUSER}", *options]
        with (folder / "log").open("wb") as log, spawn(command, folder, log, account) as process:
            is_done = process.wait() == 0
        if not is_done:
            message = (folder / "log").read_text(errors="replace")
            shutil.rmtree(folder)
            raise ServiceFailed(f"initdb failed\n{message}")
        return folder

    def _spawn(self, folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        places = ["-D", str(folder / "data"), "-k", str(folder), "-p", str(self.port)]
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        return spawn([find_program("postgres"), *places, *settings], folder, log, server_account())

    def _is_ready(self) -> bool:
        if self.folder is None:
            return False
        try:
            lines = (self.folder / "data" / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        # As pg_ctl does it: asking at the port could be answered by another server there.
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def _family(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [self.pid, *map(int, children.split())]

    def _run_client(self, program: str, *arguments: str) -> None:
        command = [find_program(program), *self._address, f"--username={SUPERUSER}", *arguments]
        answer = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=CLIENT_SECONDS
        )
        if answer.returncode != 0:
            raise ServiceFailed(answer.stderr.strip())

    @property
    def _address(self) -> list[str]:
        return [f"--host={HOST}", f"--port={self.port}"]


def spawn(
    command: list[str], folder: Path, log: IO[bytes], account: pwd.struct_passwd | None
) -> subprocess.Popen[bytes]:
    """Start a program of the server as the account that may run it."""
    return subprocess.Popen(
        command,
        # The account may not be allowed to be where this process is.
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )


def find_program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, or raise `ServiceMissing`."""
    versions = sorted(DEBIAN_FOLDER.glob("*/bin/postgres"), key=version_of, reverse=True)
    folders = [str(postgres.parent) for postgres in versions]
    # Debian's own first: programs of the same names on the PATH may be of another version.
    program = shutil.which(name, path=os.pathsep.join(folders)) or shutil.which(name)
    if program is None:
        raise ServiceMissing(
            f"PostgreSQL's {name} was not found: install Debian's postgresql package "
            "(apt-get install postgresql), or put PostgreSQL's programs on the PATH"
        )
    return program


def version_of(postgres: Path) -> float:
    """Return the version that is named by Debian's folder of a server program."""
    version = postgres.parent.parent.name
    return float(version) if version.replace(".", "", 1).isdigit() else 0.0


def server_account() -> pwd.struct_passwd | None:
    """Return the account to run the server as, or None for our own: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {account.pw_name: account for account in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def find_open_folder() -> str:
    """Return a folder for temporary files that another account can reach as well."""
    folders = [tempfile.gettempdir(), "/tmp", "/var/tmp"]
    return next(folder for folder in folders if is_open(Path(folder)))


def is_open(folder: Path) -> bool:
    """Whether every account may pass through the folder and all those above it."""
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.resolve().parents))
