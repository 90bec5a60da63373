"""A server of the test's own: real HTTP and real websockets, in the test's process."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx2
import uvicorn
import websockets
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection

from auth import Scope
from config import Settings
from schema.endpoint.connections import Connections
from server import create_app, drop_dead_connections, serving_config
from subscriptions.feed import Feed
from tests.event_streams import EventReader
from tracking.api_keys import create_key

PATIENCE = 20.0
"""Seconds for what must come; only a test that fails waits so long."""
PROTOCOL = websockets.Subprotocol("graphql-transport-ws")


class Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self):
        """Signals are pytest's."""
        yield


@dataclass
class Service:
    """A running server, and how to ask it."""

    address: str
    http: httpx2.AsyncClient
    app: Starlette | None = None
    """Unless it is another process."""
    keys: dict[tuple[Scope, ...], str] = field(default_factory=dict)

    @property
    def connections(self) -> Connections:
        assert self.app is not None
        connections: Connections = self.app.state.connections
        return connections

    @property
    def feed(self) -> Feed:
        assert self.app is not None
        feed: Feed = self.app.state.feed
        return feed

    async def key(self, *scopes: Scope) -> str:
        """The secret of a key with these scopes."""
        if scopes not in self.keys:
            _, self.keys[scopes] = await create_key(f"key {len(self.keys)}", scopes)
        return self.keys[scopes]

    async def headers(self, *scopes: Scope) -> dict[str, str]:
        return {"Authorization": f"Bearer {await self.key(*scopes)}"} if scopes else {}

    async def post(self, query: str, *scopes: Scope, **variables: Any) -> httpx2.Response:
        asked = {"query": query, "variables": variables}
        return await self.http.post("/graphql", json=asked, headers=await self.headers(*scopes))

    async def ask(self, query: str, *scopes: Scope, **variables: Any) -> dict[str, Any]:
        """The data of an answer that has no errors."""
        response = await self.post(query, *scopes, **variables)
        answer = response.json()
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    @asynccontextmanager
    async def connect(
        self,
        headers: Mapping[str, str] | None = None,
        protocols: Sequence[websockets.Subprotocol] = (PROTOCOL,),
    ) -> "AsyncGenerator[Socket, None]":
        """A websocket on which nothing was said yet."""
        async with websockets.connect(
            f"ws://{self.address}/graphql",
            subprotocols=protocols or None,
            additional_headers=headers or {},
        ) as connection:
            yield Socket(connection)

    async def refusal(self, headers: Mapping[str, str] | None = None) -> tuple[int, str | None]:
        """The status that a handshake is refused with, and when to come back."""
        try:
            async with self.connect(headers):
                raise AssertionError("It was not refused.")
        except websockets.InvalidStatus as refused:
            response = refused.response
            return response.status_code, response.headers.get("Retry-After")

    @asynccontextmanager
    async def events(
        self,
        query: str,
        *scopes: Scope,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
        **variables: Any,
    ) -> AsyncGenerator[EventReader, None]:
        """An event stream."""
        given = {"Accept": "text/event-stream", **await self.headers(*scopes), **(headers or {})}
        asked: dict[str, Any] = {"query": query, "variables": variables}
        if method == "GET":
            asked["variables"] = json.dumps(variables)
            stream = self.http.stream("GET", "/graphql", params=asked, headers=given)
        else:
            stream = self.http.stream(method, "/graphql", json=asked, headers=given)
        async with stream as response:
            yield EventReader(response, PATIENCE)

    @asynccontextmanager
    async def socket(self, *scopes: Scope) -> "AsyncGenerator[Socket, None]":
        """A websocket that was acknowledged."""
        async with self.connect() as socket:
            await socket.init(await self.headers(*scopes))
            yield socket


class Socket:
    """One end of a websocket that speaks graphql-transport-ws."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def init(self, payload: Any = None) -> None:
        await self.send(type="connection_init", payload=payload or {})
        assert await self.next() == {"type": "connection_ack"}

    async def send(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def subscribe(self, id_: str, query: str, **variables: Any) -> None:
        payload = {"query": query, "variables": variables}
        await self.send(id=id_, type="subscribe", payload=payload)

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            message: dict[str, Any] = json.loads(await self.connection.recv())
        return message

    async def results(self, count: int) -> list[dict[str, Any]]:
        """The payloads of the next so many results."""
        messages = [await self.next() for _ in range(count)]
        assert {message["type"] for message in messages} == {"next"}, messages
        return [message["payload"] for message in messages]

    async def closed(self) -> int:
        """The code with which the server closes."""
        async with asyncio.timeout(PATIENCE):
            await self.connection.wait_closed()
        return self.connection.close_code or 0


@dataclass
class Running:
    """A server on a port of its own; it stops when the block is left."""

    settings: Settings

    buffer: int | None = None
    """Bytes that the kernel takes for each client, each way; as it likes, if left out."""

    async def __aenter__(self) -> Self:
        self._listening = socket.create_server(("127.0.0.1", 0))
        host, port = self._listening.getsockname()
        self.address = f"{host}:{port}"
        drop_dead_connections(self._listening)
        if self.buffer is not None:
            for direction in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                self._listening.setsockopt(socket.SOL_SOCKET, direction, self.buffer)
        self._app = create_app(self.settings)
        self.server = Server(serving_config(self.settings, self._app, log_config=None))
        self._task = asyncio.create_task(self.server.serve([self._listening]))
        async with asyncio.timeout(PATIENCE):
            while not self.server.started:  # noqa: ASYNC110 (uvicorn has no event)
                await asyncio.sleep(0.005)
        return self

    @asynccontextmanager
    async def client(self) -> AsyncGenerator[Service, None]:
        base = f"http://{self.address}"
        async with httpx2.AsyncClient(base_url=base, timeout=PATIENCE) as http:
            yield Service(self.address, http, self._app)

    async def stop(self) -> None:
        """As at a signal."""
        await self._app.state.connections.let_all_go()
        self.server.should_exit = True
        await self._task

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()
        self._listening.close()


def settings_of(database_url: str, broadcast_url: str, **options: str) -> Settings:
    environ = {
        "WHEREABOUTS_DATABASE_URL": database_url,
        "WHEREABOUTS_BROADCAST_URL": broadcast_url,
        "WHEREABOUTS_SWEEP_SECONDS": "3600",
    }
    return Settings.from_env(environ | options)


@asynccontextmanager
async def serving(
    settings: Settings, *, buffer: int | None = None
) -> AsyncGenerator[Service, None]:
    async with Running(settings, buffer) as running, running.client() as service:
        yield service


async def until(condition: Callable[[], object]) -> None:
    """For what has no event."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
