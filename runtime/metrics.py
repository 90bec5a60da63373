"""Metrics: what this process has counted and measured, for Prometheus.

Nothing is counted until `turn_on` is called. Where several processes serve, prometheus_client keeps
each process's numbers in a file of the folder PROMETHEUS_MULTIPROC_DIR, and whoever is asked adds
them up: it must stand in the environment before this module is imported.
"""

from collections.abc import Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

MAXIMUM_NAMES = 100
"""Names of operations that are told apart: each is a time series for as long as the process
lives. A shop's programs have some dozens."""
OTHER_NAME, UNNAMED, REFUSED = "other", "unnamed", "refused"
"""What stands for further names, for no name, and for a request without a valid operation."""
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""The bounds of a histogram: from a cached read of a millisecond to the time limit of a request."""
BROKEN = frozenset({"INTERNAL", "UNAVAILABLE"})
"""The codes of errors that are not the caller's."""


class Children(dict[tuple[str, ...], Any]):
    """The series of a metric by the values of its labels: the library's look-up takes longer."""

    def __init__(self, metric: Any) -> None:
        super().__init__()
        self._metric = metric

    def __missing__(self, labels: tuple[str, ...]) -> Any:
        child = self[labels] = self._metric.labels(*labels)
        return child


class Metrics:
    """All metrics of the process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Children(
            self._counter("requests", "Operations by way.", "transport", "outcome")
        )
        self.operations = Children(self._counter("operations", "Operations by name.", "operation"))
        self.errors = Children(self._counter("errors", "Errors in answers by code.", "code"))
        self.security_events = self._counter("security_events", "Security events.", "event")
        self.statements = self._histogram("sql_seconds", "Duration of SQL statements.")
        self.durations = Children(
            self._histogram("operation_seconds", "Duration of queries and mutations.", "type")
        )
        self.overflows = self._counter("queue_overflows", "Followers that fell behind.")
        self.document_cache = self._counter("document_cache", "Looked-up documents.", "result")
        self.plan_cache = self._counter("plan_cache", "Looked-up plans.", "result")
        self.cpu = self._counter("process_cpu_seconds", "Processor time of servers.")
        self.memory = self._gauge("process_resident_memory_bytes", "Memory of servers.", "livesum")
        self.workers = self._gauge("workers", "Server processes.", "livesum")
        self.followers = self._gauge("followers", "Followers of changes.", "livesum")
        self.connections = self._gauge("open_connections", "Websockets and streams.", "livesum")
        self.database_in_use = self._gauge(
            "database_connections_in_use", "Connections of the main pool in use.", "livesum"
        )
        self.database_size = self._gauge(
            "database_connections_maximum", "Size of the main pools.", "livesum"
        )
        self.feed_lag = self._gauge("feed_lag_changes", "Changes not dispatched.", "livemax")
        self.consumer_lag = self._gauge("consumer_lag_changes", "Changes not summed.", "livemax")
        self.intake_backlog = self._gauge("intake_backlog", "Webhooks not read.", "livemax")
        self._names = {UNNAMED, REFUSED}

    def name_of(self, operation: str, *, is_trusted: bool) -> str:
        """Return the name under which an operation is counted.

        Only trusted callers can add names, so that strangers neither fill the list nor make series.
        """
        if operation in self._names:
            return operation
        if not is_trusted or len(self._names) >= MAXIMUM_NAMES:
            return OTHER_NAME
        self._names.add(operation)
        return operation

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, namespace="whereabouts", registry=self.registry)

    def _histogram(self, name: str, text: str, *labels: str) -> Histogram:
        return Histogram(
            name, text, labels, namespace="whereabouts", buckets=SECONDS, registry=self.registry
        )

    def _gauge(self, name: str, text: str, mode: str) -> Gauge:
        return Gauge(
            name,
            text,
            namespace="whereabouts",
            registry=self.registry,
            multiprocess_mode=mode,  # type: ignore[arg-type]
        )


_metrics: Metrics | None = None


def turn_on() -> Metrics:
    """Begin to count, and return the metrics; what is on already goes on."""
    global _metrics
    _metrics = _metrics or Metrics()
    return _metrics


def turn_off() -> None:
    """Forget all numbers, and count no more."""
    global _metrics
    _metrics = None


def is_on() -> bool:
    return _metrics is not None


def count_operation(
    transport: str,
    type_: str,
    operation: str,
    codes: Sequence[str],
    seconds: float,
    *,
    is_trusted: bool,
) -> None:
    """Count an answered operation. The time of a subscription is its client's choice.

    A page, or a websocket that closed without an operation, is not counted.
    """
    if _metrics is None or (operation == REFUSED and not codes):
        return
    outcome = "ok" if not codes else "failed" if BROKEN.intersection(codes) else "refused"
    _metrics.requests[transport, outcome].inc()
    _metrics.operations[(_metrics.name_of(operation, is_trusted=is_trusted),)].inc()
    for code in codes:
        _metrics.errors[(code,)].inc()
    if type_ in ("query", "mutation"):
        _metrics.durations[(type_,)].observe(seconds)


def count_statement(seconds: float) -> None:
    if _metrics is not None:
        _metrics.statements.observe(seconds)


def count_security_event(event: str) -> None:
    if _metrics is not None:
        _metrics.security_events.labels(event).inc()


def count_overflow() -> None:
    """Count a follower whose queue overflowed, so that it reads the log again."""
    if _metrics is not None:
        _metrics.overflows.inc()


def add_followers(count: int) -> None:
    if _metrics is not None:
        _metrics.followers.inc(count)
