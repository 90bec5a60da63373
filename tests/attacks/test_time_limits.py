"""A request that takes too long ends, and so does what the database does for it."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from access.scopes import Scope
from database.connections import connection, is_postgres, read_rows
from tests.live_server import RunningService, build_settings, running_service
from tests.timeouts import TIMEOUT
from web import deadlines
from web.graphql import service as graphql_service

ENDLESS = {
    True: "SELECT pg_sleep(600)",
    False: "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
}
"""A statement that does not end, on PostgreSQL and on SQLite."""
SLEEPING = """SELECT count(*) FROM pg_stat_activity
  WHERE state = 'active' AND query LIKE '%pg\\_sleep%' AND pid <> pg_backend_pid()"""


async def read_for_ever() -> Any:
    return await read_rows(connection(), ENDLESS[is_postgres()], [])


async def statements_that_sleep() -> int:
    ((count,),) = [tuple(row) for row in await read_rows(connection(), SLEEPING, [])]
    return int(count)


@pytest.fixture
async def impatient(
    database_url: str, broadcast_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[RunningService, None]:
    """A service whose requests have half a second, and whose `position` is never read."""
    monkeypatch.setattr(deadlines, "TICK", 0.01)
    monkeypatch.setattr(graphql_service, "TIME_TO_ANSWER", 0.5)
    monkeypatch.setattr("schema.root_fields.log_head", read_for_ever)
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        yield service


async def test_the_statement_of_a_late_request_is_cancelled(impatient: RunningService) -> None:
    late = await impatient.post("{ position }")
    # On SQLite this needs the only connection, so that it would wait for the statement.
    order = await impatient.post('{ order(trackingId: "WA-7K3M-9QXP-2V4T-8HRC-5") { status } }')

    assert (late.status_code, late.headers["Retry-After"]) == (503, "10")
    assert order.json() == {"data": {"order": None}}
    if is_postgres():
        async with asyncio.timeout(TIMEOUT):
            while await statements_that_sleep():  # noqa: ASYNC110 (the database announces nothing)
                await asyncio.sleep(0.01)


async def test_aggregates_have_more_time_than_other_requests(
    impatient: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphql_service, "MORE_TIME_FOR_AGGREGATES", -1.0)

    plain = await impatient.post("{ orders { totalCount } }", Scope.ADMIN)
    aggregate = await impatient.post("{ position orderStats { asOf } }", Scope.ADMIN)

    assert plain.json() == {"data": {"orders": {"totalCount": 0}}}
    assert aggregate.status_code == 503
