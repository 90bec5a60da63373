"""A standby of a real PostgreSQL server, which can take the primary's place."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from devservices.accounts import find_open_folder, server_account
from devservices.ports import HOST
from devservices.postgres import SUPERUSER, PostgresServer
from devservices.server import ServiceFailed, make_temporary_folder


class StandbyServer(PostgresServer):
    """A copy of a stopped primary. It follows the primary from its start on, until `promote`."""

    name = "standby"

    def __init__(self, primary: PostgresServer) -> None:
        conninfo = f"host={HOST} port={primary.port} user={SUPERUSER}"
        super().__init__(settings={"primary_conninfo": conninfo})
        self._primary = primary

    def promote(self) -> None:
        """Make it the primary, and wait until it is."""
        self.execute("SELECT pg_promote()")

    def _make_folder(self) -> Path:
        if self._primary.is_running or self._primary.folder is None:
            raise ServiceFailed("the data of the primary is copied while it is stopped")
        self._programs = self._primary.programs
        folder = make_temporary_folder(parent=find_open_folder())
        shutil.copytree(self._primary.folder / "data", folder / "data", copy_function=shutil.copy2)
        (folder / "data" / "standby.signal").touch()
        account = server_account()
        if account is not None:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, account.pw_uid, account.pw_gid)
        return folder
