"""Certificates for servers with TLS: an authority of our own, and a server that it vouches for."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from devservices.accounts import find_open_folder, server_account
from devservices.programs import ServiceMissing
from devservices.server import make_temporary_folder

DEBIAN_PACKAGES = ("openssl",)
LEFT_OUT = "THE TLS TESTS ARE LEFT OUT"
KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
EXTENSIONS = ("-addext", "basicConstraints=critical,CA:FALSE")


@dataclass(frozen=True)
class Certificates:
    """The files of an authority, and of a server whose name it vouches for.

    The server's account owns them all, so that PostgreSQL takes the key.
    """

    folder: Path

    @property
    def authority(self) -> Path:
        return self.folder / "ca.crt"

    @property
    def settings(self) -> dict[str, str]:
        """The settings by which PostgreSQL speaks TLS, and checks certificates of clients."""
        return {
            "ssl": "on",
            "ssl_cert_file": str(self.folder / "server.crt"),
            "ssl_key_file": str(self.folder / "server.key"),
            "ssl_ca_file": str(self.authority),
        }

    def remove(self) -> None:
        shutil.rmtree(self.folder)


def make_certificates(name: str) -> Certificates:
    """Make an authority and a certificate for the host of this name. Raises `ServiceMissing`."""
    certificates = Certificates(make_temporary_folder(parent=find_open_folder()))
    folder = certificates.folder
    authority = ["-keyout", str(folder / "ca.key"), "-out", str(certificates.authority)]
    _openssl("req", "-x509", *KEY, "-subj", "/CN=Authority of the tests", *authority)
    by = ["-CA", str(certificates.authority), "-CAkey", str(folder / "ca.key")]
    for owner, subject in {"server": name, "bearer": "bearer"}.items():
        files = ["-keyout", str(folder / f"{owner}.key"), "-out", str(folder / f"{owner}.crt")]
        names = ["-addext", f"subjectAltName=DNS:{subject}", *EXTENSIONS]
        _openssl("req", "-x509", *KEY, "-subj", f"/CN={subject}", *by, *names, *files)
    account = server_account()
    for path in (folder, *folder.iterdir()):
        if account is not None:
            os.chown(path, account.pw_uid, account.pw_gid)
    return certificates


def find_openssl() -> str:
    """Return the path of the program openssl, or raise `ServiceMissing`."""
    program = shutil.which("openssl")
    if program is None:
        raise ServiceMissing("openssl was not found: Debian has it (apt-get install openssl)")
    return program


def _openssl(*arguments: str) -> None:
    subprocess.run([find_openssl(), *arguments], check=True, capture_output=True)
