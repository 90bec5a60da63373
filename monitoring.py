"""Monitoring: turns on what the settings ask for, and measures what nobody counts as it happens."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    ExitStack,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from config import Settings
from database.connections import LIVE, connection, reading_on
from database.outages import OUTAGES, TIMEOUTS
from database.postgres import PostgresClient
from database.statement_observers import add_observer
from errors import Unavailable
from intake.records import count_waiting
from resolvers.changes import log_head
from resolvers.stats.rollup_sql import count_backlog
from runtime import spans
from runtime.metrics import Metrics, count_statement, turn_on
from runtime.metrics_server import metrics_server
from runtime.supervised_task import SupervisedTask
from subscriptions.feed import Feed
from web.connection_registry import ConnectionRegistry
from web.listening_socket import CannotListen


class MissingExtra(Exception):
    """A setting needs packages that are not installed; the message names them."""


logger = logging.getLogger("whereabouts.server")

SAMPLE_SECONDS = 5.0
"""Seconds between two samples: Prometheus asks every fifteen or sixty."""
SAMPLES_PER_QUESTION = 3
"""Samples between two questions to the database: three small statements in fifteen seconds."""
STATM = Path("/proc/self/statm")
"""The file in which Linux tells how many pages of memory a process has."""


@contextmanager
def metrics_served(settings: Settings) -> Iterator[None]:
    """Serve the metrics during the block, if there shall be any.

    Raises CannotListen, and MissingExtra for tracing that cannot begin in any process.
    """
    with ExitStack() as stack:
        if settings.tracing_url:
            load_tracing()
        if (port := settings.metrics_port) is not None:
            host = settings.metrics_host
            try:
                stack.enter_context(metrics_server(host, port, workers=settings.workers))
            except OSError as error:
                raise CannotListen(
                    f"The metrics cannot be served at {host}, port {port}: {error.strerror}."
                    " Set WHEREABOUTS_METRICS_HOST and WHEREABOUTS_METRICS_PORT."
                ) from error
        yield


def load_tracing() -> ModuleType:
    """Return the module that traces, which needs libraries of its own. Raises MissingExtra."""
    try:
        return import_module("runtime.tracing")
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "WHEREABOUTS_TRACING_URL needs OpenTelemetry: install the extra `telemetry`, or unset"
            f" it ({error.name} is missing)."
        ) from error


def monitored(
    settings: Settings,
    describe: Callable[[], Mapping[str, Any]],
    feed: Feed,
    connections: ConnectionRegistry,
) -> AbstractAsyncContextManager[object]:
    """Turn on what the settings ask for, and return a block around the application.

    `describe` returns the figures of the caches of operations. Raises MissingExtra.
    """
    stack = AsyncExitStack()
    if settings.tracing_url:
        tracing = load_tracing()
        traces = tracing.Tracing(tracing.exporting(settings.tracing_url))
        spans.turn_on(traces.operation)
        add_observer(traces.statement)
        stack.callback(traces.stop)
    sampler = None
    if settings.metrics_port is not None:
        add_observer(count_metric)
        sampler = SupervisedTask("The sampler", Sampler(turn_on(), describe, feed, connections).run)
    return _running(sampler, stack)


@asynccontextmanager
async def _running(sampler: SupervisedTask | None, stack: AsyncExitStack) -> AsyncIterator[None]:
    async with stack, sampler or nullcontext():
        yield


def count_metric(_text: str, seconds: float) -> None:
    """Count a statement."""
    count_statement(seconds)


class Sampler:
    """Puts into the metrics what is not counted where it happens."""

    def __init__(
        self,
        metrics: Metrics,
        describe: Callable[[], Mapping[str, Any]],
        feed: Feed,
        connections: ConnectionRegistry,
    ) -> None:
        self._metrics, self._describe = metrics, describe
        self._feed, self._connections = feed, connections
        self._cpu = 0.0
        self._hits: dict[tuple[str, str], int] = {}

    async def run(self) -> NoReturn:
        """Sample for ever."""
        while True:
            await self.ask_database()
            for _ in range(SAMPLES_PER_QUESTION):
                self.sample()
                await asyncio.sleep(SAMPLE_SECONDS)

    def sample(self) -> None:
        metrics, cpu = self._metrics, time.process_time()
        metrics.cpu.inc(cpu - self._cpu)
        self._cpu = cpu
        metrics.workers.set(1)
        if STATM.exists():
            pages = int(STATM.read_text().split()[1])
            metrics.memory.set(pages * os.sysconf("SC_PAGE_SIZE"))
        metrics.connections.set(len(self._connections))
        self._count_caches()
        client = connection()
        if isinstance(client, PostgresClient) and client.pool is not None:
            metrics.database_in_use.set(client.pool.in_use)
            metrics.database_size.set(client.pool.size)

    def _count_caches(self) -> None:
        figures = self._describe()
        for cache, counter, numbers in (
            ("documents", self._metrics.document_cache, figures),
            ("plans", self._metrics.plan_cache, figures["plans"]),
        ):
            for result in ("hits", "misses"):
                before = self._hits.get((cache, result), 0)
                counter.labels(result).inc(max(0, numbers[result] - before))
                self._hits[cache, result] = numbers[result]

    async def ask_database(self) -> None:
        """Measure what waits in the database; while it is away, the last figures stay."""
        try:
            with reading_on(LIVE):
                head, backlog, waiting = (
                    await log_head(),
                    await count_backlog(),
                    await count_waiting(),
                )
        except (Unavailable, *OUTAGES, *TIMEOUTS) as error:
            logger.info("The metrics of the database are old: %s", type(error).__name__)
            return
        self._metrics.feed_lag.set(max(0, head - self._feed.position))
        self._metrics.consumer_lag.set(max(0, backlog))
        self._metrics.intake_backlog.set(waiting)
