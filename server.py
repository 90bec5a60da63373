"""The server: builds everything, and is the only file that knows every part."""

import asyncio
import dataclasses
import gc
import logging
import os
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from uvicorn.supervisors import Multiprocess

from config import Settings
from models.database import connection, open_database
from models.enums import ExceptionSeverity
from models.migrating import migrate, missing_migrations
from schema.build import build_schema
from schema.endpoint import Endpoint
from schema.endpoint.connections import Connections, Limits
from schema.endpoint.leaving import leaving_first
from schema.endpoint.sockets import Http, Websocket
from subscriptions.feed import Feed
from subscriptions.transport import Transport, open_transport
from tracking.acts import Tracker
from tracking.sweeper import sweeping

logger = logging.getLogger("whereabouts.server")

GRACE_SECONDS = 10
"""For requests that still run, once all who stay connected have been let go: most take less, and
orchestrators wait thirty for all of it."""
DEAD_AFTER_MS = 20_000
"""Milliseconds in which a client acknowledges what was sent: longer than a change of networks."""
COLLECT_AFTER = (50_000, 20, 50)
"""Objects, and then collections of the younger generation. A batch of events makes tens of
thousands that live as long as the call; Python's own 700 would stop for them every few events."""
READINESS_SECONDS = 1.0
"""Within which the database says that it is there."""


class NotMigrated(Exception):
    """The database's tables are not those of this version."""


def create_app(settings: Settings | None = None) -> Starlette:
    """The ASGI application; without settings, from the environment."""
    settings = settings or Settings.from_env(os.environ)
    transport = open_transport(settings.broadcast_url)
    feed = Feed(transport)
    tracker = Tracker(announce=feed.announce, due=_due(settings))
    endpoint = Endpoint(
        build_schema(has_introspection=settings.introspection),
        tracker,
        feed,
        _limits(settings),
        has_graphiql=settings.graphiql,
        allowed_origins=settings.allowed_origins,
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None, None]:
        await prepare_database(settings)
        async with (
            open_database(
                settings.database_url, connections=settings.database_connections, is_global=True
            ),
            feed,
            endpoint.keeping(),
            sweeping(tracker, settings.sweep_seconds),
        ):
            with leaving_first(endpoint.connections):
                yield

    app = Starlette(
        routes=[
            Route("/graphql", endpoint),
            WebSocketRoute("/graphql", endpoint),
            Route("/livez", _is_alive),
            Route("/readyz", _readiness(feed, transport, endpoint.connections)),
        ],
        middleware=_pages_of_other_origins(settings.allowed_origins),
        lifespan=lifespan,
    )
    app.state.connections, app.state.feed = endpoint.connections, feed
    return app


def create_served_app() -> Starlette:
    """The application of a process that does nothing else: what it is built of stays for good, and
    need not be looked through for garbage again and again."""
    app = create_app()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    return app


def serve(settings: Settings) -> None:
    """Until SIGTERM or SIGINT. Every process builds its own application from the environment."""
    config = serving_config(
        settings,
        "server:create_served_app",
        factory=True,
        log_config=_log_config(settings.log_level),
    )
    listening = config.bind_socket()
    drop_dead_connections(listening)
    # uvicorn passes Ctrl-C on when all is over.
    with suppress(KeyboardInterrupt):
        if settings.workers > 1:
            Multiprocess(config, sockets=[listening]).run()
        else:
            uvicorn.Server(config).run(sockets=[listening])


def serving_config(settings: Settings, app: Any, **options: Any) -> uvicorn.Config:
    """How uvicorn serves us, in production as in tests."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_level=settings.log_level,
        forwarded_allow_ips=settings.trusted_proxies,
        http=Http,
        ws=Websocket,
        ws_max_size=settings.message_bytes,
        # Clients give up for good after uvicorn's own way to end a silent websocket.
        ws_ping_interval=None,
        # It would take as much memory again, and is advised against.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        access_log=False,
        server_header=False,
        **options,
    )


def _log_config(level: str) -> dict[str, Any]:
    """Handed to uvicorn, which sets it up in every process that it starts."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
    }


def drop_dead_connections(listening: socket.socket) -> None:
    """Accepted connections inherit it: the kernel ends those that take nothing for so long."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_AFTER_MS)


def _pages_of_other_origins(origins: Sequence[str]) -> list[Middleware]:
    """Browsers let them read answers if this allows it; without credentials, as keys are sent in
    `Authorization`. Websockets ask by themselves."""
    if not origins:
        return []
    cors = Middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=("GET", "POST"),
        allow_headers=("Authorization", "Content-Type", "Last-Event-ID"),
        expose_headers=("Retry-After",),
    )
    return [cors]


def _limits(settings: Settings) -> Limits:
    return Limits(**{one.name: getattr(settings, one.name) for one in dataclasses.fields(Limits)})


def _due(settings: Settings) -> dict[ExceptionSeverity, timedelta]:
    return {
        ExceptionSeverity.CRITICAL: timedelta(hours=settings.due_hours_critical),
        ExceptionSeverity.HIGH: timedelta(hours=settings.due_hours_high),
        ExceptionSeverity.MEDIUM: timedelta(hours=settings.due_hours_medium),
    }


async def prepare_database(settings: Settings) -> None:
    """An embedded database is brought up to date; a shared one is left to `whereabouts migrate`.

    Raises NotMigrated, and whatever the database's driver says of one that cannot be used.
    """
    if settings.database_url.startswith("sqlite"):
        await migrate(settings.database_url)
    elif missing := await missing_migrations(settings.database_url):
        raise NotMigrated(
            f"The database lacks {', '.join(missing)}: run `whereabouts migrate` first."
        )


async def _is_alive(_request: Request) -> Response:
    return PlainTextResponse("ok")


def _readiness(
    feed: Feed, transport: Transport, connections: Connections
) -> Callable[[Request], Awaitable[Response]]:
    async def readiness(_request: Request) -> Response:
        """Degraded without the transport: changes then arrive by the look at the log."""
        if connections.is_leaving:
            return JSONResponse({"status": "leaving"}, 503)
        try:
            async with asyncio.timeout(READINESS_SECONDS):
                await connection().execute_query("SELECT 1")
        except Exception as error:
            logger.warning("The database does not answer: %s", type(error).__name__)
            return JSONResponse({"status": "unavailable"}, 503)
        is_whole = feed.is_reading and transport.is_connected
        return JSONResponse({"status": "ok" if is_whole else "degraded"})

    return readiness


if __name__ == "__main__":
    serve(Settings.from_env(os.environ))
