"""The load generator: HTTP/1.1 by hand over open sockets, with one epoll for all of them.

A request costs this process far less than it costs the server, so the measurement shows the server.
"""

import select
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle
from typing import Any, Self
from urllib.parse import urlsplit

import orjson

CONTENT_LENGTH = b"content-length:"
HEAD_END = b"\r\n\r\n"
RECEIVE_BYTES = 256 * 1024
ANSWER_SECONDS = 30.0
"""The timeout of a request: longer than any of the servers needs for an answer."""
QUOTED_CHARACTERS = 500


class RequestError(RuntimeError):
    """The answer has errors or a status other than 200, or it did not come."""


@dataclass(frozen=True, slots=True)
class Round:
    """The answers of a server within one measurement."""

    latencies: list[float] = field(repr=False)
    """The seconds from each request to its answer."""
    seconds: float
    core_seconds: float = 0.0
    """The processor time of the server."""

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds

    @property
    def core_us(self) -> float:
        """Microseconds of processor time per answer."""
        return 1e6 * self.core_seconds / len(self.latencies)

    def percentile_ms(self, percent: int) -> float:
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


class Connection:
    """A connection that carries one request at a time."""

    def __init__(self, url: str, key: str) -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port or 80), ANSWER_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Authorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: "
        ).encode()
        self._received = b""
        self._expected_bytes: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, body: bytes) -> None:
        self._received, self._expected_bytes = b"", None
        self.sent_at = time.perf_counter()
        self.socket.sendall(b"%s%d\r\n\r\n%s" % (self._head, len(body), body))

    def receive(self) -> bytes | None:
        """Receive once; return the answer if it is complete, else None. Raises RequestError."""
        data = self.socket.recv(RECEIVE_BYTES)
        if not data:
            raise RequestError("The server closed the connection.")
        self._received += data
        if self._expected_bytes is None:
            end = self._received.find(HEAD_END)
            if end < 0:
                return None
            head = self._received[:end].lower() + b"\r"
            start = head.index(CONTENT_LENGTH) + len(CONTENT_LENGTH)
            length = int(head[start : head.index(b"\r", start)])
            self._expected_bytes = end + len(HEAD_END) + length
        if len(self._received) < self._expected_bytes:
            return None
        content = self._received.partition(HEAD_END)[2]
        if not self._received.startswith(b"HTTP/1.1 200") or b'"errors"' in self._received:
            raise RequestError(content.decode(errors="replace")[:QUOTED_CHARACTERS])
        return content

    def request(self, body: bytes) -> bytes:
        """Send a request and wait for its answer. Raises RequestError."""
        self.send(body)
        while (answer := self.receive()) is None:
            pass
        return answer

    def execute(self, query: str, **variables: Any) -> Any:
        """Execute an operation and return its data. Raises RequestError."""
        body = orjson.dumps({"query": query, "variables": variables})
        return orjson.loads(self.request(body))["data"]


@dataclass(frozen=True, slots=True)
class Load:
    """The requests of a measurement.

    Each connection repeats its own bodies and sends the next one once the last is answered. Every
    answer has to contain the `required` bytes.
    """

    key: str
    bodies: Sequence[Sequence[bytes]]
    required: bytes = b""

    def limited_to(self, connections: int) -> Self:
        """Return the load of the first connections only."""
        return replace(self, bodies=self.bodies[:connections])

    def run(self, url: str, *, seconds: float = 0.0, count: int = 0) -> Round:
        """Send requests for `seconds`, or until `count` of them are answered."""
        connections = [Connection(url, self.key) for _ in self.bodies]
        try:
            requests: dict[Connection, Iterator[bytes]] = {
                connection: cycle(bodies)
                for connection, bodies in zip(connections, self.bodies, strict=True)
            }
            return _run(requests, self.required, seconds, count)
        finally:
            for connection in connections:
                connection.socket.close()


def _run(
    requests: dict[Connection, Iterator[bytes]], required: bytes, seconds: float, count: int
) -> Round:
    by_file_number = {connection.socket.fileno(): connection for connection in requests}
    latencies: list[float] = []
    started = now = time.perf_counter()
    with select.epoll() as poll:
        for file_number, connection in by_file_number.items():
            poll.register(file_number, select.EPOLLIN)
            connection.send(next(requests[connection]))
        unanswered = len(requests)
        while unanswered:
            ready = poll.poll(ANSWER_SECONDS)
            if not ready:
                raise RequestError("No answer came in time.")
            for file_number, _ in ready:
                connection = by_file_number[file_number]
                answer = connection.receive()
                if answer is None:
                    continue
                if required not in answer:
                    raise RequestError(answer.decode())
                now = time.perf_counter()
                latencies.append(now - connection.sent_at)
                if now - started < seconds or len(latencies) + unanswered <= count:
                    connection.send(next(requests[connection]))
                else:
                    unanswered -= 1
    return Round(latencies, now - started)
