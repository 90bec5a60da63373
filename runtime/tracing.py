"""Tracing by OpenTelemetry: a span for each query and mutation, and for each of its statements.

The extra `telemetry` has the libraries. Spans have names and texts with placeholders, never values.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from re import compile as pattern
from time import time_ns

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from runtime.current_request import current_request

SERVICE = "whereabouts"
TRACES_PATH = "/v1/traces"
LONGEST_STATEMENT = 2000
"""Characters of a statement in its span: enough to recognise it."""
NANOSECONDS = 1_000_000_000
LITERAL = pattern(r"'(?:[^']|'')*'|(?<![\w$?\"])\d+(?:\.\d+)?")
"""A text or a number in a statement, which could be a value of a request."""


def exporting(url: str) -> SpanProcessor:
    """Return a processor that sends spans in the background to the collector at this address."""
    return BatchSpanProcessor(OTLPSpanExporter(url + TRACES_PATH))


class Tracing:
    """Makes spans, and hands them to a processor as they end."""

    def __init__(self, processor: SpanProcessor) -> None:
        self._provider = TracerProvider(resource=Resource.create({"service.name": SERVICE}))
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer(SERVICE)
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def operation(self, type_: str, name: str | None, traceparent: str | None) -> Iterator[None]:
        """Trace an operation during the block; `traceparent` is that of a trusted caller."""
        attributes = {"graphql.operation.type": type_}
        if name is not None:
            attributes["graphql.operation.name"] = name
        if (request := current_request()) is not None:
            attributes["whereabouts.request_id"] = request.id
        parent = self._propagator.extract({"traceparent": traceparent} if traceparent else {})
        with self._tracer.start_as_current_span(
            f"{type_} {name}" if name else type_,
            parent,
            SpanKind.SERVER,
            attributes,
            # The text of an error could hold values.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def statement(self, text: str, seconds: float) -> None:
        """Add the span of a statement that has just ended, if it belongs to an operation."""
        if not get_current_span().get_span_context().is_valid:
            return
        plain, now = LITERAL.sub("?", text), time_ns()
        span = self._tracer.start_span(
            plain.lstrip().partition(" ")[0].upper(),
            kind=SpanKind.CLIENT,
            attributes={"db.query.text": plain[:LONGEST_STATEMENT]},
            start_time=now - int(seconds * NANOSECONDS),
        )
        span.end(now)

    def stop(self) -> None:
        """Send what has not been sent yet."""
        self._provider.shutdown()
