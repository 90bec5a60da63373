"""The composition root: it builds the server, and is the only file that knows every part."""

import gc
import logging
import os
import sys
from collections.abc import AsyncGenerator, Iterable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from uvicorn.supervisors import Multiprocess

from access.link_creation import TrackingLinks
from access.rate_limits import RateLimits, open_rate_limits
from access.secrets import open_secrets
from config import VERSION, Settings
from database.connections import open_database
from database.failover import takes_writes
from database.file_lock import Locked, server_lock
from database.migrations import prepare_database
from engine.persisted.documents import TrustedDocuments
from engine.schema import Schema
from identity import build_authenticator, build_sign_in
from intake.worker import IntakeWorker
from models.carrier_families import CarrierFamilies
from monitoring import MissingExtra, metrics_served, monitored
from pages import page_routes
from portal.documents import read_documents
from projections.rollups import ROLLUP_CONSUMER
from resolvers.stats.rollup_sql import count_backlog
from runtime.parent_process import end_with_parent
from schema.build import build_schema
from schema.context import context_maker
from sources.endpoint import SourcesEndpoint
from sources.intake_reader import source_readers
from subscriptions.feed import Feed
from subscriptions.transport import open_transport
from tracking.sweeper import sweeper_task
from unit_of_work.unit_of_work import Tracker, due_times
from urls import http_url, without_password
from web.connection_registry import ConnectionLimits
from web.graceful_shutdown import drain_before_exit
from web.graphql.admission import Admission, ClientRates
from web.graphql.application import PATH, Application
from web.graphql.callers import Callers
from web.graphql.endpoint import Endpoint
from web.graphql.graphiql import Graphiql
from web.health import Dependencies, Readiness, is_alive
from web.listening_socket import CannotListen, listening_socket
from web.log_config import log_config
from web.uvicorn_protocols import HttpProtocol, WebsocketProtocol

GRACE_SECONDS = 10
"""How long running requests may take after all open connections were closed: most take less, and
orchestrators wait thirty seconds for a process to end."""
WORKER_SECONDS = 15
"""Seconds in which a worker must answer its parent, also while it starts: on a busy machine that
takes longer than uvicorn's five seconds, after which it would be killed again and again."""
COLLECT_AFTER = (50_000, 20, 50)
"""The thresholds of the garbage collector. A batch of events makes tens of thousands of objects
that live as long as the call; Python's own threshold of 700 would stop for them all the time."""

logger = logging.getLogger("whereabouts.server")


class CannotServe(Exception):
    """Nothing can be served; the message says why and what to do."""


def create_app(settings: Settings | None = None, schema: Schema | None = None) -> Starlette:
    """Create the ASGI application.

    Settings default to the environment, and the schema to a new one. A schema that is passed must
    have introspection as the settings say.
    """
    settings = settings or Settings.from_env(os.environ)
    broadcast_url = settings.broadcast_url.get_secret_value()
    transport, rate_limits = open_transport(broadcast_url), open_rate_limits(broadcast_url)
    feed = Feed(transport)
    families = CarrierFamilies().extended(settings.carrier_families)
    tracker = Tracker(announce=feed.announce, due=due_times(settings), families=families)
    schema = schema or build_schema(has_introspection=settings.has_introspection)
    graphiql = Graphiql(PATH) if settings.has_page else None
    intake = IntakeWorker(source_readers(tracker))
    secrets = open_secrets(settings.secret_keys, settings.database_file)
    fallback = http_url(settings.host, settings.port, "") if settings.is_embedded else None
    links = TrackingLinks(secrets, settings.public_url or fallback, rate_limits)
    authenticator = build_authenticator(settings, secrets)
    documents = read_documents()
    endpoint = Endpoint(
        schema,
        TrustedDocuments.read(
            settings.documents, schema, is_only=settings.documents_only, own=documents.values()
        ),
        context_maker(tracker, rate_limits, links),
        feed,
        ConnectionLimits.of(settings),
        page=graphiql,
        allowed_origins=settings.allowed_origins,
        reads_at_once=settings.reads_at_once,
        callers=Callers(authenticator, Admission(rate_limits, ClientRates.of(settings))),
    )
    dependencies = Dependencies(
        count_backlog,
        takes_writes,
        (lambda: feed.is_reading, lambda: transport.is_connected),
        schema.describe,
        feed.describe_rewind,
    )
    monitor = monitored(settings, schema.describe, feed, endpoint.connections)
    app = Application(
        endpoint,
        settings.hsts_seconds,
        routes=[
            Route(PATH, endpoint),
            WebSocketRoute(PATH, endpoint),
            *(graphiql.routes() if graphiql else ()),
            *page_routes(settings, endpoint, documents, signs_links=secrets.has_keys),
            *build_sign_in(settings, authenticator, endpoint.credentials, rate_limits).routes,
            SourcesEndpoint(secrets, intake.wake).route,
            Route("/livez", is_alive),
            Route("/readyz", Readiness(endpoint.connections, dependencies)),
        ],
        lifespan=lambda _: _running(
            settings, feed, tracker, endpoint, intake, rate_limits, monitor
        ),
    )
    app.state.connections, app.state.feed = endpoint.connections, feed
    return app


@asynccontextmanager
async def _running(
    settings: Settings,
    feed: Feed,
    tracker: Tracker,
    endpoint: Endpoint,
    intake: IntakeWorker,
    rate_limits: RateLimits,
    monitor: AbstractAsyncContextManager[object],
) -> AsyncGenerator[None, None]:
    """Run everything that goes on while the application serves: connections and tasks."""
    await prepare_database(
        settings.database_url.get_secret_value(), is_embedded=settings.is_embedded
    )
    async with (
        open_database(
            settings.database_url.get_secret_value(),
            connections=settings.database_connections,
            is_global=True,
        ),
        feed,
        aclosing(rate_limits),
        endpoint.running(),
        sweeper_task(tracker, settings.sweep_seconds),
        ROLLUP_CONSUMER.task(),
        intake.task(),
        monitor,
    ):
        with drain_before_exit(endpoint.connections):
            yield


def create_served_app() -> Starlette:
    """Create the application of a server process. The objects that it is built of stay for good,
    so they are taken out of garbage collection."""
    end_with_parent()
    app = create_app()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    return app


def serve(settings: Settings, warnings: Iterable[str] = ()) -> None:
    """Serve until SIGTERM or SIGINT. Each process builds its application from the environment.

    `warnings` are logged at start. Raises CannotServe.
    """
    config = serving_config(
        settings,
        "server:create_served_app",
        factory=True,
        log_config=log_config(
            settings.log_level, settings.log_format, has_access_log=settings.access_log
        ),
    )
    try:
        with server_lock(settings.database_file), metrics_served(settings):
            listening = listening_socket(settings.host, settings.port)
            logger.info(startup_line(settings))
            for warning in warnings:
                logger.warning(warning)
            # uvicorn raises KeyboardInterrupt again after it has shut down.
            with suppress(KeyboardInterrupt):
                if settings.workers > 1:
                    Multiprocess(config, sockets=[listening]).run()
                else:
                    uvicorn.Server(config).run(sockets=[listening])
    except (Locked, CannotListen, MissingExtra) as error:
        raise CannotServe(str(error)) from error


def startup_line(settings: Settings) -> str:
    """Return what a server tells about itself when it starts, without passwords."""
    address = http_url(settings.host, settings.port, PATH)
    page = "with GraphiQL" if settings.has_page else "without GraphiQL"
    data = without_password(settings.database_url.get_secret_value())
    processes = "1 process" if settings.workers == 1 else f"{settings.workers} processes"
    return (
        f"Whereabouts {VERSION} serves {address} ({page}) and pages of orders (/track) in"
        f" {processes}; its data is in {data}, changes are announced through"
        f" {without_password(settings.broadcast_url.get_secret_value())}"
    )


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
        timeout_keep_alive=settings.keep_alive_seconds,
        timeout_worker_healthcheck=WORKER_SECONDS,
        access_log=False,
        server_header=False,
        **options,
    )


if __name__ == "__main__":
    try:
        serve(Settings.from_env(os.environ))
    except CannotServe as failure:
        sys.exit(str(failure))
