"""Accounts to run a server as, and folders that another account can reach."""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
from pathlib import Path
from typing import IO


def server_account() -> pwd.struct_passwd | None:
    """Return the account to run PostgreSQL as, or None for our own: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {account.pw_name: account for account in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def spawn_as(
    account: pwd.struct_passwd | None, command: list[str], folder: Path, log: IO[bytes]
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


def find_open_folder() -> str:
    """Return a folder for temporary files that another account can reach as well."""
    folders = [tempfile.gettempdir(), "/tmp", "/var/tmp"]
    return next(folder for folder in folders if is_open(Path(folder)))


def is_open(folder: Path) -> bool:
    """Whether every account may pass through the folder and all those above it."""
    resolved = folder.resolve()
    return all(part.stat().st_mode & 0o001 for part in (folder, resolved, *resolved.parents))
