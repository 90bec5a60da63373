"""The subscriber process: many websockets that count what they receive, and do nothing else.

It uses plain sockets and one epoll, so that a frame costs this process far less than it costs the
server, and the measurement shows the server.
"""

import select
import socket
import time
from collections import deque
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from benchmarks.fanout import websocket_frames
from benchmarks.fanout.websocket_frames import TEXT, text_frame, upgrade_request, whole_frames
from devservices.ports import HOST

CONCURRENT_HANDSHAKES = 64
"""Enough to keep the server busy, and few enough for its backlog of connections."""
SOCKETS_PER_ADDRESS = 20
"""Sockets of one client address, as if many people connected; all of 127.0.0.0/8 is this host."""
ADDRESSES_PER_NETWORK = 250
RECEIVE_BYTES = 256 * 1024
QUOTED_BYTES = 200
POSITION_KEY = b'"position":'
INIT = text_frame(b'{"type":"connection_init"}')
PING = text_frame(b'{"type":"ping"}')
PONG = text_frame(b'{"type":"pong"}')


@dataclass(slots=True, eq=False)
class Subscriber:
    """One socket; `rest` holds the beginning of a frame that is not yet complete."""

    socket: socket.socket
    group: "Group"
    subscribe_frame: bytes
    is_open: bool = False
    rest: bytes = b""
    last_position: int = -1
    frames: int = 0


@dataclass(slots=True)
class GroupReceipts:
    """The deliveries that a group has received since its last reset."""

    frames: int = 0
    first: float = 0.0
    last: float = 0.0
    fewest: int = 0
    most: int = 0
    processor_seconds: float = 0.0
    times: list[tuple[int, float]] = field(default_factory=list)
    """The position and time of each receipt, on the monotonic clock that all processes share."""
    sample: list[str] = field(default_factory=list)
    """All messages that the first subscriber received."""
    errors: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """Subscribers whose receipts are counted together."""

    name: str
    is_ordered: bool
    subscribers: list[Subscriber] = field(default_factory=list)
    receipts: GroupReceipts = field(default_factory=GroupReceipts)
    joined: int = 0
    has_times: bool = False
    started: float = 0.0


class SubscriberProcess:
    """Executes the commands that arrive over a pipe until the other end is closed."""

    def __init__(self, commands: Connection) -> None:
        self._commands = commands
        self._groups: dict[str, Group] = {}
        self._by_file_number: dict[int, Subscriber] = {}
        self._pending: deque[tuple[Group, int, bytes]] = deque()
        self._handshakes = 0
        # All sockets share it: an allocation of this size per receipt would cost more than the
        # receipt.
        self._buffer = memoryview(bytearray(RECEIVE_BYTES))
        self._poll = select.epoll()
        self._poll.register(commands.fileno(), select.EPOLLIN)

    def run(self) -> None:
        while True:
            for file_number, _ in self._poll.poll():
                if file_number != self._commands.fileno():
                    self._receive(self._by_file_number[file_number])
                elif not self._execute_command():
                    return

    def _execute_command(self) -> bool:
        """Execute one command; return False once the pipe is closed."""
        try:
            command, arguments = self._commands.recv()
        except EOFError:
            return False
        getattr(self, f"_{command}")(**arguments)
        return True

    def _join(self, name: str, port: int, subscriptions: list[bytes], *, is_ordered: bool) -> None:
        """Add one subscriber per frame; an empty frame means that it only connects."""
        group = self._groups[name] = Group(name, is_ordered)
        self._pending.extend((group, port, frame) for frame in subscriptions)
        while self._pending and self._handshakes < CONCURRENT_HANDSHAKES:
            self._connect(*self._pending.popleft())

    def _connect(self, group: Group, port: int, subscribe_frame: bytes) -> None:
        self._handshakes += 1
        number = len(self._by_file_number) // SOCKETS_PER_ADDRESS
        network, host = divmod(number, ADDRESSES_PER_NETWORK)
        connection = socket.create_connection(
            (HOST, port), source_address=(f"127.1.{network}.{host + 1}", 0)
        )
        connection.setblocking(False)
        subscriber = Subscriber(connection, group, subscribe_frame)
        group.subscribers.append(subscriber)
        self._by_file_number[connection.fileno()] = subscriber
        connection.send(upgrade_request(f"{HOST}:{port}", "/graphql"))
        self._poll.register(connection.fileno(), select.EPOLLIN)

    def _reset(self, name: str, *, has_times: bool) -> None:
        group = self._groups[name]
        group.receipts, group.has_times = GroupReceipts(), has_times
        group.started = time.process_time()
        for subscriber in group.subscribers:
            subscriber.frames = 0
        self._commands.send(None)

    def _progress(self, name: str) -> None:
        """Send the state of a group; it is polled often, so it computes nothing."""
        group = self._groups[name]
        self._commands.send((group.joined, group.receipts.frames, group.receipts.errors))

    def _receipts(self, name: str) -> None:
        group = self._groups[name]
        counts = [subscriber.frames for subscriber in group.subscribers]
        group.receipts.fewest, group.receipts.most = min(counts), max(counts)
        group.receipts.processor_seconds = time.process_time() - group.started
        self._commands.send(group.receipts)

    def _leave(self, name: str) -> None:
        for subscriber in self._groups.pop(name).subscribers:
            self._close(subscriber)
        self._commands.send(None)

    def _close(self, subscriber: Subscriber) -> None:
        if self._by_file_number.pop(subscriber.socket.fileno(), None):
            subscriber.socket.close()

    def _receive(self, subscriber: Subscriber) -> None:
        size = subscriber.socket.recv_into(self._buffer)
        data = bytes(self._buffer[:size])
        if not data:
            subscriber.group.receipts.errors.append("the server closed a connection")
            self._close(subscriber)
            return
        if subscriber.rest:
            data = subscriber.rest + data
        now = time.monotonic()
        start = 0 if subscriber.is_open else self._finish_handshake(subscriber, data)
        for opcode, payload_start, stop in whole_frames(data, start):
            key = data.find(POSITION_KEY, payload_start, stop)
            if key < 0 or opcode != TEXT:
                self._handle_control(subscriber, opcode, data[payload_start:stop])
            else:
                self._count(subscriber, data, key, now)
                if subscriber is subscriber.group.subscribers[0]:
                    self._keep_sample(subscriber.group.receipts, data[payload_start:stop])
            start = stop
        subscriber.rest = data[start:]

    def _keep_sample(self, receipts: GroupReceipts, message: bytes) -> None:
        """Keep a message of the group's first subscriber, for the baseline to send again."""
        receipts.sample.append(message.decode())
        if b'"errors"' in message:
            receipts.errors.append(receipts.sample[-1])

    def _count(self, subscriber: Subscriber, data: bytes, key: int, now: float) -> None:
        """Count a change; `key` is the offset of the key that precedes its position."""
        group, receipts = subscriber.group, subscriber.group.receipts
        digits = key + len(POSITION_KEY)
        stop = digits
        while 48 <= data[stop] <= 57:
            stop += 1
        position = int(data[digits:stop])
        if position <= subscriber.last_position and group.is_ordered:
            receipts.errors.append(f"position {position} after {subscriber.last_position}")
        subscriber.last_position = position
        subscriber.frames += 1
        receipts.frames += 1
        receipts.first = receipts.first or now
        receipts.last = now
        if group.has_times:
            receipts.times.append((position, now))

    def _finish_handshake(self, subscriber: Subscriber, data: bytes) -> int:
        """Return the offset of the first frame after the response, or 0 while it is incomplete."""
        end = data.find(b"\r\n\r\n") + 4
        if end < 4:
            return 0
        subscriber.is_open = True
        if not data.startswith(b"HTTP/1.1 101"):
            error = data[:QUOTED_BYTES].decode(errors="replace")
            subscriber.group.receipts.errors.append(error)
        elif subscriber.subscribe_frame:
            subscriber.socket.send(INIT)
        else:
            self._finish_join(subscriber)
        return end

    def _handle_control(self, subscriber: Subscriber, opcode: int, message: bytes) -> None:
        """Answer a message that is not a change."""
        if opcode == websocket_frames.PING:
            subscriber.socket.send(websocket_frames.pong_frame(message))
        elif b'"connection_ack"' in message:
            subscriber.socket.send(subscriber.subscribe_frame + PING)
        elif b'"pong"' in message:
            self._finish_join(subscriber)
        elif b'"ping"' in message:
            subscriber.socket.send(PONG)
        else:
            error = f"{opcode:#x} {message[:QUOTED_BYTES]!r}"
            subscriber.group.receipts.errors.append(error)

    def _finish_join(self, subscriber: Subscriber) -> None:
        """Count a subscriber as joined: its ping, sent after the subscription, was answered."""
        subscriber.group.joined += 1
        self._handshakes -= 1
        if self._pending:
            self._connect(*self._pending.popleft())


def run_subscriber_process(commands: Connection) -> None:
    """Run in the process, which inherits the processor core of the process that starts it."""
    SubscriberProcess(commands).run()
