"""A server of this machine: where it can listen, whether it is ready, and what it answers."""

import http.client
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

TIMEOUT_SECONDS = 10.0
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


class NoAnswer(Exception):
    """It refused, or answered with something else than was asked for."""


@dataclass(frozen=True, slots=True)
class LocalServer:
    """Reached at `host` and `port`, without a proxy."""

    host: str
    port: int

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/graphql"

    def is_ready(self) -> bool:
        try:
            return self._ask("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def execute(self, document: str, key: str) -> dict[str, Any]:
        """The data of an operation. Raises NoAnswer."""
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        try:
            _, body = self._ask("POST", "/graphql", orjson.dumps({"query": document}), headers)
            answer = orjson.loads(body)
            data: dict[str, Any] = answer["data"]
        except (OSError, http.client.HTTPException, ValueError, LookupError) as error:
            raise NoAnswer(repr(error)) from error
        if answer.get("errors") or not data:
            raise NoAnswer(str(answer.get("errors")))
        return data

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


def reachable(host: str, port: int) -> LocalServer:
    """As a client finds a server that listens there."""
    return LocalServer(EVERYWHERE.get(host, host), port)


def open_port(host: str, wanted: int) -> int:
    """The wanted port if nothing listens there, else one that the system picks."""
    try:
        return _bound(host, wanted)
    except OSError:
        return _bound(host, 0)


def _bound(host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as server:
        chosen: int = server.getsockname()[1]
        return chosen
