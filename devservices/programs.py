"""Programs that the tests start: the system's own, else those that Python packages bring."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

# Beside the environment's packages, not among them: nothing of the tests can import what is here,
# and no plugin of pytest is loaded from it.
PACKAGED = Path(sys.prefix) / "services"


class ServiceMissing(RuntimeError):
    """A program that the tests need is not installed."""


def is_everything_required() -> bool:
    """Whether a missing program is a failure: continuous integration leaves no test out."""
    return os.environ.get("CI") == "true"


def folders_on_path() -> list[Path]:
    """Return the folders in which the system looks for programs, in its order."""
    return [Path(folder) for folder in os.get_exec_path() if folder]


def find_folder(names: Iterable[str], folders: Iterable[Path]) -> Path | None:
    """Return the first folder that has all the programs, or None."""
    wanted = tuple(names)
    for folder in folders:
        if all(shutil.which(name, path=str(folder)) for name in wanted):
            return folder
    return None


def find_program(names: Iterable[str], packaged: Iterable[Path]) -> str | None:
    """Return the path of the first of the names on the PATH, else in the packaged folders, or None.

    The names are those of programs that stand in for each other.
    """
    folders = (None, *map(str, packaged))
    found = (shutil.which(name, path=folder) for folder in folders for name in names)
    return next(filter(None, found), None)
