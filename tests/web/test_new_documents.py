"""New documents of one client are prepared within its allowance; known ones cost nothing."""

import asyncio
import json
from collections.abc import AsyncGenerator, Hashable, Mapping
from typing import Any

import pytest

from engine import preparation
from engine.preparation import ALLOWANCE
from engine.variables import Variables
from runtime import work_queue
from runtime.work_queue import Allowance, Client, WorkQueue
from tests.live_changes import READER_SCOPES
from tests.live_server import RunningService, build_settings, running_service
from tests.timeouts import poll_until

USED_UP = Allowance(
    seconds=1e-9, period=3600.0, maximum_waiting=2, refusal="Two new documents wait already."
)
"""One new document uses it up, and the next ones wait for an hour."""
PLENTY = Allowance(seconds=60.0, period=60.0, maximum_waiting=2, refusal="too much")
PROXY = {"X-Forwarded-For": "192.0.2.7"}


@pytest.fixture
async def service(
    database_url: str, broadcast_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[RunningService, None]:
    monkeypatch.setattr(preparation, "ALLOWANCE", USED_UP)
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        yield service


def query(number: int) -> str:
    return f"{{ a{number}: position }}"


async def fill_queue(service: RunningService) -> list[asyncio.Task[Any]]:
    """Have one new document prepared, and two others wait."""
    await service.fetch(query(0))
    waiting = [asyncio.ensure_future(service.post(query(number))) for number in (1, 2)]
    await waiting_jobs(service, 2)
    return waiting


async def waiting_jobs(service: RunningService, number: int) -> None:
    """Wait until so much work waits for its turn."""
    jobs = service.service._preparation._queue._waiting
    await poll_until(lambda: sum(len(client.jobs) for client in jobs.values()) == number)


def allowances(service: RunningService) -> list[Client]:
    """The clients whose work was done or waits."""
    return list(service.service._preparation._queue._clients.values())


async def end_of_waiting(service: RunningService, tasks: list[asyncio.Task[Any]]) -> None:
    """Give all clients the time that they need, and wait until what waits is answered: the server
    would wait as it ends."""
    for client in allowances(service):
        client.allowance, client.left = None, 1.0
    service.service._preparation._queue._plan_turn()
    await asyncio.gather(*tasks)


async def test_too_many_new_documents_are_refused_with_a_time_to_come_back(service):
    waiting = await fill_queue(service)

    response = await service.post(query(3))

    assert response.status_code == 429
    assert response.headers["Retry-After"] == "10"
    assert response.json() == {
        "errors": [
            {
                "message": "Two new documents wait already.",
                "extensions": {"code": "LIMIT_EXCEEDED"},
            }
        ]
    }
    await end_of_waiting(service, waiting)


async def test_known_documents_are_answered_meanwhile(service):
    waiting = await fill_queue(service)

    assert await service.fetch(query(0)) == {"a0": 0}
    await end_of_waiting(service, waiting)


async def test_other_clients_are_answered_meanwhile(service):
    waiting = await fill_queue(service)

    other = await service.http.post("/graphql", json={"query": query(4)}, headers=PROXY)
    assert other.json() == {"data": {"a4": 0}}
    assert await service.fetch("{ viewer { name } }", *READER_SCOPES) == {
        "viewer": {"name": "key 0"}
    }
    await end_of_waiting(service, waiting)


async def test_too_many_new_documents_are_refused_on_a_websocket(service):
    waiting = await fill_queue(service)

    async with service.socket() as socket:
        await socket.subscribe("1", query(3))
        assert await socket.next() == {
            "id": "1",
            "type": "error",
            "payload": [
                {
                    "message": "Two new documents wait already.",
                    "extensions": {"code": "LIMIT_EXCEEDED"},
                }
            ],
        }
        await socket.subscribe("1", query(0))
        assert await socket.results(1) == [{"data": {"a0": 0}}]
    await end_of_waiting(service, waiting)


async def test_too_many_new_documents_are_refused_on_an_event_stream(service):
    waiting = await fill_queue(service)

    async with service.events(query(3)) as events:
        (answer, _complete) = await events.read_rest()

    assert json.loads(answer["data"]) == {
        "errors": [
            {
                "message": "Two new documents wait already.",
                "extensions": {"code": "LIMIT_EXCEEDED"},
            }
        ]
    }
    await end_of_waiting(service, waiting)


async def test_the_plans_of_a_new_document_count_against_the_allowance(service, monkeypatch):
    monkeypatch.setattr(preparation, "ALLOWANCE", PLENTY)
    now, plan = 0.0, service.schema.plans.query

    def plan_slowly(*arguments: Any) -> Any:
        nonlocal now
        now += 7.0
        return plan(*arguments)

    monkeypatch.setattr(work_queue, "thread_time", lambda: now)
    monkeypatch.setattr(service.schema.plans, "query", plan_slowly)

    await service.fetch(query(0))

    (left,) = [client.left for client in allowances(service) if client.allowance is PLENTY]
    assert left == PLENTY.seconds - 7.0


async def test_the_plans_of_a_new_document_are_made_when_the_allowance_is_used_up(service):
    assert await service.fetch(query(0)) == {"a0": 0}
    (left,) = [client.left for client in allowances(service) if client.allowance is USED_UP]
    assert left < 0


async def test_missing_plans_of_a_known_document_wait_for_the_allowance(service):
    await service.fetch(query(0))
    service.schema.operations.find(query(0), None).plans.clear()

    late = asyncio.ensure_future(service.post(query(0)))
    await waiting_jobs(service, 1)

    assert not service.schema.operations.find(query(0), None).plans
    await end_of_waiting(service, [late])


async def test_a_key_with_other_rights_has_its_plans_made_in_its_own_turn(service, monkeypatch):
    await service.fetch(query(0))
    run, clients = WorkQueue.run, []

    def watched(queue: WorkQueue, client: Hashable, *work: Any) -> Any:
        clients.append(client)
        return run(queue, client, *work)

    monkeypatch.setattr(WorkQueue, "run", watched)
    for _ in range(2):
        assert await service.fetch(query(0), *READER_SCOPES) == {"a0": 0}

    assert len(clients) == 1


async def test_the_variables_of_a_request_are_coerced_once(service, monkeypatch):
    coerce, coerced = Variables.coerce, []

    def watched(variables: Variables, values: Mapping[str, Any]) -> Any:
        coerced.append(values)
        return coerce(variables, values)

    monkeypatch.setattr(Variables, "coerce", watched)
    text = "query ($shown: Boolean!) { position @include(if: $shown) }"
    for _ in range(2):
        assert await service.fetch(text, shown=False) == {}

    assert coerced == [{"shown": False}] * 2


def test_the_refusal_says_what_to_do():
    assert ALLOWANCE.refusal == (
        "100 new documents of yours wait to be prepared already. Try again in 10 seconds. Send"
        " values as variables: then the document stays the same, and is prepared only once."
    )
