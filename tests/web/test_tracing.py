"""Spans tell of operations and statements without values; a key holder continues a trace."""

import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from access.scopes import Scope
from database.statement_observers import add_observer, remove_observer
from devservices.ports import free_port
from runtime import spans
from runtime.tracing import Tracing
from server import CannotServe, serve
from tests.live_server import RunningService, build_settings
from tests.timeouts import poll_until

TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
FIND = """query Find($text: String!) {
  orders(first: 1, filter: {search: $text}) { nodes { trackingId } }
}"""


@pytest.fixture(autouse=True)
def exporter() -> Iterator[InMemorySpanExporter]:
    """Keeps what is traced: it is on before any connection to the database is opened."""
    exporter = InMemorySpanExporter()
    tracing = Tracing(SimpleSpanProcessor(exporter))
    spans.turn_on(tracing.operation)
    add_observer(tracing.statement)
    yield exporter
    remove_observer(tracing.statement)
    spans.turn_off()
    tracing.stop()


async def ask(service: RunningService, query: str, headers: dict[str, str], **variables: Any):
    payload = {"query": query, "variables": variables}
    response = await service.http.post("/graphql", json=payload, headers=headers)
    assert "errors" not in response.json(), response.json()


async def ended(exporter: InMemorySpanExporter, kind: str) -> list[ReadableSpan]:
    """The spans whose name begins so, once there are any."""

    def found() -> list[ReadableSpan]:
        return [span for span in exporter.get_finished_spans() if span.name.startswith(kind)]

    await poll_until(found)
    return found()


async def test_an_operation_and_its_statement_are_spans_without_values(
    service: RunningService, exporter: InMemorySpanExporter
) -> None:
    headers = await service.headers(Scope.ORDERS_READ, Scope.PERSONAL_READ)
    await ask(service, "{ position }", headers)
    exporter.clear()

    await ask(service, FIND, headers | {"X-Request-Id": "trace-1"}, text="customer@mail.example")

    await poll_until(lambda: len(exporter.get_finished_spans()) == 2)
    (operation,) = await ended(exporter, "query")
    (statement,) = [
        span for span in exporter.get_finished_spans() if "db.query.text" in (span.attributes or {})
    ]
    assert operation.name == "query Find"
    assert dict(operation.attributes or {}) == {
        "graphql.operation.type": "query",
        "graphql.operation.name": "Find",
        "whereabouts.request_id": "trace-1",
    }
    assert statement.parent is not None
    assert statement.parent.span_id == operation.context.span_id
    text = str((statement.attributes or {})["db.query.text"])
    assert '"orders"' in text
    assert "??" not in text
    assert re.findall(r"'", text) == []
    shown = "".join(span.to_json() for span in exporter.get_finished_spans())
    assert "mail.example" not in shown


async def test_a_key_holder_continues_a_trace_and_a_stranger_does_not(
    service: RunningService, exporter: InMemorySpanExporter
) -> None:
    await ask(service, "query Mine { position }", TRACEPARENT | await service.headers(Scope.ADMIN))
    await ask(service, "query Theirs { position }", TRACEPARENT)

    (mine,) = await ended(exporter, "query Mine")
    (theirs,) = await ended(exporter, "query Theirs")
    assert f"{mine.context.trace_id:032x}" == TRACE
    assert f"{theirs.context.trace_id:032x}" != TRACE
    assert theirs.parent is None


async def test_a_wrong_traceparent_begins_a_trace(
    service: RunningService, exporter: InMemorySpanExporter
) -> None:
    headers = await service.headers(Scope.ADMIN)

    await ask(service, "query Mine { position }", headers | {"traceparent": "00-zz-01"})

    (mine,) = await ended(exporter, "query Mine")
    assert mine.parent is None


def test_literals_of_a_statement_are_left_out(exporter: InMemorySpanExporter) -> None:
    tracing = Tracing(SimpleSpanProcessor(exporter))
    with tracing.operation("query", None, None):
        tracing.statement("""SELECT "t1"."a" FROM "t1" WHERE "b"='it''s' AND c=$1 LIMIT 20""", 0.5)
    tracing.statement("SELECT 1", 0.5)

    statement, operation = exporter.get_finished_spans()
    assert operation.name == "query"
    assert dict(statement.attributes or {}) == {
        "db.query.text": """SELECT "t1"."a" FROM "t1" WHERE "b"=? AND c=$1 LIMIT ?"""
    }
    assert statement.end_time is not None
    assert statement.start_time is not None
    assert statement.end_time - statement.start_time == 500_000_000


def test_an_error_is_named_and_not_quoted(exporter: InMemorySpanExporter) -> None:
    tracing = Tracing(SimpleSpanProcessor(exporter))
    with pytest.raises(LookupError), tracing.operation("mutation", "Place", None):
        raise LookupError("customer@mail.example")

    (span,) = exporter.get_finished_spans()
    assert span.status.description == "LookupError"
    assert "mail.example" not in span.to_json()


@pytest.mark.usefixtures("unchanged_logging")
def test_the_missing_extra_is_said_in_one_line(
    database_url: str, broadcast_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "runtime.tracing")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    settings = build_settings(
        database_url,
        broadcast_url,
        WHEREABOUTS_PORT=str(free_port()),
        WHEREABOUTS_TRACING_URL="http://127.0.0.1:4318",
    )

    with pytest.raises(CannotServe) as refused:
        serve(settings)

    assert str(refused.value) == (
        "WHEREABOUTS_TRACING_URL needs OpenTelemetry: install the extra `telemetry`, or unset it"
        " (opentelemetry.sdk.trace is missing)."
    )
