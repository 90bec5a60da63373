"""A pooler that drops the time limits of sessions, or refuses them, is reported at start."""

import asyncio
import struct
from collections.abc import AsyncGenerator

import pytest
from tortoise.exceptions import ConfigurationError

from commands.command_runtime import Failure, run
from database import connections
from database.connections import connection, open_database
from database.session_settings import REMEDY, SESSION_SETTINGS, TIME_LIMITS
from server import prepare_database
from tests.live_server import build_settings

DROPPED = (
    "The database does not keep the time limits of this session: lock_timeout is 0 instead of"
    " 200ms, idle_in_transaction_session_timeout is 0 instead of 2s, statement_timeout is 0 instead"
    " of 10s."
)
UNSUPPORTED = "unsupported startup parameter: jit"


@pytest.fixture
def postgres_url(engine: str, database_url: str) -> str:
    if engine != "postgres":
        pytest.skip("SQLite has no sessions.")
    return database_url


async def test_sessions_have_the_limits_that_were_asked_for(postgres_url: str) -> None:
    async with open_database(postgres_url, connections=1):
        names = ", ".join(f"current_setting('{name}') AS {name}" for name in TIME_LIMITS)
        [present] = await connection().execute_query_dict(f"SELECT {names}")

    assert present == TIME_LIMITS


async def test_a_database_that_drops_the_limits_is_refused(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "SESSION_SETTINGS", {})

    with pytest.raises(ConfigurationError) as refusal:
        async with open_database(postgres_url, connections=1):
            pass

    assert str(refusal.value) == DROPPED + REMEDY


async def test_a_database_that_drops_one_limit_is_refused(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {**SESSION_SETTINGS, "statement_timeout": "60000"}
    monkeypatch.setattr(connections, "SESSION_SETTINGS", settings)

    with pytest.raises(ConfigurationError, match=": statement_timeout is 1min instead of 10s\\."):
        async with open_database(postgres_url, connections=1):
            pass


async def test_limits_that_the_role_has_are_as_good(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_database(postgres_url, connections=1):
        for name, value in TIME_LIMITS.items():
            database = postgres_url.rsplit("/", 1)[1]
            await connection().execute_script(f"ALTER DATABASE {database} SET {name} = '{value}'")
    monkeypatch.setattr(connections, "SESSION_SETTINGS", {})

    async with open_database(postgres_url, connections=1):
        pass


def test_the_server_refuses_to_start_with_one_line_that_says_what_to_do(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "SESSION_SETTINGS", {})
    settings = build_settings(postgres_url, "redis://127.0.0.1:1")

    with pytest.raises(Failure) as failure:
        run(prepare_database(settings))

    assert failure.value.message == f"The database cannot be used: {DROPPED}{REMEDY}"
    assert "\n" not in failure.value.message


@pytest.fixture
async def refusing_pooler() -> AsyncGenerator[str, None]:
    """The address of a server that refuses the settings, as PgBouncer does by default."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length, code = struct.unpack("!II", await reader.readexactly(8))
        if code == 80877103:  # a request for TLS
            writer.write(b"N")
            (length, _) = struct.unpack("!II", await reader.readexactly(8))
        await reader.readexactly(length - 8)
        fields = b"SFATAL\0C08P01\0M" + UNSUPPORTED.encode() + b"\0\0"
        writer.write(b"E" + struct.pack("!I", len(fields) + 4) + fields)
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"postgres://postgres@127.0.0.1:{port}/whereabouts"


async def test_a_pooler_that_refuses_the_settings_is_explained(refusing_pooler: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        async with open_database(refusing_pooler, connections=1):
            pass

    assert str(refusal.value) == f"The database answers: {UNSUPPORTED}.{REMEDY}"
    assert "ALTER ROLE ... SET lock_timeout = '200ms';" in REMEDY
