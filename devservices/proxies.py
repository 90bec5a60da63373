"""Real web servers that stand before the service in tests: nginx and Caddy."""

from __future__ import annotations

import os
import socket
import subprocess
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import IO

from devservices.ports import HOST
from devservices.programs import ServiceMissing, find_program
from devservices.server import Server, make_temporary_folder

NGINX_PACKAGES = ("nginx-light",)
CADDY_PACKAGES = ("caddy",)
LEFT_OUT = "THE PROXY TESTS ARE LEFT OUT"
# Debian keeps nginx here, which is not on the PATH of every account.
DEBIAN_FOLDERS = (Path("/usr/sbin"),)
# One process, so that it has the rights of whoever runs the tests.
NGINX_FRAME = """daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {{ }}
http {{
access_log off;
client_body_temp_path body;
proxy_temp_path proxy;
fastcgi_temp_path fastcgi;
scgi_temp_path scgi;
uwsgi_temp_path uwsgi;
{blocks}
}}
"""
# Nothing but the blocks: no administration, no redirect from port 80, no authority of its own.
CADDY_FRAME = """{{
	admin off
	auto_https off
}}
{blocks}
"""
ANSWER_SECONDS = 1.0


class Proxy(Server):
    """A web server; `blocks` returns its configuration for the port that it listens on."""

    frame: str

    def __init__(self, blocks: Callable[[int], str]) -> None:
        super().__init__()
        self._configuration = self.frame.format(blocks=blocks(self.port))

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def _make_folder(self) -> Path:
        folder = make_temporary_folder()
        (folder / "configuration").write_text(self._configuration)
        return folder

    def _spawn(self, folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command(folder),
            # Caddy keeps its files in the home folder, if nothing else is said.
            env={**os.environ, "HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @abstractmethod
    def _command(self, folder: Path) -> list[str]:
        """Return the command that runs it in the foreground."""

    def _is_ready(self) -> bool:
        # It ends if another server has its port.
        with socket.socket() as probe:
            probe.settimeout(ANSWER_SECONDS)
            return probe.connect_ex((HOST, self.port)) == 0


class Nginx(Proxy):
    name = "nginx"
    frame = NGINX_FRAME

    def _command(self, folder: Path) -> list[str]:
        file = str(folder / "configuration")
        return [find_nginx(), "-p", str(folder), "-e", "stderr", "-c", file]


class Caddy(Proxy):
    name = "caddy"
    frame = CADDY_FRAME

    def _command(self, folder: Path) -> list[str]:
        file = str(folder / "configuration")
        return [find_caddy(), "run", "--adapter", "caddyfile", "--config", file]


def find_nginx() -> str:
    """Return the path of nginx, or raise `ServiceMissing`."""
    return _find("nginx", NGINX_PACKAGES)


def find_caddy() -> str:
    """Return the path of Caddy, or raise `ServiceMissing`."""
    return _find("caddy", CADDY_PACKAGES)


def _find(name: str, packages: tuple[str, ...]) -> str:
    program = find_program((name,), DEBIAN_FOLDERS)
    if program is None:
        raise ServiceMissing(
            f"{name} was not found: Debian has it (apt-get install {' '.join(packages)}), and"
            " `make services` installs it where apt-get can"
        )
    return program
