"""The load: HTTP/1.1 by hand over plain sockets that stay open, and one epoll for all of them.

A request costs this process far less than it cost the server, so that the server is measured.
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

LENGTH = b"content-length:"
HEAD_END = b"\r\n\r\n"
RECEIVED_AT_ONCE = 256 * 1024
ANSWER_SECONDS = 30.0
"""More than any server here takes its time for."""


class Refused(RuntimeError):
    """An answer that was not 200, or had errors."""


@dataclass(frozen=True, slots=True)
class Round:
    """What a server answered in a while."""

    waits: list[float] = field(repr=False)
    """Seconds, of each answer."""
    seconds: float
    core_seconds: float = 0.0
    """What the server itself computed."""

    @property
    def rate(self) -> float:
        return len(self.waits) / self.seconds

    @property
    def core_us(self) -> float:
        """Of an answer."""
        return 1e6 * self.core_seconds / len(self.waits)

    def percentile_ms(self, percent: int) -> float:
        ordered = sorted(self.waits)
        return 1000 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


class Connection:
    """One request at a time."""

    def __init__(self, url: str, key: str) -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port or 80), ANSWER_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.asked_at = 0.0
        self._head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Authorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: "
        ).encode()
        self._received = b""
        self._missing = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, body: bytes) -> None:
        self._received, self._missing = b"", -1
        self.asked_at = time.perf_counter()
        self.socket.sendall(b"%s%d\r\n\r\n%s" % (self._head, len(body), body))

    def receive(self) -> bytes | None:
        """The answer, once all of it is there. Raises Refused."""
        some = self.socket.recv(RECEIVED_AT_ONCE)
        if not some:
            raise Refused("The server hung up.")
        self._received += some
        if self._missing < 0:
            end = self._received.find(HEAD_END)
            if end < 0:
                return None
            head = self._received[:end].lower() + b"\r"
            start = head.index(LENGTH) + len(LENGTH)
            length = int(head[start : head.index(b"\r", start)])
            self._missing = end + len(HEAD_END) + length
        if len(self._received) < self._missing:
            return None
        if not self._received.startswith(b"HTTP/1.1 200") or b'"errors"' in self._received:
            answer = self._received.partition(HEAD_END)[2]
            raise Refused(answer.decode(errors="replace")[:500])
        return self._received[self._received.index(HEAD_END) + len(HEAD_END) :]

    def ask(self, body: bytes) -> bytes:
        self.send(body)
        while (answer := self.receive()) is None:
            pass
        return answer

    def data(self, query: str, **variables: Any) -> Any:
        return orjson.loads(self.ask(orjson.dumps({"query": query, "variables": variables})))[
            "data"
        ]


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked: by each connection its own bodies over and over, the next one once it is
    answered. `demanded` stands in every answer."""

    key: str
    bodies: Sequence[Sequence[bytes]]
    demanded: bytes = b""

    def of(self, callers: int) -> Self:
        """Only some of the connections."""
        return replace(self, bodies=self.bodies[:callers])

    def run(self, url: str, *, seconds: float = 0.0, count: int = 0) -> Round:
        """For so many seconds, or until there are `count` answers."""
        opened = [Connection(url, self.key) for _ in self.bodies]
        try:
            asking: dict[Connection, Iterator[bytes]] = {
                one: cycle(bodies) for one, bodies in zip(opened, self.bodies, strict=True)
            }
            return _run(asking, self.demanded, seconds, count)
        finally:
            for one in opened:
                one.socket.close()


def _run(
    asking: dict[Connection, Iterator[bytes]], demanded: bytes, seconds: float, count: int
) -> Round:
    by_number = {one.socket.fileno(): one for one in asking}
    waits: list[float] = []
    started = now = time.perf_counter()
    with select.epoll() as poll:
        for number, one in by_number.items():
            poll.register(number, select.EPOLLIN)
            one.send(next(asking[one]))
        waiting = len(asking)
        while waiting:
            ready = poll.poll(ANSWER_SECONDS)
            if not ready:
                raise Refused("No answer came.")
            for number, _ in ready:
                one = by_number[number]
                answer = one.receive()
                if answer is None:
                    continue
                if demanded not in answer:
                    raise Refused(answer.decode())
                now = time.perf_counter()
                waits.append(now - one.asked_at)
                if now - started < seconds or len(waits) + waiting <= count:
                    one.send(next(asking[one]))
                else:
                    waiting -= 1
    return Round(waits, now - started)
