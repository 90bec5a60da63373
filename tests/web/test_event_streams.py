"""Event streams carry one operation each, in the distinct connections mode of GraphQL over SSE."""

import json
from typing import Any

import httpx2
import pytest

from access.scopes import Scope
from errors import Unavailable
from models.tracking_ids import new_tracking_id
from tests.event_stream_reader import EventReader
from tests.live_changes import (
    FOLLOW,
    FOLLOW_ALL,
    READER_SCOPES,
    make_changes,
    make_pending_order,
)
from tests.live_server import RunningService
from tests.timeouts import poll_until
from tests.web.failing_stub import FailingStub
from web import connection_registry
from web.graphql import streams

BEGINNING = {"retry": "1000", "id": "0"}
COMPLETE = {"event": "complete", "data": ""}
CREATE = """mutation { orderCreate(input: {
  customer: {name: "Customer 1"}, items: [{sku: "MUG", name: "Mug", quantity: 1}],
  shippingAddress: {line1: "Sample Street 1", city: "Berlin", country: "DE"}
}) { order { status } userErrors { code } } }"""
ACCEPT = {"Accept": "text/event-stream"}
BROWSER = {"Sec-Fetch-Mode": "cors"}
"""A header that every browser's EventSource sends, and no library."""


def positions(results: list[tuple[str, object]]) -> list[int]:
    """The positions of results, after checking that each event's id is its position."""
    found_positions = [payload["data"]["changes"]["position"] for _, payload in results]  # type: ignore[index]
    assert [id_ for id_, _ in results] == [str(position) for position in found_positions]
    return found_positions


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_changes_come_with_their_positions_as_ids(service, method):
    async with service.events(FOLLOW_ALL, *READER_SCOPES, method=method) as events:
        assert events.response.status_code == 200
        assert events.response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert events.response.headers["cache-control"] == "no-store"
        assert await events.next() == BEGINNING
        order = await make_pending_order(service)
        await make_changes(service, order, 1)
        results = await events.results(3)

    assert positions(results) == [1, 2, 3]


async def test_the_first_event_has_the_id_to_resume_from(service):
    await make_changes(service, await make_pending_order(service), 2)

    async with service.events(FOLLOW_ALL, *READER_SCOPES) as events:
        assert await events.next() == {"retry": "1000", "id": "5"}
    async with service.events(FOLLOW_ALL, *READER_SCOPES, after=3) as events:
        assert await events.next() == {"retry": "1000", "id": "3"}
        assert positions(await events.results(2)) == [4, 5]


async def test_last_event_id_resumes_exactly_and_wins_over_after(service):
    await make_changes(service, await make_pending_order(service), 2)

    for last in (0, 1, 4, 5):
        headers = {"Last-Event-ID": str(last)}
        async with service.events(FOLLOW_ALL, *READER_SCOPES, headers=headers, after=2) as events:
            assert await events.next() == {"retry": "1000", "id": str(last)}
            expected = list(range(last + 1, 6))
            assert positions(await events.results(len(expected))) == expected


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "9" * 400, "99", "%31"])
async def test_an_invalid_last_event_id_is_reported_and_completes(service, last):
    headers = {"Last-Event-ID": last}

    async with service.events(FOLLOW_ALL, *READER_SCOPES, headers=headers) as events:
        first, *others = await events.read_rest()

    assert first["retry"] == "1000"
    (error,) = json.loads(first["data"])["errors"]
    assert error["extensions"]["code"] == "INVALID"
    assert others == [COMPLETE]


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "no GraphQL": ("subscription {", {}, "GRAPHQL_PARSE_FAILED"),
    "nothing": ("", {}, "INVALID"),
    "an unknown field": ("{ nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
    "a missing right": (FOLLOW_ALL, {}, "FORBIDDEN"),
    "an unknown order": (FOLLOW, {"ids": [new_tracking_id()]}, "NOT_FOUND"),
    "a missing variable": (FOLLOW, {}, "GRAPHQL_VALIDATION_FAILED"),
    "a position that is none": (FOLLOW, {"ids": ["x"], "after": "x"}, "GRAPHQL_VALIDATION_FAILED"),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_invalid_operation_is_reported_and_completes(service, method):
    for name, (query, variables, code) in REFUSED.items():
        async with service.events(query, method=method, **variables) as events:
            first, *others = await events.read_rest()

        assert events.response.status_code == 200
        answer = json.loads(first["data"])
        assert "data" not in answer
        assert answer["errors"][0]["extensions"]["code"] == code, name
        assert others == [COMPLETE]
    await poll_until(lambda: not service.connections)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_query_is_answered_once_and_completes(service, method):
    async with service.events("{ position }", method=method) as events:
        first, *others = await events.read_rest()

    assert first == {"retry": "1000", "event": "next", "data": '{"data":{"position":0}}'}
    assert others == [COMPLETE]


async def test_of_several_operations_the_named_one_is_answered(service):
    request = {"query": "query A { position } query B { viewer { name } }", "operationName": "B"}

    response = await service.http.post("/graphql", json=request, headers=ACCEPT)

    assert '{"data":{"viewer":{"name":"anonymous"}}}' in response.text


async def test_no_other_operation_of_the_document_is_executed(service):
    params = {"query": f"{CREATE} query A {{ position }}", "operationName": "A"}
    params["query"] = params["query"].replace("mutation {", "mutation B {")
    headers = ACCEPT | await service.headers(Scope.ORDERS_WRITE)

    response = await service.http.get("/graphql", params=params, headers=headers)

    assert '{"data":{"position":0}}' in response.text
    assert await service.fetch("{ position }") == {"position": 0}


async def test_a_mutation_is_executed_by_post_only(service):
    async with service.events(CREATE, Scope.ORDERS_WRITE, method="GET") as events:
        assert events.response.status_code == 405
    assert await service.fetch("{ position }") == {"position": 0}

    async with service.events(CREATE, Scope.ORDERS_WRITE) as events:
        first, *_ = await events.read_rest()
    assert json.loads(first["data"])["data"]["orderCreate"]["userErrors"] == []
    assert await service.fetch("{ position }") == {"position": 1}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_other_methods_execute_nothing(service, method):
    async with service.events(CREATE, Scope.ORDERS_WRITE, method=method) as events:
        assert events.response.status_code == 405
    assert await service.fetch("{ position }") == {"position": 0}


async def test_an_invalid_request_is_refused_in_json(service):
    for body, kind, status in (
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{}", "text/plain", 415),
    ):
        response = await service.http.post(
            "/graphql", content=body, headers=ACCEPT | {"Content-Type": kind}
        )

        assert response.status_code == status
        assert response.json()["errors"][0]["extensions"] == {"code": "INVALID"}


async def test_a_wrong_key_is_refused_with_a_status(service):
    async with service.events("{ position }", headers={"Authorization": "Bearer x"}) as events:
        assert events.response.status_code == 401


async def test_a_quiet_stream_sends_heartbeats(service, monkeypatch):
    monkeypatch.setattr(connection_registry, "TICK", 0.01)
    monkeypatch.setattr(streams, "PING_INTERVAL", 0.05)

    async with service.events(FOLLOW_ALL, *READER_SCOPES) as events:
        assert await events.next() == BEGINNING
        assert [await events.next() for _ in range(3)] == [{"": ""}] * 3
        await make_pending_order(service)
        while (event := await events.next()) == {"": ""}:
            pass

    assert event is not None
    assert event["id"] == "1"


async def test_a_client_that_leaves_leaves_no_follower_behind(service):
    order = await make_pending_order(service)
    async with (
        service.events(FOLLOW_ALL, *READER_SCOPES) as all_changes,
        service.events(FOLLOW, method="GET", ids=[order.tracking_id]) as its_changes,
    ):
        assert [(await events.next()) for events in (all_changes, its_changes)] == [
            {"retry": "1000", "id": "1"}
        ] * 2
        assert len(service.connections) == 2
        assert len(service.feed._listeners()) == 2

    await poll_until(lambda: not service.connections and not service.feed._listeners())
    assert not service.connections._counts


@pytest.mark.parametrize(
    "place_of_it",
    [
        "subscriptions.registry.SubscriptionRegistry.follower",
        "subscriptions.feed.Feed.head",
        "schema.subscriptions.find_order_ids",
    ],
)
@pytest.mark.parametrize("error", [Unavailable(), ConnectionRefusedError()])
async def test_a_failure_at_the_beginning_ends_the_stream_so_that_browsers_return(
    service: RunningService, monkeypatch, caplog, place_of_it, error
):
    order = await make_pending_order(service)
    monkeypatch.setattr(place_of_it, FailingStub(error))

    async with service.events(
        FOLLOW, method="GET", headers=BROWSER, ids=[order.tracking_id]
    ) as events:
        rest = await events.read_rest()

    assert rest == [{"retry": "1000"}]
    assert [record for record in caplog.records if record.exc_info] == []
    await poll_until(lambda: not service.connections._counts)


async def test_a_program_that_is_no_browser_gets_a_status_in_an_outage(service, monkeypatch):
    """It would take a stream that ends for the end of the operation."""
    order = await make_pending_order(service)
    place = "subscriptions.registry.SubscriptionRegistry.follower"
    monkeypatch.setattr(place, FailingStub(Unavailable()))

    for method, headers in (("GET", {}), ("POST", BROWSER)):
        async with service.events(
            FOLLOW, method=method, headers=headers, ids=[order.tracking_id]
        ) as events:
            response = events.response

        assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    await poll_until(lambda: not service.connections._counts)


async def test_the_end_of_the_service_ends_a_stream_without_complete(service):
    async with service.events(FOLLOW_ALL, *READER_SCOPES) as events:
        assert await events.next() == BEGINNING
        await service.connections.drain()

        assert await events.read_rest() == []


async def test_a_client_that_connects_during_a_shutdown_is_told_to_return(service):
    """An EventSource gives up for good after any status other than 200."""
    await service.connections.drain()

    async with service.events(FOLLOW_ALL, *READER_SCOPES, method="GET", headers=BROWSER) as events:
        assert events.response.status_code == 200
        assert await events.read_rest() == [{"retry": "1000"}]


async def test_a_stream_that_is_closed_before_its_first_event_ends_in_order(
    service, monkeypatch, caplog
):
    opened = connection_registry.ConnectionRegistry.registered

    def end_and_register(self, connection):
        connection.end(None)
        return opened(self, connection)

    monkeypatch.setattr(connection_registry.ConnectionRegistry, "registered", end_and_register)
    async with service.events(FOLLOW_ALL, *READER_SCOPES) as events:
        assert events.response.status_code == 200
        assert await events.read_rest() == []

    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    await poll_until(lambda: not service.connections._counts)


async def test_a_stream_shares_its_kept_connection_with_other_requests(service):
    async with httpx2.AsyncClient(
        base_url=f"http://{service.address}", limits=httpx2.Limits(max_connections=1)
    ) as http:
        for _ in range(3):
            async with http.stream(
                "GET", "/graphql", params={"query": "{ position }"}, headers=ACCEPT
            ) as response:
                assert len(await EventReader(response, 5.0).read_rest()) == 2
            request = {"query": "{ position }"}
            assert (await http.post("/graphql", json=request)).status_code == 200
