"""The server: builds everything, and is the only file that knows every part."""

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from config import Settings
from models.database import connection, open_database
from models.enums import ExceptionSeverity
from models.migrating import migrate, missing_migrations
from schema.build import build_schema
from schema.endpoint import Endpoint
from subscriptions.feed import Feed
from subscriptions.transport import Transport, open_transport
from tracking.acts import Tracker
from tracking.sweeper import sweep_for_ever

logger = logging.getLogger("whereabouts.server")

MAXIMUM_MESSAGE = 64 * 1024
"""Bytes of a websocket message: any query fits; batches of events go over HTTP."""
GRACE_SECONDS = 15
"""After SIGTERM: longer than any request may still need, shorter than orchestrators wait."""
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
            _sweeping(tracker, settings.sweep_seconds),
        ):
            yield

    return Starlette(
        routes=[
            Route("/graphql", endpoint),
            WebSocketRoute("/graphql", endpoint),
            Route("/livez", _is_alive),
            Route("/readyz", _readiness(feed, transport)),
        ],
        lifespan=lifespan,
    )


def serve(settings: Settings) -> None:
    """Until SIGTERM or SIGINT. Every process builds its own application from the environment."""
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    uvicorn.run(
        "server:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_level=settings.log_level,
        ws="websockets-sansio",
        ws_max_size=MAXIMUM_MESSAGE,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        access_log=False,
        server_header=False,
    )


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


@asynccontextmanager
async def _sweeping(tracker: Tracker, every: float) -> AsyncGenerator[None, None]:
    sweeping = asyncio.create_task(sweep_for_ever(tracker, every))
    try:
        yield
    finally:
        sweeping.cancel()
        with suppress(asyncio.CancelledError):
            await sweeping


async def _is_alive(_request: Request) -> Response:
    return PlainTextResponse("ok")


def _readiness(feed: Feed, transport: Transport) -> Callable[[Request], Awaitable[Response]]:
    async def readiness(_request: Request) -> Response:
        """Degraded without the transport: changes then arrive by the look at the log."""
        try:
            async with asyncio.timeout(READINESS_SECONDS):
                await connection().execute_query("SELECT 1")
        except Exception as error:
            logger.warning("The database does not answer: %s", type(error).__name__)
            return JSONResponse({"status": "unavailable"}, 503)
        is_whole = feed.is_running and transport.is_connected
        return JSONResponse({"status": "ok" if is_whole else "degraded"})

    return readiness


if __name__ == "__main__":
    serve(Settings.from_env(os.environ))
