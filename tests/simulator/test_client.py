import asyncio
from collections.abc import Callable
from typing import Any

import httpx2
import orjson
import pytest

from simulator.batches import CommandQueue
from simulator.client import ATTEMPTS, Client, ServerRefused, ServerUnavailable
from simulator.operations import Operation, join

Answer = Callable[[httpx2.Request], httpx2.Response]


class StubServer:
    """A stub that answers with the given responses in turn, and repeats the last one."""

    def __init__(self, *answers: httpx2.Response | Exception | Answer) -> None:
        self.answers = list(answers)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[httpx2.Headers] = []
        self.pauses: list[float] = []
        self.said: list[str] = []

    def client(self) -> Client:
        transport = httpx2.MockTransport(self.answer)
        url = "http://test/graphql"
        return Client(url, "key-1", transport=transport, pause=self.pause, say=self.said.append)

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(orjson.loads(request.content))
        self.headers.append(request.headers)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx2.Response) else answer(request)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


def data(**values: object) -> httpx2.Response:
    return httpx2.Response(200, json={"data": values})


def error(code: str, status: int = 200) -> httpx2.Response:
    errors = [{"message": f"It is {code}.", "extensions": {"code": code}}]
    return httpx2.Response(status, json={"errors": errors, "data": None})


def record_all(request: httpx2.Request) -> httpx2.Response:
    events = orjson.loads(request.content)["variables"]["events"]
    results = [{"outcome": "RECORDED", "userErrors": []} for _ in events]
    return data(trackingEventsRecord={"results": results, "userErrors": []})


def confirm_all(request: httpx2.Request) -> httpx2.Response:
    query = orjson.loads(request.content)["query"]
    return data(**{f"c{n}": {"userErrors": []} for n in range(query.count("orderConfirm("))})


async def test_the_key_is_sent_as_a_bearer_token():
    server = StubServer(data(position=1))

    async with server.client() as client:
        assert await client.execute("{ position }", {}) == {"position": 1}

    assert server.headers[0]["Authorization"] == "Bearer key-1"
    assert server.requests == [{"query": "{ position }", "variables": {}}]


@pytest.mark.parametrize(
    "failure",
    [
        httpx2.ConnectError("refused"),
        httpx2.ReadTimeout("slow"),
        httpx2.Response(500),
        httpx2.Response(503),
        error("UNAVAILABLE"),
    ],
)
async def test_transient_failures_are_tried_again(failure):
    server = StubServer(failure, failure, data(position=1))

    async with server.client() as client:
        assert await client.execute("{ position }", {}) == {"position": 1}

    assert len(server.requests) == 3
    assert 0 < server.pauses[0] <= 0.2
    assert 0 < server.pauses[1] <= 0.4


async def test_the_pause_that_a_server_asks_for_is_kept():
    server = StubServer(httpx2.Response(429, headers={"Retry-After": "7"}), data(position=1))

    async with server.client() as client:
        await client.execute("{ position }", {})

    assert server.pauses == [7.0]


async def test_a_server_that_is_away_is_told_once_with_what_to_do():
    away = httpx2.ConnectError("refused")
    server = StubServer(away, away, data(position=1), httpx2.Response(503), data(position=2), away)

    async with server.client() as client:
        await client.execute("{ position }", {})
        await client.execute("{ position }", {})
        assert server.said == [TOLD]
        with pytest.raises(ServerUnavailable) as raised:
            await client.execute("{ position }", {})

    assert server.said == [TOLD, TOLD]
    assert str(raised.value) == (
        "http://test/graphql did not serve us in 10 attempts: ConnectError: refused. Start the"
        " server there, or give its address by --url."
    )


TOLD = (
    "Cannot reach http://test/graphql: ConnectError: refused. Trying again. Start the server there,"
    " or give its address by --url."
)


async def test_a_server_that_stays_away_is_given_up():
    server = StubServer(httpx2.ConnectError("refused"))

    async with server.client() as client:
        with pytest.raises(ServerUnavailable, match="refused"):
            await client.execute("{ position }", {})

    assert len(server.requests) == ATTEMPTS
    assert len(server.pauses) == ATTEMPTS - 1
    assert max(server.pauses) <= 5.0


@pytest.mark.parametrize(
    ("code", "status", "is_final"),
    [("FORBIDDEN", 200, True), ("UNAUTHENTICATED", 401, True), ("INTERNAL", 200, False)],
)
async def test_a_refusal_is_not_tried_again(code, status, is_final):
    server = StubServer(error(code, status))

    async with server.client() as client:
        with pytest.raises(ServerRefused) as refusal:
            await client.execute("{ position }", {})

    assert (refusal.value.code, refusal.value.is_final) == (code, is_final)
    assert len(server.requests) == 1


async def test_an_answer_that_is_not_graphql_is_a_refusal():
    server = StubServer(httpx2.Response(404, text="Not found"))

    async with server.client() as client:
        with pytest.raises(ServerRefused, match="HTTP 404"):
            await client.execute("{ position }", {})


async def test_events_are_sent_by_the_five_hundred():
    server = StubServer(record_all)
    events = [{"type": "IN_TRANSIT", "sourceEventId": str(number)} for number in range(1203)]

    async with server.client() as client:
        await client.record_events(events)

    batches = [request["variables"]["events"] for request in server.requests]
    assert [len(batch) for batch in batches] == [500, 500, 203]
    assert [event for batch in batches for event in batch] == events
    assert client.tally.events == 1203
    assert client.tally.outcomes == {"RECORDED": 1203}


async def test_user_errors_are_counted_by_code():
    invalid = {"outcome": "INVALID", "userErrors": [{"code": "INVALID", "message": "Too early."}]}
    good = {"outcome": "KEPT", "userErrors": []}
    server = StubServer(
        data(trackingEventsRecord={"results": [invalid, good, invalid], "userErrors": []})
    )

    async with server.client() as client:
        await client.record_events([{}, {}, {}])

    assert client.tally.errors == {"INVALID": 2}
    assert client.tally.outcomes == {"INVALID": 2, "KEPT": 1}
    assert client.tally.summary() == (
        "3 events sent (invalid 2, kept 1), 0 commands, 0 orders placed, 2 userErrors "
        "(INVALID 2: Too early.)"
    )


def test_operations_are_joined_with_variables_of_their_own():
    document, variables = join(
        [
            Operation("orderConfirm", {"trackingId": ("ID!", "WA-1")}),
            Operation("orderHold", {"trackingId": ("ID!", "WA-2"), "reason": ("String!", "x")}),
        ]
    )

    assert variables == {"v0": "WA-1", "v1": "WA-2", "v2": "x"}
    assert document == (
        "mutation($v0: ID!, $v1: ID!, $v2: String!) {\n"
        "  c0: orderConfirm(trackingId: $v0) { userErrors { code message } }\n"
        "  c1: orderHold(trackingId: $v1, reason: $v2) { userErrors { code message } }\n"
        "}"
    )


async def test_commands_that_wait_together_share_requests_of_twenty():
    server = StubServer(confirm_all)

    async with server.client() as client, asyncio.TaskGroup() as group:
        queue = CommandQueue(client, group, requests_at_once=2)
        payloads = await asyncio.gather(
            *(
                queue.run(Operation("orderConfirm", {"trackingId": ("ID!", f"WA-{number}")}))
                for number in range(45)
            )
        )

    assert sorted(len(request["variables"]) for request in server.requests) == [5, 20, 20]
    assert payloads == [{"userErrors": []}] * 45
    assert client.tally.commands == 45


async def test_a_refused_request_leaves_its_commands_without_answers():
    server = StubServer(error("INTERNAL"))

    async with server.client() as client, asyncio.TaskGroup() as group:
        queue = CommandQueue(client, group, requests_at_once=2)
        payload = await queue.run(Operation("orderConfirm", {"trackingId": ("ID!", "WA-1")}))

    assert payload is None
    assert client.tally.errors == {"INTERNAL": 1}
