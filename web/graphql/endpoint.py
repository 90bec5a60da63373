"""The endpoint: GraphQL at one address, over HTTP, event streams and websockets."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager

from starlette.types import Receive, Scope, Send

from engine.context import MakeContext
from engine.persisted.documents import TrustedDocuments
from engine.schema import Schema
from runtime.supervised_task import SupervisedTask
from subscriptions.feed import Feed
from web.client_log_lines import ClientWarnings
from web.connection_registry import ConnectionLimits, ConnectionRegistry
from web.credentials import CredentialsReader
from web.graphql.callers import Callers
from web.graphql.graphiql import Graphiql
from web.graphql.http import HttpEndpoint
from web.graphql.page_asker import PageAsker
from web.graphql.service import GraphQLService
from web.graphql.websocket_handshake import WebsocketHandshake
from web.origins import Origins
from web.pages.asker import Asker


class Endpoint:
    """An ASGI application that hands each connection to its protocol."""

    def __init__(
        self,
        schema: Schema,
        trusted: TrustedDocuments,
        make_context: MakeContext,
        feed: Feed,
        limits: ConnectionLimits,
        *,
        page: Graphiql | None,
        allowed_origins: Sequence[str],
        reads_at_once: int,
        callers: Callers,
    ) -> None:
        self._service = service = GraphQLService(
            schema, trusted, make_context, feed, reads_at_once, callers
        )
        warnings = ClientWarnings()
        self.follower_count = service.follower_count
        self.origins = Origins(allowed_origins, warnings)
        self.connections = ConnectionRegistry(service.callers.authenticator, limits, warnings)
        self._deadlines = service.deadlines
        self.credentials = credentials = CredentialsReader(self.origins)
        self.http = HttpEndpoint(service, self.connections, credentials, page)
        self._handshakes = WebsocketHandshake(service, self.connections, self.origins, credentials)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        serve = self.http if scope["type"] == "http" else self._handshakes
        await serve(scope, receive, send)

    def asker(self, documents: Mapping[str, str]) -> Asker:
        """Return what asks for pages, by trusted documents of these names."""
        return PageAsker(self._service, documents)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        """Watch connections, keys and deadlines during the block, and drain connections after."""
        async with (
            SupervisedTask("The watch over connections", self.connections.run_clock),
            SupervisedTask("The watch over keys", self.connections.watch_keys),
            SupervisedTask("The watch over deadlines", self._deadlines.keep),
        ):
            yield
        await self.connections.drain()
