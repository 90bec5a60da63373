"""The connection registry: limits, watches and ends the connections that stay open."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from typing import NoReturn, Protocol
from uuid import UUID

from access.authentication import Authenticator
from access.credentials import Authorization
from access.security_events import SecurityEvent, record
from access.viewer import Viewer
from database.outages import is_outage
from errors import Unauthenticated
from runtime.settings_part import SettingsPart
from runtime.turns import in_turns
from web.client_log_lines import ClientWarnings, bounded
from web.clients import Client, client_of, network_of
from web.held_documents import HeldDocuments
from web.unsent_answers import UnsentAnswers

TICK = 1.0
"""Seconds between two ticks of the registry's clock: the precision of all time limits."""
LONGEST_TICK = 2.0
"""The most seconds that one tick counts for; if it took longer, the process was held up."""
PING_INTERVAL = 15.0
"""Seconds of silence on a connection after which it is pinged: well below the minute after which
proxies and home routers forget it."""
PONG_TIMEOUT = 10.0
"""Seconds for the answer: a telephone in a tunnel has them, a dead client is dropped soon."""
SEND_TIMEOUT = 10.0
"""Seconds in which a client must read something: one that reads nothing is gone."""
CLOSE_TIMEOUT = 2.0
"""Seconds for the last message to be sent, before the connection is dropped without it."""
DRAIN_SECONDS = 5.0
"""The time over which many connections are ended, so that they do not come back all at once."""
DRAIN_PAUSE, DRAIN_BATCH = 0.05, 100
"""Connections that are ended together, with a pause (in seconds) after them: 2,000 in a second,
unless that takes longer than DRAIN_SECONDS."""
TICKS_PER_TURN = 1000
"""Connections that get a tick before other tasks run: about a millisecond."""
FULL_ADDRESS = (
    "%s has the %d connections that WHEREABOUTS_CONNECTIONS_PER_ADDRESS allows; others are refused."
    " If it is a proxy, name it in WHEREABOUTS_TRUSTED_PROXIES: all its clients count as one."
)
FULL_KEY = (
    "The key %s has the %d connections that WHEREABOUTS_CONNECTIONS_PER_KEY allows; others are"
    " refused."
)
RETRY_AFTER_SECONDS = 10
"""The wait for a client with too many connections or too much waiting work: some may have ended."""
TOO_MANY = (
    "This address or key has as many connections as it may have."
    f" Close one, or come back in {RETRY_AFTER_SECONDS} seconds."
)
RETRY_AFTER = {"Retry-After": str(RETRY_AFTER_SECONDS)}


@dataclass(frozen=True, slots=True)
class ConnectionLimits(SettingsPart):
    """The limits for one client."""

    subscriptions_per_connection: int
    connections_per_address: int
    connections_per_key: int
    messages_per_second: int
    init_seconds: int


class EndReason(Enum):
    """The reasons for which this process ends a connection."""

    RESTARTING = "the process ends; the client may come back at once"
    REVOKED = "its credentials are unknown, expired or revoked"


class ClientDisconnected(Exception):
    """The client ended its connection before it had its answer."""


class TooManyConnections(Exception):
    """The address or the key has as many connections as it may have."""


class OpenConnection(Protocol):
    """A websocket or an event stream."""

    authorization: Authorization

    def tick(self, now: float) -> None:
        """Check whether the client is still there; called every TICK with the registry's clock."""

    def end(self, reason: EndReason) -> None:
        """Start to end the connection, without waiting for its end."""


class Slot:
    """A connection's share of the limits: it counts for an address, until it has named a key."""

    __slots__ = ("_connections", "_held", "client", "network")

    def __init__(self, connections: "ConnectionRegistry", client: Client, network: str) -> None:
        self._connections, self.client, self.network = connections, client, network
        self._held = connections.held.connection()

    def move_to(self, viewer: Viewer) -> None:
        """Count for the viewer's key. Raises TooManyConnections if it has no slot left."""
        client = client_of(viewer, self.network)
        if client == self.client:
            return
        self._connections.acquire(client)
        self._connections.release(self.client)
        self.client = client

    def holding(self, document: str, variables: int) -> AbstractContextManager[None]:
        """Count what a subscription of the connection holds during the block.

        Entering it raises LimitExceeded.
        """
        return self._connections.held.holding(self._held, self.client, document, variables)

    def sending(self, size: int, *, is_owed: bool) -> AbstractContextManager[None]:
        """Count an answer of this size, which its client may not read, during the block.

        Entering it raises TooManyRequests, unless the answer is owed.
        """
        return self._connections.unsent.holding(self.network, size, is_owed=is_owed)

    def release(self) -> None:
        self._connections.release(self.client)


class ConnectionRegistry:
    """All connections that are open in this process."""

    def __init__(
        self, authenticator: Authenticator, limits: ConnectionLimits, warnings: ClientWarnings
    ) -> None:
        self.limits, self._warnings = limits, warnings
        self._authenticator = authenticator
        self.held, self.unsent = HeldDocuments(), UnsentAnswers()
        self._open: set[OpenConnection] = set()
        self._counts: Counter[Client] = Counter()
        self.is_draining = False
        self.now = 0.0
        """Seconds that this process has lived, by ticks. The clock stops while the process is
        paused: what clients sent meanwhile must be read before they time out."""

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, address: str, viewer: Viewer) -> Slot:
        """Return a slot for a new connection. Raises TooManyConnections."""
        if self.is_draining:
            raise TooManyConnections
        network = network_of(address)
        client = client_of(viewer, network)
        self.acquire(client)
        return Slot(self, client, network)

    def acquire(self, client: Client) -> None:
        """Count one more connection of the key or network. Raises TooManyConnections."""
        is_key = isinstance(client, UUID)
        name = "connections_per_key" if is_key else "connections_per_address"
        limit = getattr(self.limits, name)
        if self._counts[client] >= limit:
            self._warnings.warn(FULL_KEY if is_key else FULL_ADDRESS, bounded(str(client)), limit)
            record(SecurityEvent.RATE_LIMITED, limit=name)
            raise TooManyConnections
        self._counts[client] += 1

    def release(self, client: Client) -> None:
        self._counts[client] -= 1
        if not self._counts[client]:
            del self._counts[client]

    @contextmanager
    def registered(self, connection: OpenConnection) -> Iterator[None]:
        """Watch the connection during the block."""
        self._open.add(connection)
        if self.is_draining:
            connection.end(EndReason.RESTARTING)
        try:
            yield
        finally:
            self._open.discard(connection)

    async def run_clock(self) -> NoReturn:
        """Advance the clock and give each connection its ticks, for ever."""
        clock = asyncio.get_running_loop().time
        before = clock()
        while True:
            await asyncio.sleep(TICK)
            elapsed, before = clock() - before, clock()
            self.now += min(elapsed, LONGEST_TICK)
            await self._tick_all()

    async def watch_keys(self) -> NoReturn:
        """End the connections of revoked keys, for ever. It is apart from `run_clock`: while the
        database does not answer, dead connections must still be dropped."""
        while True:
            await asyncio.sleep(TICK)
            await self._end_revoked()

    async def _tick_all(self) -> None:
        for count, connection in enumerate(tuple(self._open), start=1):
            connection.tick(self.now)
            if count % TICKS_PER_TURN == 0:
                await asyncio.sleep(0)

    async def _end_revoked(self) -> None:
        authorizations = {connection.authorization for connection in self._open}
        try:
            await self._authenticator.refresh(authorizations)
            async for authorization in in_turns(authorizations):
                await self._end_if_revoked(authorization)
        except Exception as error:
            if not is_outage(error):
                raise

    async def _end_if_revoked(self, authorization: Authorization) -> None:
        try:
            await self._authenticator.confirm(authorization)
        except Unauthenticated as error:
            record(SecurityEvent.CONNECTION_ENDED, key_id=error.key_id, reason=error.reason)
            for connection in [one for one in self._open if one.authorization == authorization]:
                connection.end(EndReason.REVOKED)

    async def drain(self) -> None:
        """Admit no more connections, end the open ones in batches, and wait until they are gone."""
        self.is_draining = True
        connections = tuple(self._open)
        pause = min(DRAIN_PAUSE, DRAIN_SECONDS * DRAIN_BATCH / max(len(connections), 1))
        for first in range(0, len(connections), DRAIN_BATCH):
            for connection in connections[first : first + DRAIN_BATCH]:
                connection.end(EndReason.RESTARTING)
            await asyncio.sleep(pause)
        with suppress(TimeoutError):
            async with asyncio.timeout(2 * CLOSE_TIMEOUT):
                while self._open:  # noqa: ASYNC110 (connections signal no event when they end)
                    await asyncio.sleep(DRAIN_PAUSE)
