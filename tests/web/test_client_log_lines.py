"""Nobody fills the server's log by requests and websockets that are not worth a line."""

import logging
from pathlib import Path

import pytest

from tests.clock import Clock
from tests.raw_clients import raw_client
from tests.server_processes import ServerProcesses, server_processes
from web.client_log_lines import PERIOD, ClientLineFilter

PROTOCOL = "/site-packages/uvicorn/protocols/http/httptools_impl.py"
WEBSOCKETS = "/site-packages/websockets/server.py"
SERVER = "/site-packages/uvicorn/server.py"
INVALID = "Invalid HTTP request received."


def line(path: str, level: int, text: str = INVALID) -> logging.LogRecord:
    return logging.LogRecord("uvicorn.error", level, path, 1, text, (), None)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client_lines(clock: Clock) -> ClientLineFilter:
    return ClientLineFilter(clock)


def test_a_warning_is_logged_once_in_a_period_and_then_says_how_often_it_was_not(
    client_lines: ClientLineFilter, clock: Clock
) -> None:
    passed = [client_lines.filter(line(PROTOCOL, logging.WARNING)) for _ in range(1000)]
    clock.now = PERIOD
    later = line(PROTOCOL, logging.WARNING)

    assert passed == [True] + [False] * 999
    assert client_lines.filter(later)
    assert later.getMessage() == f"{INVALID} (999 more since the last such line)"
    assert not client_lines.filter(line(PROTOCOL, logging.WARNING))


def test_each_warning_has_a_period_of_its_own(client_lines: ClientLineFilter) -> None:
    assert client_lines.filter(line(PROTOCOL, logging.WARNING))
    assert client_lines.filter(line(PROTOCOL, logging.WARNING, "Unsupported upgrade request."))


@pytest.mark.parametrize("path", [PROTOCOL, WEBSOCKETS])
def test_what_ordinary_clients_do_is_logged_only_for_debugging(
    client_lines: ClientLineFilter, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    opened = line(path, logging.INFO, "connection open")

    caplog.set_level(logging.INFO, "uvicorn.error")
    assert not client_lines.filter(opened)
    caplog.set_level(logging.DEBUG, "uvicorn.error")
    assert client_lines.filter(opened)


def test_errors_and_lines_of_the_server_itself_pass(client_lines: ClientLineFilter) -> None:
    for _ in range(3):
        assert client_lines.filter(line(PROTOCOL, logging.ERROR, "Exception in ASGI application"))
        assert client_lines.filter(line(SERVER, logging.INFO, "Shutting down"))
        assert client_lines.filter(line(SERVER, logging.WARNING, "Waiting"))


async def test_a_server_logs_one_line_for_many_bad_clients(
    tmp_path: Path, db: str, broadcast_url: str
) -> None:
    async with server_processes(tmp_path, db, broadcast_url) as running:
        for _ in range(20):
            await _send_nonsense(running)
            async with running.service.socket():
                pass
        log = running.log()

    assert log.count(INVALID) == 1
    assert "connection open" not in log
    assert "WebSocket /graphql" not in log
    assert "Application startup complete." in log


async def _send_nonsense(running: ServerProcesses) -> None:
    async with raw_client(running.address) as client:
        await client.write(b"nonsense\r\n\r\n")
        assert (await client.read_rest()).startswith(b"HTTP/1.1 400")
