"""A server on this machine: the port it can listen on, whether it is ready, and its answers."""

import http.client
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from urls import http_url

TIMEOUT_SECONDS = 10.0
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


class NoAnswer(Exception):
    """The server did not answer the operation."""


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server that is reached at `host` and `port`, without a proxy."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address of the API."""
        return self.page("/graphql")

    def page(self, path: str) -> str:
        """Return the address of a path."""
        return http_url(self.host, self.port, path)

    def is_ready(self) -> bool:
        try:
            return self._request("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def execute(self, document: str, key: str) -> dict[str, Any]:
        """Execute an operation and return its data. Raises NoAnswer."""
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        try:
            _, body = self._request("POST", "/graphql", orjson.dumps({"query": document}), headers)
            answer = orjson.loads(body)
            errors = [error["message"] for error in answer.get("errors", ())]
            if errors:
                raise NoAnswer(" ".join(errors))
            data: dict[str, Any] = answer["data"]
        except (OSError, http.client.HTTPException, ValueError, LookupError) as error:
            raise NoAnswer(repr(error)) from error
        return data

    def _request(
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
    """Return the server that listens on this address, as a client reaches it."""
    return LocalServer(WILDCARDS.get(host, host), port)


def open_port(host: str, preferred: int) -> int:
    """Return the preferred port if nothing listens there, or else one that the system picks."""
    try:
        return _bind(host, preferred)
    except OSError:
        return _bind(host, 0)


def _bind(host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as server:
        bound: int = server.getsockname()[1]
        return bound
