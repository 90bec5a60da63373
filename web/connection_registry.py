"""Connections that stay open: how many there may be, that they live, and how they end."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address, ip_address, ip_network
from typing import NoReturn, Protocol

from starlette.types import Scope

from access.authentication import Authenticator
from access.viewer import Viewer
from database.outages import is_outage
from errors import Unauthenticated

TICK = 1.0
"""Seconds between two looks at all connections: how exact their time limits are."""
LONGEST_TICK = 2.0
"""Seconds that a tick counts for at most; if it took longer, the process was held up."""
PING_INTERVAL = 15.0
"""Seconds of silence on a connection after which it is asked whether anybody is there: well below
the minute after which proxies and home routers forget it."""
PONG_TIMEOUT = 10.0
"""Seconds for the answer: a telephone in a tunnel has them, a dead one is let go soon."""
SEND_TIMEOUT = 10.0
"""Seconds in which a reader must take something: whoever takes nothing is not there."""
CLOSE_TIMEOUT = 2.0
"""Seconds for the last words to go out, before the connection is dropped without them."""
SPREAD = 5.0
"""Seconds over which many are let go, so that they do not come back all at once."""
PAUSE = 0.05
LEAVING_AT_ONCE = 100
"""Connections let go in one go, with a pause (in seconds) after it: 2,000 in a second, unless that
takes longer than SPREAD."""
LOOKS_PER_TURN = 1000
"""Connections looked at before other tasks have their turn: about a millisecond."""
OWN_BITS = 64
"""Of an IPv6 address, the part that a customer is given; the rest he may choose."""
KEY = "key "
RETRY_AFTER_SECONDS = 10
"""For whoever has too many connections open: one of them may have ended by then."""
RETRY_AFTER = {"Retry-After": str(RETRY_AFTER_SECONDS)}


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What one client may take."""

    subscriptions_per_connection: int
    connections_per_address: int
    connections_per_key: int
    messages_per_second: int
    init_seconds: int


class EndReason(Enum):
    """Why a connection is ended by this process."""

    RESTARTING = "the process ends; the client may come back at once"
    REVOKED = "its key is unknown, expired or revoked"


class TooManyConnections(Exception):
    """There are as many connections from there as may be."""


class Connection(Protocol):
    """A websocket or an event stream."""

    authorization: str | None

    def tick(self, now: float) -> None:
        """Called every TICK: see whether anybody is there, by the registry's clock `now`."""

    def end(self, reason: EndReason) -> None:
        """Let it go; it does not wait for that."""


class Slot:
    """What a connection counts for: its address, until it has named a key."""

    __slots__ = ("_connections", "_whose")

    def __init__(self, connections: "ConnectionRegistry", whose: str) -> None:
        self._connections, self._whose = connections, whose

    def move(self, viewer: Viewer) -> None:
        """Raises TooManyConnections if the viewer's key has as many connections as it may."""
        whose = _holder(viewer, self._whose)
        if whose == self._whose:
            return
        self._connections.take(whose)
        self._connections.give_back(self._whose)
        self._whose = whose

    def leave(self) -> None:
        self._connections.give_back(self._whose)


class ConnectionRegistry:
    """All that are open in this process."""

    def __init__(self, callers: Authenticator, limits: ConnectionLimits) -> None:
        self.limits = limits
        self._callers = callers
        self._open: set[Connection] = set()
        self._counts: Counter[str] = Counter()
        self.is_leaving = False
        self.now = 0.0
        """Seconds that this process has lived, by ticks: while it stands still, so do all time
        limits, for what clients said meanwhile still waits to be read."""

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, address: str, viewer: Viewer) -> Slot:
        """Raises TooManyConnections."""
        if self.is_leaving:
            raise TooManyConnections
        whose = _holder(viewer, _network(address))
        self.take(whose)
        return Slot(self, whose)

    def take(self, whose: str) -> None:
        is_key = whose.startswith(KEY)
        limits = self.limits
        if self._counts[whose] >= (
            limits.connections_per_key if is_key else limits.connections_per_address
        ):
            raise TooManyConnections
        self._counts[whose] += 1

    def give_back(self, whose: str) -> None:
        self._counts[whose] -= 1
        if not self._counts[whose]:
            del self._counts[whose]

    @contextmanager
    def keeping(self, connection: Connection) -> Iterator[None]:
        """While it is open."""
        self._open.add(connection)
        if self.is_leaving:
            connection.end(EndReason.RESTARTING)
        try:
            yield
        finally:
            self._open.discard(connection)

    async def keep(self) -> NoReturn:
        """Look at all of them, for ever."""
        clock = asyncio.get_running_loop().time
        before = clock()
        while True:
            await asyncio.sleep(TICK)
            passed, before = clock() - before, clock()
            self.now += min(passed, LONGEST_TICK)
            await self._look_at_all()

    async def watch_keys(self) -> NoReturn:
        """Apart from `keep`: a database that does not answer must not keep the dead connected."""
        while True:
            await asyncio.sleep(TICK)
            await self._let_revoked_go()

    async def _look_at_all(self) -> None:
        for count, connection in enumerate(tuple(self._open), start=1):
            connection.tick(self.now)
            if count % LOOKS_PER_TURN == 0:
                await asyncio.sleep(0)

    async def _let_revoked_go(self) -> None:
        for authorization in {connection.authorization for connection in self._open}:
            try:
                await self._callers.viewer(authorization)
            except Unauthenticated:
                for connection in tuple(self._open):
                    if connection.authorization == authorization:
                        connection.end(EndReason.REVOKED)
            except Exception as error:
                if not is_outage(error):
                    raise
                return

    async def drain(self) -> None:
        """The process is about to end: no more come in, and those that are here come back."""
        self.is_leaving = True
        leaving = tuple(self._open)
        pause = min(PAUSE, SPREAD * LEAVING_AT_ONCE / max(len(leaving), 1))
        for first in range(0, len(leaving), LEAVING_AT_ONCE):
            for connection in leaving[first : first + LEAVING_AT_ONCE]:
                connection.end(EndReason.RESTARTING)
            await asyncio.sleep(pause)
        with suppress(TimeoutError):
            async with asyncio.timeout(2 * CLOSE_TIMEOUT):
                while self._open:  # noqa: ASYNC110 (none of them tells)
                    await asyncio.sleep(PAUSE)


def host_of(scope: Scope) -> str:
    """The client's address; all clients of a Unix socket are one."""
    host, _port = scope.get("client") or ("", 0)
    return str(host)


def _holder(viewer: Viewer, otherwise: str) -> str:
    return otherwise if viewer.key_id is None else f"{KEY}{viewer.key_id}"


def _network(address: str) -> str:
    """What one customer of a network has to himself. A socket for both families says IPv4 mapped
    into IPv6, where all of it would be one network."""
    try:
        place = ip_address(address)
    except ValueError:
        return address
    if isinstance(place, IPv4Address):
        return str(place)
    return str(place.ipv4_mapped or ip_network((place.packed, OWN_BITS), strict=False))
