"""The composition root: it builds the server, and is the only file that knows every part."""

import dataclasses
import gc
import os
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from uvicorn.supervisors import Multiprocess

from config import Settings
from database.connections import open_database
from database.failover import takes_writes
from database.migrations import migrate, missing_migrations
from engine.persisted.documents import TrustedDocuments
from engine.persisted.manifest import read_manifest
from engine.schema import Schema
from models.enums import ExceptionSeverity
from projections.rollups import ROLLUP_CONSUMER
from resolvers.stats.rollup_sql import count_backlog
from schema.build import build_schema
from schema.context import context_maker
from subscriptions.feed import Feed
from subscriptions.transport import open_transport
from tracking.sweeper import sweeper_task
from unit_of_work.unit_of_work import Tracker
from web.client_log_lines import ClientLineFilter
from web.connection_registry import ConnectionLimits
from web.graceful_shutdown import drain_before_exit
from web.graphql.application import PATH, Application, allow_pages_of
from web.graphql.endpoint import Endpoint
from web.health import Dependencies, Readiness, is_alive
from web.uvicorn_protocols import HttpProtocol, WebsocketProtocol

GRACE_SECONDS = 10
"""How long running requests may take after all open connections were closed: most take less, and
orchestrators wait thirty seconds for a process to end."""
DEAD_AFTER_MS = 20_000
"""Milliseconds in which a client must acknowledge what was sent; a change of networks takes
less."""
COLLECT_AFTER = (50_000, 20, 50)
"""The thresholds of the garbage collector. A batch of events makes tens of thousands of objects
that live as long as the call; Python's own threshold of 700 would stop for them all the time."""
READS_AT_ONCE = 3
"""The statements of one client that run at once, if there are enough connections."""
SHARE_OF_READS = 3
"""One client's statements have at most one in so many connections: two clients whose reads are slow
leave connections to all others."""
READS_ON_SQLITE = 1
"""The statements of one client that run, or wait for SQLite's only connection: a statement of each
other client is all that anybody waits for."""


class NotMigrated(Exception):
    """The database lacks migrations of this version."""


def create_app(settings: Settings | None = None, schema: Schema | None = None) -> Starlette:
    """Create the ASGI application.

    Settings default to the environment, and the schema to a new one. A schema that is passed must
    have introspection as the settings say.
    """
    settings = settings or Settings.from_env(os.environ)
    transport = open_transport(settings.broadcast_url.get_secret_value())
    feed = Feed(transport)
    tracker = Tracker(announce=feed.announce, due=_due(settings))
    schema = schema or build_schema(has_introspection=settings.has_introspection)
    endpoint = Endpoint(
        schema,
        trusted_documents(settings, schema),
        context_maker(tracker),
        feed,
        _limits(settings),
        has_graphiql=settings.graphiql,
        allowed_origins=settings.allowed_origins,
        reads_at_once=_reads_at_once(settings),
    )

    dependencies = Dependencies(
        count_backlog,
        takes_writes,
        (lambda: feed.is_reading, lambda: transport.is_connected),
        schema.describe,
        feed.describe_rewind,
    )
    app = Application(
        endpoint,
        routes=[
            Route(PATH, endpoint),
            WebSocketRoute(PATH, endpoint),
            Route("/livez", is_alive),
            Route("/readyz", Readiness(endpoint.connections, dependencies)),
        ],
        middleware=allow_pages_of(settings.allowed_origins),
        lifespan=lambda _: _running(settings, feed, tracker, endpoint),
    )
    app.state.connections, app.state.feed = endpoint.connections, feed
    return app


@asynccontextmanager
async def _running(
    settings: Settings, feed: Feed, tracker: Tracker, endpoint: Endpoint
) -> AsyncGenerator[None, None]:
    """Run everything that goes on while the application serves: connections and tasks."""
    await prepare_database(settings)
    async with (
        open_database(
            settings.database_url.get_secret_value(),
            connections=settings.database_connections,
            is_global=True,
        ),
        feed,
        endpoint.running(),
        sweeper_task(tracker, settings.sweep_seconds),
        ROLLUP_CONSUMER.task(),
    ):
        with drain_before_exit(endpoint.connections):
            yield


def trusted_documents(settings: Settings, schema: Schema) -> TrustedDocuments:
    """Read and prepare the trusted documents of the settings. Raises BrokenManifest."""
    documents = {} if settings.documents is None else read_manifest(settings.documents)
    trusted = TrustedDocuments(documents, is_only=settings.documents_only)
    trusted.prepare_all(schema)
    return trusted


def create_served_app() -> Starlette:
    """Create the application of a server process. The objects that it is built of stay for good,
    so they are taken out of garbage collection."""
    app = create_app()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    return app


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Each process builds its application from the environment."""
    config = serving_config(
        settings,
        "server:create_served_app",
        factory=True,
        log_config=_log_config(settings.log_level),
    )
    listening = config.bind_socket()
    drop_dead_connections(listening)
    # uvicorn raises KeyboardInterrupt again after it has shut down.
    with suppress(KeyboardInterrupt):
        if settings.workers > 1:
            Multiprocess(config, sockets=[listening]).run()
        else:
            uvicorn.Server(config).run(sockets=[listening])


def serving_config(settings: Settings, app: Any, **options: Any) -> uvicorn.Config:
    """Return the configuration of uvicorn, in production as in tests."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_level=settings.log_level,
        forwarded_allow_ips=settings.trusted_proxies,
        http=HttpProtocol,
        ws=WebsocketProtocol,
        ws_max_size=settings.message_bytes,
        # Clients do not reconnect after the code with which uvicorn closes a silent websocket.
        ws_ping_interval=None,
        # Compression would double the memory of a websocket.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        access_log=False,
        server_header=False,
        **options,
    )


def _log_config(level: str) -> dict[str, Any]:
    """Return the configuration of logging, which uvicorn sets up in each of its processes."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "filters": {"client lines": {"()": ClientLineFilter}},
        "loggers": {"uvicorn.error": {"filters": ["client lines"]}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
    }


def drop_dead_connections(listening: socket.socket) -> None:
    """Let the kernel end connections that acknowledge nothing for DEAD_AFTER_MS; accepted
    connections inherit the option."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_AFTER_MS)


def _reads_at_once(settings: Settings) -> int:
    """Return how many statements of one client may run: SQLite has one connection for all."""
    if settings.is_embedded:
        return READS_ON_SQLITE
    return max(1, min(READS_AT_ONCE, settings.database_connections // SHARE_OF_READS))


def _limits(settings: Settings) -> ConnectionLimits:
    names = [field.name for field in dataclasses.fields(ConnectionLimits)]
    return ConnectionLimits(**{name: getattr(settings, name) for name in names})


def _due(settings: Settings) -> dict[ExceptionSeverity, timedelta]:
    return {
        ExceptionSeverity.CRITICAL: timedelta(hours=settings.due_hours_critical),
        ExceptionSeverity.HIGH: timedelta(hours=settings.due_hours_high),
        ExceptionSeverity.MEDIUM: timedelta(hours=settings.due_hours_medium),
    }


async def prepare_database(settings: Settings) -> None:
    """Bring an embedded database up to date; a shared one is left to `whereabouts migrate`.

    Raises NotMigrated, ConfigurationError, or an error of the database's driver.
    """
    url = settings.database_url.get_secret_value()
    if settings.is_embedded:
        await migrate(url)
        return
    if missing := await missing_migrations(url):
        raise NotMigrated(
            f"The database lacks {', '.join(missing)}: run `whereabouts migrate` first."
        )
    # A pooler that does not keep the time limits is reported before any process starts.
    async with open_database(url, connections=1):
        pass


if __name__ == "__main__":
    serve(Settings.from_env(os.environ))
