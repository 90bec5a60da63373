"""Clients: each holds connections open as the documentation says, whatever happens to them."""

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

from tests.faults.subscription import Following
from tests.faults.counters import Tally

PROTOCOL = websockets.Subprotocol("graphql-transport-ws")
OPEN_SECONDS = 3.0
"""For a connection to be opened and acknowledged; then the other server is tried."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.8
"""Before connecting again: short, for the two seconds that followers have are counted with it."""
RESET = struct.pack("ii", 1, 0)
"""For SO_LINGER: closing sends a reset, as a client that is cut off does."""


class Client(ABC):
    """Follows as long as it runs: comes back on whichever server answers, after the last change."""

    def __init__(
        self,
        followings: Sequence[Following],
        addresses: Sequence[str],
        headers: dict[str, str],
        tally: Tally,
        chance: Random,
    ) -> None:
        self.followings = list(followings)
        self._addresses = list(addresses)
        self._headers = headers
        self._tally = tally
        self._chance = chance
        self.server = chance.choice(self._addresses)
        """Where it is connected, or tries to be."""
        self.is_connected = False
        self.before_asking: Callable[[Client], None] = lambda client: None
        """Called while nothing is asked: what is followed may be changed then."""

    def __str__(self) -> str:
        names = ", ".join(following.record.name for following in self.followings)
        state = "connected" if self.is_connected else "not connected"
        return f"{type(self).__name__} {state} to {self.server} for {names}"

    async def run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            self.before_asking(self)
            try:
                await self._converse()
            except (OSError, TimeoutError, websockets.WebSocketException, EOFError) as error:
                name = type(error).__name__
                if isinstance(error, websockets.InvalidStatus):
                    name = f"status {error.response.status_code}"
                self._tally.failures[name] += 1
            pause = FIRST_PAUSE if self.is_connected else min(pause * 2, LONGEST_PAUSE)
            self.is_connected = False
            self.server = self._chance.choice(self._addresses)
            await asyncio.sleep(pause * self._chance.uniform(0.5, 1.0))

    @abstractmethod
    async def _converse(self) -> None:
        """One connection: returns, or raises, when it has ended."""

    @abstractmethod
    async def cut(self) -> None:
        """End the connection without a word, as a lost network does."""

    @abstractmethod
    async def hang_up(self) -> None:
        """End the connection, or only what is asked on it, the orderly way."""


class WebsocketClient(Client):
    """Speaks graphql-transport-ws: one websocket, an operation for each following."""

    _connection: ClientConnection | None = None

    async def cut(self) -> None:
        if self._connection is not None:
            self._is_ours = True
            cut_off(self._connection.transport)

    async def hang_up(self) -> None:
        connection = self._connection
        if connection is None:
            return
        with suppress(websockets.ConnectionClosed):
            if self._chance.random() < 0.5:
                self._is_ours = True
                await connection.close()
                return
            for id_, following in list(self._asked.items()):
                await self._say(connection, id=id_, type="complete")
                await self._subscribe(connection, following)

    async def _converse(self) -> None:
        self._asked: dict[str, Following] = {}
        self._ids = count(1)
        self._is_ours = False
        self._again: set[asyncio.Task[None]] = set()
        async with websockets.connect(
            f"ws://{self.server}/graphql",
            subprotocols=[PROTOCOL],
            open_timeout=OPEN_SECONDS,
            close_timeout=OPEN_SECONDS,
            ping_interval=None,
        ) as connection:
            try:
                await self._greet(connection)
                self._connection = connection
                for following in self.followings:
                    await self._subscribe(connection, following)
                await self._listen(connection)
            finally:
                self._connection = None
                for task in self._again:
                    task.cancel()
                if not self._is_ours and connection.close_code is not None:
                    self._tally.closes[connection.close_code] += 1

    async def _greet(self, connection: ClientConnection) -> None:
        async with asyncio.timeout(OPEN_SECONDS):
            await self._say(connection, type="connection_init", payload=self._headers)
            while json.loads(await connection.recv())["type"] != "connection_ack":
                pass
        self._tally.connections += 1
        self.is_connected = True

    async def _listen(self, connection: ClientConnection) -> None:
        async for text in connection:
            message = json.loads(text)
            if message["type"] == "ping":
                await self._say(connection, type="pong")
            elif (following := self._asked.get(message.get("id"))) is not None:
                await self._hear(connection, message, following)

    async def _hear(
        self, connection: ClientConnection, message: dict[str, Any], following: Following
    ) -> None:
        payload: Any = message.get("payload")
        if message["type"] == "next":
            if following.take(payload.get("data")):
                self._tally.deliveries += 1
                return
            # What comes after it would leave a gap: the place is what was received.
            self._tally.broken_results += 1
            payload = payload["errors"]
            await self._say(connection, id=message["id"], type="complete")
        for error in payload or ():
            self._tally.errors[error["extensions"]["code"]] += 1
        del self._asked[message["id"]]
        task = asyncio.create_task(self._subscribe_again(connection, following))
        self._again.add(task)
        task.add_done_callback(self._again.discard)

    async def _subscribe_again(self, connection: ClientConnection, following: Following) -> None:
        await asyncio.sleep(FIRST_PAUSE + self._chance.random() * LONGEST_PAUSE / 2)
        with suppress(websockets.ConnectionClosed):
            await self._subscribe(connection, following)

    async def _subscribe(self, connection: ClientConnection, following: Following) -> None:
        if connection is not self._connection:
            return  # it has ended meanwhile, and another one has asked for it
        id_ = str(next(self._ids))
        for old in [old for old, one in self._asked.items() if one is following]:
            del self._asked[old]
        self._asked[id_] = following
        self._tally.subscriptions += 1
        payload = {"query": following.document, "variables": following.variables}
        await self._say(connection, id=id_, type="subscribe", payload=payload)

    async def _say(self, connection: ClientConnection, **message: Any) -> None:
        await connection.send(json.dumps(message))


def cut_off(transport: asyncio.WriteTransport) -> None:
    """Close with a reset, without a close frame."""
    end: socket.socket = transport.get_extra_info("socket")
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    transport.abort()
