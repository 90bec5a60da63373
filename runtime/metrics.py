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
            self._counter(
                "requests",
                "Each operation counts once, by how it came (transport) and ended (outcome).",
                "transport",
                "outcome",
            )
        )
        self.operations = Children(
            self._counter("operations", "Each operation counts under its name.", "operation")
        )
        self.errors = Children(
            self._counter("errors", "Each error in an answer counts under its code.", "code")
        )
        self.security_events = self._counter(
            "security_events", "Each security event counts under its kind.", "event"
        )
        self.statements = self._histogram(
            "sql_seconds", "An SQL statement takes this many seconds in the database."
        )
        self.durations = Children(
            self._histogram(
                "operation_seconds",
                "A query or a mutation takes this many seconds from the request to its answer.",
                "type",
            )
        )
        self.overflows = self._counter(
            "queue_overflows",
            "Each time that a follower is too slow, and reads the log again, counts once.",
        )
        self.document_cache = self._counter(
            "document_cache", "A request finds its parsed document kept (hits) or not.", "result"
        )
        self.plan_cache = self._counter(
            "plan_cache", "An operation finds its plan kept (hits) or not.", "result"
        )
        self.cpu = self._counter(
            "process_cpu_seconds", "The server processes have used this much processor time."
        )
        self.memory = self._gauge(
            "process_resident_memory_bytes",
            "The server processes occupy this much memory together.",
            "livesum",
        )
        self.workers = self._gauge(
            "workers", "This many server processes answer clients.", "livesum"
        )
        self.followers = self._gauge("followers", "This many subscriptions run.", "livesum")
        self.connections = self._gauge(
            "open_connections", "This many websockets and event streams are open.", "livesum"
        )
        self.database_in_use = self._gauge(
            "database_connections_in_use",
            "Commands and queries use this many database connections now.",
            "livesum",
        )
        self.database_size = self._gauge(
            "database_connections_maximum",
            "Commands and queries may use this many database connections.",
            "livesum",
        )
        self.feed_lag = self._gauge(
            "feed_lag_changes",
            "Followers have not been told yet of this many changes of the log.",
            "livemax",
        )
        self.consumer_lag = self._gauge(
            "consumer_lag_changes",
            "The hourly sums do not contain this many changes of the log yet.",
            "livemax",
        )
        self.intake_backlog = self._gauge(
            "intake_backlog", "This many webhooks of shops wait to be read.", "livemax"
        )
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
