"""A server says in one line what it serves, or what keeps it from starting."""

import os
import signal
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner

import commands.serve
from access.secrets import new_secret_key
from commands.serve import key_warnings
from config import PROJECT, Settings
from devservices.ports import HOST, free_port
from server import serving_config, startup_line
from tests.server_processes import server_processes, until_dead
from tests.timeouts import TIMEOUT, poll_until

VERSION = version("whereabouts-orders")


def whereabouts(*arguments: str, **options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "commands", *arguments],
        check=False,
        cwd=PROJECT,
        env=os.environ | options,
        capture_output=True,
        text=True,
        timeout=3 * TIMEOUT,
    )


def sqlite_url(file: Path) -> dict[str, str]:
    return {"WHEREABOUTS_DATABASE_URL": f"sqlite://{file}"}


@pytest.mark.slow
def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        result = whereabouts(
            "serve", WHEREABOUTS_PORT=str(port), **sqlite_url(tmp_path / "x.sqlite3")
        )

    assert result.returncode == 1
    assert result.stderr == (
        f"Error: Port {port} of 127.0.0.1 is taken: end the program that listens there, or set"
        " WHEREABOUTS_PORT to another one.\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize("command", ["migrate", "serve"])
def test_a_file_that_cannot_be_opened_is_named(command: str) -> None:
    result = whereabouts(command, **sqlite_url(Path("/nonexistent/x.sqlite3")))

    assert result.returncode == 1
    assert result.stderr == (
        "Error: The database cannot be used: /nonexistent/x.sqlite3: unable to open database file\n"
    )


@pytest.mark.slow
def test_a_file_that_is_not_a_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.sqlite3"
    file.write_text("name,quantity\n" * 100)

    result = whereabouts("migrate", **sqlite_url(file))

    assert result.returncode == 1
    assert result.stderr == (
        f"Error: The database cannot be used: {file}: file is not a database\n"
    )


def test_the_version_is_told() -> None:
    result = whereabouts("--version")

    assert (result.returncode, result.stdout) == (0, f"whereabouts {VERSION}\n")


@pytest.mark.slow
async def test_a_second_server_on_a_file_is_refused_until_the_first_is_gone(
    tmp_path: Path,
) -> None:
    file = tmp_path / "x.sqlite3"
    url = f"sqlite://{file}"
    async with server_processes(tmp_path, url, "memory://") as running:
        second = whereabouts("serve", WHEREABOUTS_PORT=str(free_port()), **sqlite_url(file))
        os.kill(running.main.pid, signal.SIGKILL)
        await running.exit_code()
    async with server_processes(tmp_path, url, "memory://") as again:
        assert await again.service.fetch("{ position }") == {"position": 0}

    assert second.returncode == 1
    assert second.stderr == (
        f"Error: Another server runs on {file}: end it, or let both use a database of PostgreSQL.\n"
    )


STARTS = {
    "the defaults": (
        {"WHEREABOUTS_DATABASE_URL": "sqlite:///srv/x.sqlite3"},
        "http://127.0.0.1:8000/graphql (with GraphiQL) and pages of orders (/track) in 1 process;"
        " its data is in /srv/x.sqlite3, changes are announced through memory://",
    ),
    "production": (
        {
            "WHEREABOUTS_DATABASE_URL": "postgres://user:secret@db.example:5432/shop?sslpassword=secret",
            "WHEREABOUTS_BROADCAST_URL": "redis://:secret@redis.example:6379/1",
            "WHEREABOUTS_WORKERS": "4",
            "WHEREABOUTS_HOST": "::",
            "WHEREABOUTS_PORT": "80",
            "WHEREABOUTS_GRAPHIQL": "off",
        },
        "http://[::]:80/graphql (without GraphiQL) and pages of orders (/track) in 4 processes;"
        " its data is in postgres://db.example:5432/shop, changes are announced through"
        " redis://redis.example:6379/1",
    ),
}


@pytest.mark.parametrize("name", STARTS)
def test_the_line_at_the_start_has_no_password(name: str) -> None:
    environ, line = STARTS[name]

    assert startup_line(Settings.from_env(environ)) == f"Whereabouts {VERSION} serves {line}"


POSTGRES = {"WHEREABOUTS_DATABASE_URL": "postgres://db.example/shop"}
NO_KEYS = (
    "Customers cannot open their orders by links, postal codes or e-mail addresses: set"
    " WHEREABOUTS_SECRET_KEYS to what `whereabouts secret-key` prints"
)


def test_a_server_that_can_sign_no_links_warns() -> None:
    assert key_warnings(Settings.from_env(POSTGRES)) == [NO_KEYS]


def test_a_server_with_keys_does_not_warn() -> None:
    keys = {"WHEREABOUTS_SECRET_KEYS": new_secret_key().get_secret_value()}

    assert key_warnings(Settings.from_env({**POSTGRES, **keys})) == []
    assert key_warnings(Settings.from_env(STARTS["the defaults"][0])) == []


def test_the_warning_is_logged_with_those_of_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def check(_settings: Settings) -> list[str]:
        return ["Few connections."]

    logged: list[str] = []
    monkeypatch.setattr(commands.serve, "_check_database", check)
    monkeypatch.setattr(commands.serve, "serve", lambda _settings, lines: logged.extend(lines))

    result = CliRunner().invoke(commands.serve.serve_command, env=POSTGRES)

    assert (result.exit_code, logged) == (0, ["Few connections.", NO_KEYS])


def test_idle_connections_are_kept_longer_than_load_balancers_keep_theirs() -> None:
    assert serving_config(Settings.from_env({}), None).timeout_keep_alive == 75
    chosen = Settings.from_env({"WHEREABOUTS_KEEP_ALIVE_SECONDS": "5"})
    assert serving_config(chosen, None).timeout_keep_alive == 5


@pytest.mark.slow
async def test_while_debugging_neither_values_nor_keys_are_logged(
    db: str, broadcast_url: str, tmp_path: Path
) -> None:
    options = {"WHEREABOUTS_LOG_LEVEL": "debug"}
    secret = "Bearer wa_live_SECRET"
    query = 'query Look { order(trackingId: "WA-SECRET") { status } }'
    async with server_processes(tmp_path, db, broadcast_url, **options) as running:
        await running.service.fetch(query)
        await running.service.http.post(
            "/graphql", json={"query": query}, headers={"Authorization": secret}
        )
        async with running.service.connect({"Authorization": secret}) as socket:
            assert await socket.close_code() == 4403
        async with running.service.connect() as socket:
            await socket.init()
            await socket.subscribe("1", query)
            await socket.results(1)
        await poll_until(lambda: "request=" in running.log())
        log = running.log()

    assert "DEBUG" in log
    assert "SECRET" not in log
    assert "INSERT INTO" not in log
    assert "SELECT" not in log


@pytest.mark.slow
async def test_workers_end_when_their_parent_is_killed(
    db: str, broadcast_url: str, tmp_path: Path
) -> None:
    if broadcast_url == "memory://":
        pytest.skip("a SQLite file serves one process")
    options = {"WHEREABOUTS_WORKERS": "2"}
    async with server_processes(tmp_path, db, broadcast_url, **options) as running:
        await poll_until(lambda: len(running.workers()) == 2)
        workers = running.workers()
        os.kill(running.main.pid, signal.SIGKILL)
        await running.exit_code()

        for worker in workers:
            await until_dead(worker)
