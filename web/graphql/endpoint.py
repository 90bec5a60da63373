"""The endpoint: GraphQL at one address, over HTTP, event streams and websockets."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from starlette.types import Receive, Scope, Send

from engine.context import MakeContext
from engine.persisted.documents import TrustedDocuments
from engine.schema import Schema
from runtime.supervised_task import Supervision
from subscriptions.feed import Feed
from web.connection_registry import Connections, Limits
from web.graphql.http import HttpEndpoint
from web.graphql.service import Answering
from web.graphql.websocket_handshake import Handshakes


class Endpoint:
    def __init__(
        self,
        schema: Schema,
        trusted: TrustedDocuments,
        make_context: MakeContext,
        feed: Feed,
        limits: Limits,
        *,
        has_graphiql: bool,
        allowed_origins: Sequence[str],
    ) -> None:
        answering = Answering(schema, trusted, make_context, feed)
        self.connections = Connections(answering.callers, limits)
        self._http = HttpEndpoint(answering, self.connections, has_graphiql=has_graphiql)
        self._deadlines = answering.deadlines
        self._handshakes = Handshakes(answering, self.connections, allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        serve = self._http if scope["type"] == "http" else self._handshakes
        await serve(scope, receive, send)

    @asynccontextmanager
    async def keeping(self) -> AsyncGenerator[None, None]:
        """Open connections are looked after; on exit they are let go."""
        async with (
            Supervision("The keeper of connections", self.connections.keep),
            Supervision("The watch over keys", self.connections.watch_keys),
            Supervision("The keeper of deadlines", self._deadlines.keep),
        ):
            yield
        await self.connections.let_all_go()
