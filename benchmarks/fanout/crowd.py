"""A crowd: a process of many websockets that count what they receive, and do nothing else.

Plain sockets and one epoll: a frame costs this process far less than it cost the server, so that
the server is what is measured.
"""

import select
import socket
import time
from collections import deque
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from benchmarks.fanout import frames
from benchmarks.fanout.frames import TEXT, text_frame, upgrade_request, whole_frames
from devservices.ports import HOST

JOINING_AT_ONCE = 64
"""Handshakes under way: the server always has some, and its backlog never runs over."""
PER_ADDRESS = 20
"""Sockets from one client address, as if they were so many people's; all of 127/8 is this host."""
RECEIVED_AT_ONCE = 256 * 1024
POSITION = b'"position":'
INIT = text_frame(b'{"type":"connection_init"}')
PING = text_frame(b'{"type":"ping"}')
PONG = text_frame(b'{"type":"pong"}')


@dataclass(slots=True, eq=False)
class Follower:
    """A socket; `rest` is the beginning of a frame of which more is to come."""

    socket: socket.socket
    group: "Group"
    subscribe: bytes
    is_open: bool = False
    rest: bytes = b""
    last: int = -1
    frames: int = 0


@dataclass(slots=True)
class Count:
    """What a group has received since it was last asked to forget."""

    frames: int = 0
    first: float = 0.0
    last: float = 0.0
    fewest: int = 0
    most: int = 0
    processor_seconds: float = 0.0
    receipts: list[tuple[int, float]] = field(default_factory=list)
    """Positions and when they came, on the clock that all processes share."""
    sample: list[str] = field(default_factory=list)
    """All that the first follower received."""
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """Followers that are counted together."""

    name: str
    is_ordered: bool
    followers: list[Follower] = field(default_factory=list)
    count: Count = field(default_factory=Count)
    joined: int = 0
    has_times: bool = False
    started: float = 0.0


class Crowd:
    """Does what it is told over a pipe, until the other end is closed."""

    def __init__(self, orders: Connection) -> None:
        self._orders = orders
        self._groups: dict[str, Group] = {}
        self._by_number: dict[int, Follower] = {}
        self._waiting: deque[tuple[Group, int, bytes]] = deque()
        self._joining = 0
        # One for all: to allocate as much for every receipt would cost more than the receipt.
        self._buffer = memoryview(bytearray(RECEIVED_AT_ONCE))
        self._poll = select.epoll()
        self._poll.register(orders.fileno(), select.EPOLLIN)

    def run(self) -> None:
        while True:
            for number, _ in self._poll.poll():
                if number != self._orders.fileno():
                    self._receive(self._by_number[number])
                elif not self._obey():
                    return

    def _obey(self) -> bool:
        try:
            verb, values = self._orders.recv()
        except EOFError:
            return False
        getattr(self, f"_{verb}")(**values)
        return True

    def _join(self, name: str, port: int, subscriptions: list[bytes], *, is_ordered: bool) -> None:
        """One follower per subscription; an empty one says nothing once it is connected."""
        group = self._groups[name] = Group(name, is_ordered)
        self._waiting.extend((group, port, one) for one in subscriptions)
        while self._waiting and self._joining < JOINING_AT_ONCE:
            self._connect(*self._waiting.popleft())

    def _connect(self, group: Group, port: int, subscription: bytes) -> None:
        self._joining += 1
        place = len(self._by_number) // PER_ADDRESS
        address = f"127.1.{place // 250}.{place % 250 + 1}"
        one = socket.create_connection((HOST, port), source_address=(address, 0))
        one.setblocking(False)
        follower = Follower(one, group, subscription)
        group.followers.append(follower)
        self._by_number[one.fileno()] = follower
        one.send(upgrade_request(f"{HOST}:{port}", "/graphql"))
        self._poll.register(one.fileno(), select.EPOLLIN)

    def _forget(self, name: str, *, has_times: bool) -> None:
        group = self._groups[name]
        group.count, group.has_times, group.started = Count(), has_times, time.process_time()
        for follower in group.followers:
            follower.frames = 0
        self._orders.send(None)

    def _tell(self, name: str) -> None:
        """How far it is: cheap, for it is asked again and again."""
        group = self._groups[name]
        self._orders.send((group.joined, group.count.frames, group.count.faults))

    def _count(self, name: str) -> None:
        group = self._groups[name]
        counts = [follower.frames for follower in group.followers]
        group.count.fewest, group.count.most = min(counts), max(counts)
        group.count.processor_seconds = time.process_time() - group.started
        self._orders.send(group.count)

    def _leave(self, name: str) -> None:
        for follower in self._groups.pop(name).followers:
            self._hang_up(follower)
        self._orders.send(None)

    def _hang_up(self, follower: Follower) -> None:
        if self._by_number.pop(follower.socket.fileno(), None):
            follower.socket.close()

    def _receive(self, follower: Follower) -> None:
        size = follower.socket.recv_into(self._buffer)
        data = bytes(self._buffer[:size])
        if not data:
            follower.group.count.faults.append("hung up")
            self._hang_up(follower)
            return
        if follower.rest:
            data = follower.rest + data
        now = time.monotonic()
        start = 0 if follower.is_open else self._open(follower, data)
        for opcode, first, stop in whole_frames(data, start):
            place = data.find(POSITION, first, stop)
            if place < 0 or opcode != TEXT:
                self._converse(follower, opcode, data[first:stop])
            else:
                self._note(follower, data, place, now)
                if follower is follower.group.followers[0]:
                    self._keep(follower.group.count, data[first:stop])
            start = stop
        follower.rest = data[start:]

    def _keep(self, count: Count, message: bytes) -> None:
        """What the first of a group received is sent again by the bare application."""
        count.sample.append(message.decode())
        if b'"errors"' in message:
            count.faults.append(count.sample[-1])

    def _note(self, follower: Follower, data: bytes, place: int, now: float) -> None:
        """A change: its position follows the word."""
        group, count = follower.group, follower.group.count
        digits = place + len(POSITION)
        stop = digits
        while 48 <= data[stop] <= 57:
            stop += 1
        position = int(data[digits:stop])
        if position <= follower.last and group.is_ordered:
            count.faults.append(f"{position} after {follower.last}")
        follower.last = position
        follower.frames += 1
        count.frames += 1
        count.first = count.first or now
        count.last = now
        if group.has_times:
            count.receipts.append((position, now))

    def _open(self, follower: Follower, data: bytes) -> int:
        """Where the frames begin, once the handshake is answered."""
        end = data.find(b"\r\n\r\n") + 4
        if end < 4:
            return 0
        follower.is_open = True
        if not data.startswith(b"HTTP/1.1 101"):
            follower.group.count.faults.append(data[:100].decode(errors="replace"))
        elif follower.subscribe:
            follower.socket.send(INIT)
        else:
            self._arrive(follower)
        return end

    def _converse(self, follower: Follower, opcode: int, message: bytes) -> None:
        if opcode == frames.PING:
            follower.socket.send(frames.pong_frame(message))
        elif b'"connection_ack"' in message:
            follower.socket.send(follower.subscribe + PING)
        elif b'"pong"' in message:
            self._arrive(follower)
        elif b'"ping"' in message:
            follower.socket.send(PONG)
        else:
            follower.group.count.faults.append(f"{opcode:#x} {message[:200]!r}")

    def _arrive(self, follower: Follower) -> None:
        """It follows: the pong to a ping that was sent after the subscription is here."""
        follower.group.joined += 1
        self._joining -= 1
        if self._waiting:
            self._connect(*self._waiting.popleft())


def run_crowd(orders: Connection) -> None:
    """All that its process does; it is pinned as the one that started it."""
    Crowd(orders).run()
