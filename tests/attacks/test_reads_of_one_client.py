"""Slow reads of one client leave the connections to the others."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from access.scopes import Scope
from config import Settings
from database.connections import read_rows
from engine.sql import statement
from engine.sql.response_budget import MAXIMUM_SEARCHES
from resolvers.stats import stats_plan
from resolvers.stats.stats_connection import read_groups
from runtime.client_turns import ClientTurns
from tests.live_changes import make_pending_order
from tests.live_server import RunningService, build_settings, running_service
from tests.timeouts import poll_until
from web.graphql import service as graphql_service

SLOW = '{ orders(filter: { search: "slow" }) { totalCount } }'
KEYS = ((Scope.ANALYTICS_READ,), (Scope.ANALYTICS_READ, Scope.ORDERS_READ))
"""Each set of scopes is a key of its own."""
ORDER = "query ($id: ID!) { order(trackingId: $id) { status } }"


class SlowReads:
    """Holds back the statements that search for "slow"."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.running = 0
        self.go_on = asyncio.Event()

        async def read(client, text, values):
            if any("slow" in str(value) for value in values):
                self.running += 1
                await self.go_on.wait()
                self.running -= 1
            return await read_rows(client, text, values)

        monkeypatch.setattr(statement, "read_rows", read)


@pytest.fixture
def slow_reads(monkeypatch: pytest.MonkeyPatch) -> SlowReads:
    return SlowReads(monkeypatch)


@pytest.fixture
async def service(
    database_url: str, broadcast_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[RunningService, None]:
    monkeypatch.setattr(graphql_service, "MAXIMUM_WAITING_READS", 10)
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        await service.key(Scope.ORDERS_READ)
        yield service


def turns_of(service: RunningService) -> ClientTurns:
    turns = service.service._reads
    assert turns is not None
    return turns


async def test_ten_slow_lists_of_one_key_leave_the_database_to_others(service, slow_reads):
    order = await make_pending_order(service)
    at_once = turns_of(service).at_once
    slow = [asyncio.ensure_future(service.post(SLOW, Scope.ORDERS_READ)) for _ in range(10)]
    await poll_until(lambda: slow_reads.running == at_once)

    answers = [await service.fetch(ORDER, id=order.tracking_id) for _ in range(5)]
    other = await service.fetch(ORDER, Scope.ANALYTICS_READ, id=order.tracking_id)

    assert [*answers, other] == [{"order": {"status": "PENDING"}}] * 6
    assert slow_reads.running == at_once
    slow_reads.go_on.set()
    responses = await asyncio.gather(*slow)
    assert [response.json() for response in responses] == [
        {"data": {"orders": {"totalCount": 0}}}
    ] * 10


async def test_the_fields_of_one_request_share_the_turns(service, slow_reads):
    fields = " ".join(f"a{number}: {SLOW[2:-2]}" for number in range(8))
    asked = asyncio.ensure_future(service.fetch(f"{{ {fields} }}", Scope.ORDERS_READ))
    at_once = turns_of(service).at_once

    await poll_until(lambda: slow_reads.running == at_once)
    await service.fetch("{ position }")
    assert slow_reads.running == at_once
    slow_reads.go_on.set()

    assert len(await asked) == 8


async def test_too_many_reads_of_one_key_are_refused_with_a_time_to_come_back(service, slow_reads):
    at_once = turns_of(service).at_once
    slow = [
        asyncio.ensure_future(service.post(SLOW, Scope.ORDERS_READ)) for _ in range(at_once + 10)
    ]
    turns = turns_of(service)
    await poll_until(lambda: any(len(one._waiting) == 10 for one in turns._clients.values()))

    response = await service.post(SLOW, Scope.ORDERS_READ)

    assert response.status_code == 429
    assert response.headers["Retry-After"] == "10"
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "LIMIT_EXCEEDED"}
    assert error["message"] == graphql_service.TOO_MANY_READS
    slow_reads.go_on.set()
    assert {response.status_code for response in await asyncio.gather(*slow)} == {200}


@pytest.mark.parametrize("searches", [MAXIMUM_SEARCHES, MAXIMUM_SEARCHES + 1])
async def test_the_searches_of_one_request_are_counted(service, searches):
    branches = ", ".join(f'{{ search: "zq{number}" }}' for number in range(searches - 4))
    fields = [f"a{number}: {SLOW[2:-2]}" for number in range(4)]
    fields.append(f"b: orders(filter: {{ or: [{branches}] }}) {{ totalCount }}")

    response = await service.post("{ " + " ".join(fields) + " }", Scope.ORDERS_READ)

    errors = response.json().get("errors", [])
    refusals = [error["message"] for error in errors]
    assert refusals == (
        []
        if searches == MAXIMUM_SEARCHES
        else [
            "This request searches for 11 texts or more; at most 10 are searched for. Send the"
            " others in requests of their own."
        ]
    )


@pytest.mark.parametrize(("connections", "at_once"), [(2, 1), (6, 2), (10, 3), (100, 3)])
def test_one_client_has_at_most_a_third_of_the_connections(connections, at_once):
    settings = Settings.from_env(
        {
            "WHEREABOUTS_DATABASE_URL": "postgres://u@localhost/x",
            "WHEREABOUTS_DATABASE_CONNECTIONS": str(connections),
        }
    )

    assert settings.reads_at_once == at_once


def test_the_refusal_says_what_to_do():
    assert graphql_service.TOO_MANY_READS == (
        "200 reads of yours wait already. Send fewer requests at once, and this one again in a few"
        " seconds."
    )


AGGREGATE = "{ orderStats { groups { count } } }"


async def test_one_key_reads_one_aggregate_at_once(service, monkeypatch):
    running, go_on = [], asyncio.Event()

    async def read(text, values):
        running.append(text)
        await go_on.wait()
        return await read_groups(text, values)

    monkeypatch.setattr(stats_plan, "read_groups", read)
    for scopes in KEYS:
        await service.key(*scopes)
    async with asyncio.TaskGroup() as clients:
        own = [clients.create_task(service.post(AGGREGATE, *KEYS[0])) for _ in range(3)]
        await poll_until(lambda: len(running) == 1)
        other = clients.create_task(service.post(AGGREGATE, *KEYS[1]))
        await poll_until(lambda: len(running) == 2)
        go_on.set()

    counts = [answer.result().json()["data"]["orderStats"]["groups"] for answer in (*own, other)]
    assert counts == [[{"count": 0}]] * 4
