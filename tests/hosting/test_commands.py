"""Commands name in one line what is wrong with an address; `serve` says what to know besides."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator

import pytest

from config import PROJECT
from devservices.pgbouncer import PgBouncer
from devservices.ports import free_port
from devservices.postgres import PostgresServer
from devservices.redis import RedisServer
from tests.databases import Databases, PostgresDatabases
from tests.hosting.poolers import StartPooler, through
from tests.timeouts import TIMEOUT

BEHIND_POOLER = (
    "WARNING whereabouts.server The database is behind a pooler: each statement runs in a"
    " transaction that begins with its time limits, and has no name. With pool_mode = transaction"
    " that is all; with pool_mode = session the pooler's pool needs 32 connections for this server"
)


@pytest.fixture
def server(databases: Databases) -> PostgresServer:
    if not isinstance(databases, PostgresDatabases):
        pytest.skip("SQLite has no addresses of hosts.")
    return databases.server


@pytest.fixture
def limited_url(server: PostgresServer, database_url: str) -> Generator[str, None, None]:
    """A database of a role that may have ten connections."""
    server.execute("CREATE ROLE limited LOGIN CONNECTION LIMIT 10")
    server.execute("GRANT pg_read_all_data TO limited")
    yield database_url.replace("postgres@", "limited@")
    server.execute("DROP ROLE limited")


def environ(url: str, **options: str) -> dict[str, str]:
    return {
        **os.environ,
        "WHEREABOUTS_DATABASE_URL": url,
        "WHEREABOUTS_PORT": str(free_port()),
        **options,
    }


def whereabouts(command: str, url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "commands", command],
        check=False,
        cwd=PROJECT,
        env=environ(url),
        capture_output=True,
        text=True,
        timeout=3 * TIMEOUT,
    )


@pytest.mark.parametrize("command", ["migrate", "serve"])
def test_a_parameter_that_cannot_be_understood_is_refused(command: str) -> None:
    result = whereabouts(command, "postgres://app:secret@db.example/shop?sslmode=no-verify")

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "Error: WHEREABOUTS_DATABASE_URL: its parameter sslmode is refused: write sslmode=disable,"
        " allow, prefer, require, verify-ca or verify-full; only the last two check the server's"
        " certificate, against the file that sslrootcert names\n"
    )


def test_a_server_whose_process_does_not_fit_is_not_started(limited_url: str) -> None:
    result = whereabouts("serve", limited_url)

    assert result.returncode == 1
    assert result.stderr == (
        "Error: One process may open 16 database connections, 10 by"
        " WHEREABOUTS_DATABASE_CONNECTIONS and 6 that only read, but the connection limit of the"
        " role lets in 10: set WHEREABOUTS_DATABASE_CONNECTIONS to 4 or less, or raise that"
        " limit.\n"
    )


def test_the_log_says_that_there_is_a_pooler(
    start_pooler: StartPooler, database_url: str, redis: RedisServer
) -> None:
    pooler: PgBouncer = start_pooler("transaction")
    options = {"WHEREABOUTS_WORKERS": "2", "WHEREABOUTS_BROADCAST_URL": redis.url}
    with subprocess.Popen(
        [sys.executable, "-m", "commands", "serve"],
        cwd=PROJECT,
        env=environ(through(pooler, database_url), **options),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        first, second = process.stderr.readline(), process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=TIMEOUT)

    assert " INFO whereabouts.server Whereabouts " in first
    assert second.rstrip().endswith(BEHIND_POOLER)
