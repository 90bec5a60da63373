"""The endpoint: GraphQL at one address, over HTTP, event streams and websockets."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from starlette.types import Receive, Scope, Send

from engine.context import MakeContext
from engine.persisted.documents import TrustedDocuments
from engine.schema import Schema
from runtime.supervised_task import SupervisedTask
from subscriptions.feed import Feed
from web.connection_registry import ConnectionLimits, ConnectionRegistry
from web.graphql.http import HttpEndpoint
from web.graphql.service import GraphQLService
from web.graphql.websocket_handshake import WebsocketHandshake


class Endpoint:
    def __init__(
        self,
        schema: Schema,
        trusted: TrustedDocuments,
        make_context: MakeContext,
        feed: Feed,
        limits: ConnectionLimits,
        *,
        has_graphiql: bool,
        allowed_origins: Sequence[str],
    ) -> None:
        answering = GraphQLService(schema, trusted, make_context, feed)
        self.connections = ConnectionRegistry(answering.callers, limits)
        self._http = HttpEndpoint(answering, self.connections, has_graphiql=has_graphiql)
        self._deadlines = answering.deadlines
        self._handshakes = WebsocketHandshake(answering, self.connections, allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        serve = self._http if scope["type"] == "http" else self._handshakes
        await serve(scope, receive, send)

    @asynccontextmanager
    async def keeping(self) -> AsyncGenerator[None, None]:
        """Open connections are looked after; on exit they are let go."""
        async with (
            SupervisedTask("The keeper of connections", self.connections.keep),
            SupervisedTask("The watch over keys", self.connections.watch_keys),
            SupervisedTask("The keeper of deadlines", self._deadlines.keep),
        ):
            yield
        await self.connections.drain()
