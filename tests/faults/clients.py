"""Websocket clients that hold subscriptions and resume them as the documentation says."""

import asyncio
import json
import socket
import struct
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from random import Random
from typing import Any

import websockets
from websockets.asyncio.client import ClientConnection

from tests.faults.counters import Counters
from tests.faults.subscription import Subscription

PROTOCOL = websockets.Subprotocol("graphql-transport-ws")
OPEN_SECONDS = 3.0
"""How long opening and acknowledging a connection may take before the next server is tried."""
FIRST_BACKOFF, LONGEST_BACKOFF = 0.05, 0.8
"""Pauses before reconnecting: short, because they count towards the two seconds within which
every subscription has to be up to date after a fault."""
LINGER_ZERO = struct.pack("ii", 1, 0)
"""The SO_LINGER value with which closing a socket sends a reset, as a broken network path does."""


class Client(ABC):
    """A client that reconnects to any available server and resumes after the last change."""

    def __init__(
        self,
        subscriptions: Sequence[Subscription],
        addresses: Sequence[str],
        headers: dict[str, str],
        counters: Counters,
        rng: Random,
    ) -> None:
        self.subscriptions = list(subscriptions)
        self._addresses = list(addresses)
        self._headers = headers
        self._counters = counters
        self._rng = rng
        self.server = rng.choice(self._addresses)
        """The address that the client is connected to, or tries to connect to."""
        self.is_connected = False
        self.before_connect: Callable[[Client], None] = lambda client: None
        """Called before each connection attempt; it may replace subscriptions."""

    def __str__(self) -> str:
        names = ", ".join(subscription.history.name for subscription in self.subscriptions)
        state = "connected" if self.is_connected else "not connected"
        return f"{type(self).__name__} {state} to {self.server} for {names}"

    async def run(self) -> None:
        """Connect again and again until the task is cancelled."""
        backoff = FIRST_BACKOFF
        while True:
            self.before_connect(self)
            try:
                await self._hold_connection()
            except (OSError, TimeoutError, websockets.WebSocketException, EOFError) as error:
                name = type(error).__name__
                if isinstance(error, websockets.InvalidStatus):
                    name = f"status {error.response.status_code}"
                self._counters.failures[name] += 1
            backoff = FIRST_BACKOFF if self.is_connected else min(backoff * 2, LONGEST_BACKOFF)
            self.is_connected = False
            self.server = self._rng.choice(self._addresses)
            await asyncio.sleep(backoff * self._rng.uniform(0.5, 1.0))

    @abstractmethod
    async def _hold_connection(self) -> None:
        """Open one connection and serve it; return or raise when it has ended."""

    @abstractmethod
    async def reset(self) -> None:
        """Reset the connection without a close frame, as a broken network path does."""

    @abstractmethod
    async def disconnect(self) -> None:
        """Close the connection, or only its subscriptions, as the protocol prescribes."""


class WebsocketClient(Client):
    """Speaks graphql-transport-ws: one websocket with an operation for each subscription."""

    _connection: ClientConnection | None = None

    async def reset(self) -> None:
        if self._connection is not None:
            self._ended_by_client = True
            reset_transport(self._connection.transport)

    async def disconnect(self) -> None:
        connection = self._connection
        if connection is None:
            return
        with suppress(websockets.ConnectionClosed):
            if self._rng.random() < 0.5:
                self._ended_by_client = True
                await connection.close()
                return
            for operation_id, subscription in list(self._operations.items()):
                await self._send(connection, id=operation_id, type="complete")
                await self._subscribe(connection, subscription)

    async def _hold_connection(self) -> None:
        self._operations: dict[str, Subscription] = {}
        self._operation_ids = count(1)
        self._ended_by_client = False
        self._resubscriptions: set[asyncio.Task[None]] = set()
        async with websockets.connect(
            f"ws://{self.server}/graphql",
            subprotocols=[PROTOCOL],
            open_timeout=OPEN_SECONDS,
            close_timeout=OPEN_SECONDS,
            ping_interval=None,
        ) as connection:
            try:
                await self._initialize(connection)
                self._connection = connection
                for subscription in self.subscriptions:
                    await self._subscribe(connection, subscription)
                await self._receive_messages(connection)
            finally:
                self._connection = None
                for task in self._resubscriptions:
                    task.cancel()
                if not self._ended_by_client and connection.close_code is not None:
                    self._counters.closes[connection.close_code] += 1

    async def _initialize(self, connection: ClientConnection) -> None:
        async with asyncio.timeout(OPEN_SECONDS):
            await self._send(connection, type="connection_init", payload=self._headers)
            while json.loads(await connection.recv())["type"] != "connection_ack":
                pass
        self._counters.connections += 1
        self.is_connected = True

    async def _receive_messages(self, connection: ClientConnection) -> None:
        async for text in connection:
            message = json.loads(text)
            if message["type"] == "ping":
                await self._send(connection, type="pong")
            elif (subscription := self._operations.get(message.get("id"))) is not None:
                await self._handle_message(connection, message, subscription)

    async def _handle_message(
        self, connection: ClientConnection, message: dict[str, Any], subscription: Subscription
    ) -> None:
        payload: Any = message.get("payload")
        if message["type"] == "next":
            if subscription.receive(payload.get("data")):
                self._counters.deliveries += 1
                return
            # Later results would leave a gap, so the client resumes after the last received change.
            self._counters.broken_results += 1
            payload = payload["errors"]
            await self._send(connection, id=message["id"], type="complete")
        for error in payload or ():
            self._counters.errors[error["extensions"]["code"]] += 1
        del self._operations[message["id"]]
        task = asyncio.create_task(self._resubscribe(connection, subscription))
        self._resubscriptions.add(task)
        task.add_done_callback(self._resubscriptions.discard)

    async def _resubscribe(self, connection: ClientConnection, subscription: Subscription) -> None:
        await asyncio.sleep(FIRST_BACKOFF + self._rng.random() * LONGEST_BACKOFF / 2)
        with suppress(websockets.ConnectionClosed):
            await self._subscribe(connection, subscription)

    async def _subscribe(self, connection: ClientConnection, subscription: Subscription) -> None:
        if connection is not self._connection:
            return  # This connection has ended, and the next one has subscribed already.
        operation_id = str(next(self._operation_ids))
        for old_id in [id_ for id_, other in self._operations.items() if other is subscription]:
            del self._operations[old_id]
        self._operations[operation_id] = subscription
        self._counters.subscriptions += 1
        payload = {"query": subscription.query, "variables": subscription.variables}
        await self._send(connection, id=operation_id, type="subscribe", payload=payload)

    async def _send(self, connection: ClientConnection, **message: Any) -> None:
        await connection.send(json.dumps(message))


def reset_transport(transport: asyncio.WriteTransport) -> None:
    """Close a connection with a TCP reset and without a close frame."""
    connection: socket.socket = transport.get_extra_info("socket")
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_ZERO)
    transport.abort()
