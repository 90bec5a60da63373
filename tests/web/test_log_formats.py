"""Lines of the log are texts or JSON objects, and neither shows what a row or a variable holds."""

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest

from runtime.current_request import begin_request
from tests.server_processes import server_processes
from tests.timeouts import poll_until
from web.log_config import log_config
from web.log_formats import JsonFormatter, TextFormatter

DETAIL = (
    'duplicate key value violates "orders"\nDETAIL:  Key (email)=(customer@example.com) exists.'
)


class BrokenRule(Exception):
    """An error whose text is that of PostgreSQL."""


def failed(text: str = DETAIL) -> logging.LogRecord:
    """A record of a bug, raised by a function with a variable that nobody may see."""
    secret = "wa_live_secret"
    try:
        try:
            raise BrokenRule(text)
        except BrokenRule as error:
            raise LookupError("by mistake") from error
    except LookupError:
        record = logging.LogRecord(
            "whereabouts.schema", logging.ERROR, "", 1, "A bug at %s", ("order",), sys.exc_info()
        )
    del secret
    return record


def parsed(record: logging.LogRecord) -> dict[str, Any]:
    line = JsonFormatter().format(record)
    assert "\n" not in line
    fields: dict[str, Any] = json.loads(line)
    return fields


def test_a_traceback_is_one_field_without_values() -> None:
    fields = parsed(failed())

    assert {key: fields[key] for key in ("level", "logger", "message")} == {
        "level": "ERROR",
        "logger": "whereabouts.schema",
        "message": "A bug at order",
    }
    assert set(fields) == {"timestamp", "level", "logger", "message", "traceback"}
    lines = fields["traceback"].splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-1] == "LookupError: by mistake"
    assert "DETAIL: left out" in lines
    assert "customer@example.com" not in fields["traceback"]


def test_a_text_does_not_quote_a_row_either() -> None:
    text = TextFormatter().format(failed())

    assert "ERROR whereabouts.schema A bug at order\nTraceback" in text
    assert "DETAIL: left out\n\nThe above exception was the direct cause" in text
    assert "customer@example.com" not in text


def test_a_row_of_several_lines_is_left_out_as_a_whole() -> None:
    rows = f"{DETAIL}\n\nanna\nmore\nHINT:  Ask."

    assert "customer" not in TextFormatter().format(failed(rows))
    assert "customer" not in parsed(failed(rows))["traceback"]
    assert "\nHINT:  Ask." in parsed(failed(rows))["traceback"]


async def test_a_line_has_the_id_of_the_request_in_which_it_was_written() -> None:
    async def answer() -> dict[str, Any]:
        begin_request("trace-1", "192.0.2.7")
        return parsed(failed())

    assert (await asyncio.create_task(answer()))["request_id"] == "trace-1"
    assert "request_id" not in parsed(failed())


def test_what_a_library_attaches_to_a_record_is_left_out() -> None:
    record = logging.LogRecord("websockets", logging.INFO, "", 1, "open", (), None)
    record.websocket = "customer@example.com"

    assert set(parsed(record)) == {"timestamp", "level", "logger", "message"}


def test_a_text_that_is_not_unicode_is_written_all_the_same() -> None:
    record = logging.LogRecord("a", logging.INFO, "", 1, "\ud800", (), None)

    assert parsed(record)["message"] == "?"


@pytest.mark.parametrize("level", ["critical", "debug"])
def test_security_events_are_logged_at_any_level(level: str) -> None:
    config = log_config(level, "json", has_access_log=True)

    assert config["loggers"]["whereabouts.security"] == {"level": "INFO"}


@pytest.mark.parametrize("level", ["debug", "info"])
def test_what_is_fetched_from_an_identity_provider_is_not_logged(level: str) -> None:
    config = log_config(level, "json", has_access_log=True)

    assert {config["loggers"][name]["level"] for name in ("httpx2", "httpcore2")} == {"WARNING"}


async def test_every_line_of_a_server_is_an_object(
    tmp_path: Path, database_url: str, broadcast_url: str
) -> None:
    async with server_processes(
        tmp_path, database_url, broadcast_url, WHEREABOUTS_LOG_FORMAT="json"
    ) as server:
        response = await server.service.http.post(
            "/graphql",
            json={"query": "query A { changes { nodes { position } } }"},
            headers={"X-Request-Id": "trace-1"},
        )
        assert response.status_code == 200
        await poll_until(lambda: "whereabouts.access" in server.log())
        lines = [json.loads(line) for line in server.log().splitlines()]

    for line in lines:
        assert {"timestamp", "level", "logger"} <= set(line), line
    (access,) = [line for line in lines if line["logger"] == "whereabouts.access"]
    (event,) = [line for line in lines if line["logger"] == "whereabouts.security"]
    assert access.pop("ms") > 0
    assert access.pop("timestamp").endswith("+00:00")
    assert access == {
        "level": "INFO",
        "logger": "whereabouts.access",
        "request_id": "trace-1",
        "key": "anonymous",
        "client": "127.0.0.1",
        "type": "query",
        "operation": "A",
        "status": 200,
        "errors": ["FORBIDDEN"],
    }
    assert event.pop("timestamp")
    assert event == {
        "level": "WARNING",
        "logger": "whereabouts.security",
        "request_id": "trace-1",
        "event": "FORBIDDEN",
        "viewer": "anonymous",
        "address": "127.0.0.1",
    }
