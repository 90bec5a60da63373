"""Invalid websocket messages close the connection with a code, and never break it off."""

import json
from typing import Any

import pytest

from access.scopes import Scope
from tests.live_server import RunningService

QUERY = {"query": "{ viewer { name } }"}
FOLLOW_ALL = "subscription { changes { position } }"


@pytest.fixture
async def service(service: RunningService, caplog):
    """The service; the test fails if an exception was logged."""
    yield service
    records = caplog.get_records("call")
    assert [record.getMessage() for record in records if record.exc_info] == []


DEEP_PING = '{"type":"ping","payload":{"a":' + "[" * 300 + "]" * 300 + "}}"
FRAMES: dict[str, tuple[Any, int]] = {
    "no JSON": ("{{{", 4400),
    "bytes": (b"\x00\x01", 4400),
    "a list": ("[]", 4400),
    "null": ("null", 4400),
    "a number": ("5", 4400),
    "deep JSON": ("[" * 30_000, 4400),
    "a ping nested too deep": (DEEP_PING, 4400),
    "a lone surrogate": ('{"type":"ping","payload":{"a":"\\ud800"}}', 4400),
    "no type": ({}, 4400),
    "a type that is a number": ({"type": 5}, 4400),
    "an unknown type": ({"type": "start"}, 4400),
    "a very long type": ({"type": "x" * 5000}, 4400),
    "a long type beyond ASCII": ({"type": "ü" * 500}, 4400),
    "an id that is a number": ({"type": "subscribe", "id": 1, "payload": QUERY}, 4400),
    "no id": ({"type": "subscribe", "payload": QUERY}, 4400),
    "an empty id": ({"type": "subscribe", "id": "", "payload": QUERY}, 4400),
    "complete with an empty id": ({"type": "complete", "id": ""}, 4400),
    "no payload": ({"type": "subscribe", "id": "1"}, 4400),
    "a payload that is a list": ({"type": "subscribe", "id": "1", "payload": []}, 4400),
    "no query": ({"type": "subscribe", "id": "1", "payload": {}}, 4400),
    "variables in a list": (
        {"type": "subscribe", "id": "1", "payload": QUERY | {"variables": []}},
        4400,
    ),
    "complete without an id": ({"type": "complete"}, 4400),
    "a second init": ({"type": "connection_init"}, 4429),
    "more than a message holds": ("x" * 70_000, 1009),
}


async def test_an_invalid_message_closes_the_socket_with_a_code(service):
    for name, (frame, code) in FRAMES.items():
        async with service.socket() as socket:
            sent = frame if isinstance(frame, str | bytes) else json.dumps(frame)
            await socket.connection.send(sent)

            assert await socket.close_code() == code, name


async def test_invalid_utf_8_closes_the_socket_with_a_code(service):
    async with service.socket() as socket:
        await socket.connection.send(b'{"type":"\xff"}', text=True)

        assert await socket.close_code() == 1007


async def test_nothing_is_answered_before_the_init(service):
    async with service.connect() as socket:
        await socket.subscribe("1", "{ position }")

        assert await socket.close_code() == 4401


async def test_an_id_that_is_in_use_is_refused_however_long_it_is(service):
    async with service.socket(Scope.ORDERS_READ) as socket:
        for _ in range(2):
            await socket.subscribe("x" * 500, FOLLOW_ALL)

        assert await socket.close_code() == 4409


async def test_a_null_payload_counts_as_absent(service):
    async with service.connect() as socket:
        await socket.send(type="connection_init", payload=None)
        assert (await socket.next())["type"] == "connection_ack"
        await socket.send(type="ping", payload=None)
        assert await socket.next() == {"type": "pong"}


OPERATIONS = {
    "no GraphQL": ("{ viewer {", "GRAPHQL_PARSE_FAILED"),
    "no GraphQL, at length": ("{ viewer { " + "x" * 5000 + " ~", "GRAPHQL_PARSE_FAILED"),
    "nothing": ("", "INVALID"),
    "an unknown field": ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
    "a wrong literal": (
        'subscription { changes(after: "x") { position } }',
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a missing right": (FOLLOW_ALL, "FORBIDDEN"),
    "an unknown order": (
        'subscription { orderChanged(trackingIds: ["WA-1"]) { position } }',
        "NOT_FOUND",
    ),
    "no order": ("subscription { orderChanged(trackingIds: []) { position } }", "INVALID"),
}


async def test_an_invalid_operation_ends_alone(service):
    async with service.socket() as socket:
        for name, (query, code) in OPERATIONS.items():
            await socket.subscribe(name, query)
            message = await socket.next()

            assert (message["id"], message["type"]) == (name, "error")
            (error,) = message["payload"]
            assert error["extensions"]["code"] == code, name
            assert error["message"]
        await socket.subscribe("good", "{ position }")
        assert (await socket.next())["payload"] == {"data": {"position": 0}}


async def test_a_position_beyond_the_log_is_an_error(service):
    async with service.socket(Scope.ORDERS_READ) as socket:
        await socket.subscribe("1", "subscription { changes(after: 7) { position } }")
        message = await socket.next()

    assert message["type"] == "error"
    assert message["payload"][0]["extensions"] == {"code": "INVALID", "field": ["after"]}


async def test_a_socket_has_a_limit_of_operations(service):
    async with service.socket(Scope.ORDERS_READ) as socket:
        for number in range(50 + 1):
            await socket.subscribe(str(number), FOLLOW_ALL)
        message = await socket.next()

    assert (message["id"], message["type"]) == (str(50), "error")
    assert message["payload"][0]["extensions"] == {"code": "LIMIT_EXCEEDED"}


async def test_variables_that_are_nested_deep_are_invalid(service):
    variables: list[Any] = []
    for _ in range(300):
        variables = [variables]
    query = """subscription ($ids: [ID!]!, $after: Position) {
      orderChanged(trackingIds: $ids, after: $after) { position } }"""

    async with service.socket() as socket:
        for name in ("ids", "after", "unknown"):
            await socket.subscribe(name, query, **{"ids": ["x"], name: variables})
            message = await socket.next()

            assert (message["id"], message["type"]) == (name, "error")
