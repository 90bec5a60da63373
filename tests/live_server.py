"""A live server in the test's process, and a client for HTTP, websockets and event streams."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx2
import websockets
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection

from access.api_keys import create_key
from access.scopes import Scope
from config import Settings
from engine.schema import Schema
from server import create_app, serving_config
from settings.limits import UNLIMITED
from subscriptions.feed import Feed
from tests.embedded_server import EmbeddedServer
from tests.event_stream_reader import EventReader
from tests.schemas import give_back, take_schema
from tests.timeouts import TIMEOUT
from web.connection_registry import ConnectionRegistry
from web.graphql.application import Application
from web.graphql.service import GraphQLService
from web.listening_socket import drop_dead_connections

PROTOCOL = websockets.Subprotocol("graphql-transport-ws")


@dataclass
class RunningService:
    """A running server and a client for it."""

    address: str
    http: httpx2.AsyncClient
    app: Starlette | None = None
    """The server's application; None if the server is another process."""
    keys: dict[tuple[Scope, ...], str] = field(default_factory=dict)

    @property
    def connections(self) -> ConnectionRegistry:
        assert self.app is not None
        connections: ConnectionRegistry = self.app.state.connections
        return connections

    @property
    def service(self) -> GraphQLService:
        assert isinstance(self.app, Application)
        service: GraphQLService = self.app._serve._service
        return service

    @property
    def schema(self) -> Schema:
        return self.service._schema

    @property
    def feed(self) -> Feed:
        assert self.app is not None
        feed: Feed = self.app.state.feed
        return feed

    async def key(self, *scopes: Scope) -> str:
        """The secret of an API key with these scopes, which is created once."""
        if scopes not in self.keys:
            _, self.keys[scopes] = await create_key(f"key {len(self.keys)}", scopes)
        return self.keys[scopes]

    async def headers(self, *scopes: Scope) -> dict[str, str]:
        return {"Authorization": f"Bearer {await self.key(*scopes)}"} if scopes else {}

    async def post(self, query: str, *scopes: Scope, **variables: Any) -> httpx2.Response:
        payload = {"query": query, "variables": variables}
        return await self.http.post("/graphql", json=payload, headers=await self.headers(*scopes))

    async def fetch(self, query: str, *scopes: Scope, **variables: Any) -> dict[str, Any]:
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
    ) -> "AsyncGenerator[Websocket, None]":
        """A websocket on which no message was sent yet."""
        async with websockets.connect(
            f"ws://{self.address}/graphql",
            subprotocols=protocols or None,
            additional_headers=headers or {},
        ) as connection:
            yield Websocket(connection)

    async def handshake_refusal(
        self, headers: Mapping[str, str] | None = None
    ) -> tuple[int, str | None]:
        """The status and the Retry-After of a refused handshake of a websocket."""
        try:
            async with self.connect(headers):
                raise AssertionError("The handshake was not refused.")
        except websockets.InvalidStatus as refusal:
            response = refusal.response
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
        """An open event stream."""
        all_headers = {
            "Accept": "text/event-stream",
            **await self.headers(*scopes),
            **(headers or {}),
        }
        payload: dict[str, Any] = {"query": query, "variables": variables}
        if method == "GET":
            payload["variables"] = json.dumps(variables)
            stream = self.http.stream("GET", "/graphql", params=payload, headers=all_headers)
        else:
            stream = self.http.stream(method, "/graphql", json=payload, headers=all_headers)
        async with stream as response:
            yield EventReader(response, TIMEOUT)

    @asynccontextmanager
    async def socket(self, *scopes: Scope) -> "AsyncGenerator[Websocket, None]":
        """A websocket whose connection_init was acknowledged."""
        async with self.connect() as socket:
            await socket.init(await self.headers(*scopes))
            yield socket


class Websocket:
    """The client's end of a websocket that speaks graphql-transport-ws."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def init(self, payload: Any = None) -> None:
        await self.send(type="connection_init", payload=payload or {})
        assert await self._next_but_pings() == {"type": "connection_ack"}

    async def send(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def subscribe(self, id_: str, query: str, **variables: Any) -> None:
        payload = {"query": query, "variables": variables}
        await self.send(id=id_, type="subscribe", payload=payload)

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(TIMEOUT):
            message: dict[str, Any] = json.loads(await self.connection.recv())
        return message

    async def _next_but_pings(self) -> dict[str, Any]:
        """The next message. Pings before it are answered: on a busy machine one may come first."""
        while (message := await self.next())["type"] == "ping":
            await self.send(type="pong")
        return message

    async def results(self, count: int) -> list[dict[str, Any]]:
        """The payloads of the next `count` messages but pings, which must all be results."""
        messages = [await self._next_but_pings() for _ in range(count)]
        assert {message["type"] for message in messages} == {"next"}, messages
        return [message["payload"] for message in messages]

    async def close_code(self) -> int:
        """The code with which the server closes the connection."""
        async with asyncio.timeout(TIMEOUT):
            await self.connection.wait_closed()
        return self.connection.close_code or 0


@dataclass
class LiveServer:
    """A server on a free port, which stops when the block ends."""

    settings: Settings
    buffer: int | None = None
    """Bytes that the kernel buffers for each connection in each direction; None for its default."""

    async def __aenter__(self) -> Self:
        self._listening = socket.create_server(("127.0.0.1", 0))
        host, port = self._listening.getsockname()
        self.address = f"{host}:{port}"
        drop_dead_connections(self._listening)
        if self.buffer is not None:
            for direction in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                self._listening.setsockopt(socket.SOL_SOCKET, direction, self.buffer)
        self._schema = take_schema(self.settings)
        self._app = create_app(self.settings, self._schema)
        self.server = EmbeddedServer(serving_config(self.settings, self._app, log_config=None))
        self._task = asyncio.create_task(self.server.serve([self._listening]))
        async with asyncio.timeout(TIMEOUT):
            while not self.server.started:  # noqa: ASYNC110 (uvicorn has no event)
                await asyncio.sleep(0.005)
        return self

    @asynccontextmanager
    async def client(self) -> AsyncGenerator[RunningService, None]:
        base = f"http://{self.address}"
        async with httpx2.AsyncClient(base_url=base, timeout=TIMEOUT, verify=False) as http:
            yield RunningService(self.address, http, self._app)

    async def stop(self) -> None:
        """Stops the server as a signal does."""
        await self._app.state.connections.drain()
        self.server.end()
        await self._task

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()
        self._listening.close()
        give_back(self._schema, self.settings)


def build_settings(database_url: str, broadcast_url: str, **options: str) -> Settings:
    environ = {
        "WHEREABOUTS_DATABASE_URL": database_url,
        "WHEREABOUTS_BROADCAST_URL": broadcast_url,
        "WHEREABOUTS_SWEEP_SECONDS": "3600",
        "WHEREABOUTS_INTROSPECTION": "on",
    }
    return Settings.from_env(environ | UNLIMITED | options)


@asynccontextmanager
async def running_service(
    settings: Settings, *, buffer: int | None = None
) -> AsyncGenerator[RunningService, None]:
    async with LiveServer(settings, buffer) as server, server.client() as service:
        yield service
