"""Subscriptions in parts, as Apollo's clients ask for them."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from engine.error_formatting import REWOUND
from errors import LogRewound, NotFound
from tests.live_changes import FOLLOW_ALL, READER_SCOPES, make_changes, make_pending_order
from tests.live_server import RunningService
from tests.timeouts import TIMEOUT, poll_until
from web import connection_registry
from web.graphql import streams

ACCEPT = {"Accept": 'multipart/mixed;boundary="-";subscriptionSpec=1.0'}
BOUNDARY = "\r\n--graphql"
HEAD = "\r\nContent-Type: application/json\r\n\r\n"


class Parts:
    """The parts of a response, each read when the boundary after it has come."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self._chunks = response.aiter_text()
        self._text = ""

    async def preamble(self) -> str:
        return await self._until_boundary()

    async def next(self) -> Any:
        part = await self._until_boundary()
        assert part.startswith(HEAD), part
        return json.loads(part.removeprefix(HEAD))

    async def rest(self) -> str:
        async with asyncio.timeout(TIMEOUT):
            async for chunk in self._chunks:
                self._text += chunk
        return self._text

    async def _until_boundary(self) -> str:
        async with asyncio.timeout(TIMEOUT):
            while BOUNDARY not in self._text:
                self._text += await anext(self._chunks)
        part, _, self._text = self._text.partition(BOUNDARY)
        return part


@asynccontextmanager
async def parts(
    service: RunningService, query: str, headers: dict[str, str] | None = None, **variables: Any
) -> AsyncGenerator[Parts, None]:
    payload = {"query": query, "variables": variables}
    all_headers = ACCEPT | await service.headers(*READER_SCOPES) | (headers or {})
    async with service.http.stream("POST", "/graphql", json=payload, headers=all_headers) as it:
        yield Parts(it)


async def test_changes_come_in_parts_and_resume_by_a_variable(service: RunningService) -> None:
    await make_changes(service, await make_pending_order(service), 1)

    async with parts(service, FOLLOW_ALL, after=1) as stream:
        assert stream.response.status_code == 200
        assert stream.response.headers["content-type"] == (
            'multipart/mixed;boundary="graphql";subscriptionSpec=1.0'
        )
        assert stream.response.headers["cache-control"] == "no-store"
        assert await stream.preamble() == ""
        received = [await stream.next() for _ in range(2)]

    assert [part["payload"]["data"]["changes"]["position"] for part in received] == [2, 3]
    await poll_until(lambda: not service.connections)
    assert not service.connections._counts


async def test_a_quiet_stream_sends_empty_parts(service: RunningService, monkeypatch) -> None:
    monkeypatch.setattr(connection_registry, "TICK", 0.01)
    monkeypatch.setattr(streams, "PING_INTERVAL", 0.05)

    async with parts(service, FOLLOW_ALL) as stream:
        assert await stream.preamble() == ""
        assert [await stream.next() for _ in range(2)] == [{}, {}]


async def test_an_invalid_operation_is_refused_in_a_part_and_completes(service) -> None:
    async with parts(service, "subscription { nothing }") as stream:
        await stream.preamble()
        (error,) = (await stream.next())["payload"]["errors"]
        assert error["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}
        assert await stream.rest() == "--\r\n"


async def test_a_query_has_one_part(service: RunningService) -> None:
    async with parts(service, "{ position }") as stream:
        await stream.preamble()
        assert await stream.next() == {"payload": {"data": {"position": 0}}}
        assert await stream.rest() == "--\r\n"


async def test_a_client_that_takes_json_too_gets_parts_of_subscriptions_only(service) -> None:
    accept = {"Accept": "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json"}

    answer = await service.http.post(
        "/graphql", json={"query": "{ position }"}, headers=ACCEPT | accept
    )
    async with parts(service, FOLLOW_ALL, accept) as stream:
        assert await stream.preamble() == ""

    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.json() == {"data": {"position": 0}}


async def test_a_client_of_deferred_parts_is_told_to_ask_for_a_stream(service) -> None:
    headers = {"Accept": "multipart/mixed;deferSpec=20220824,application/json"}

    answer = await service.http.post(
        "/graphql", json={"query": "subscription { changes { position } }"}, headers=headers
    )

    assert answer.status_code == 400


async def test_the_end_of_the_service_is_a_fatal_error(service: RunningService) -> None:
    async with parts(service, FOLLOW_ALL) as stream:
        await stream.preamble()
        await service.connections.drain()

        last = await stream.next()
        assert last["payload"] is None
        assert [error["extensions"] for error in last["errors"]] == [{"code": "UNAVAILABLE"}]
        assert await stream.rest() == "--\r\n"


async def test_a_log_that_was_put_back_is_a_fatal_error(
    service: RunningService, monkeypatch
) -> None:
    async def rewound(*_arguments: object) -> AsyncGenerator[str, None]:
        raise LogRewound
        yield ""

    monkeypatch.setattr("web.graphql.stream_endpoint.events_of", rewound)
    async with parts(service, FOLLOW_ALL) as stream:
        await stream.preamble()
        error = {"message": REWOUND, "extensions": {"code": "UNAVAILABLE"}}
        assert await stream.next() == {"payload": None, "errors": [error]}
        assert await stream.rest() == "--\r\n"


async def test_a_refusal_after_the_beginning_is_a_fatal_error(
    service: RunningService, monkeypatch
) -> None:
    async def refused(*_arguments: object) -> AsyncGenerator[str, None]:
        raise NotFound("It is gone.")
        yield ""

    monkeypatch.setattr("web.graphql.stream_endpoint.events_of", refused)
    async with parts(service, FOLLOW_ALL) as stream:
        await stream.preamble()
        error = {"message": "It is gone.", "extensions": {"code": "NOT_FOUND"}}
        assert await stream.next() == {"payload": None, "errors": [error]}
        assert await stream.rest() == "--\r\n"


async def test_a_full_key_is_refused_with_a_status(service: RunningService, monkeypatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise connection_registry.TooManyConnections

    monkeypatch.setattr(connection_registry.ConnectionRegistry, "admit", refuse)
    async with parts(service, FOLLOW_ALL) as stream:
        assert stream.response.status_code == 503
        assert stream.response.headers["Retry-After"] == "10"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_mutation_by_get_is_refused(service: RunningService, method: str) -> None:
    query = 'mutation { orderConfirm(trackingId: "x") { userErrors { code } } }'
    options: dict[str, Any] = (
        {"params": {"query": query}} if method == "GET" else {"json": {"query": query}}
    )

    response = await service.http.request(method, "/graphql", headers=ACCEPT, **options)

    assert response.status_code == (405 if method == "GET" else 200)
