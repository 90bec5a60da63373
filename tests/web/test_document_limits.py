"""Every protocol knows whether its caller has a key, and how large a document may be."""

import json

import pytest

from access.scopes import Scope
from engine.document_limits import WITHOUT_KEY

LARGE = "{" + " ".join(f"a{number}: position" for number in range(WITHOUT_KEY.fields + 1)) + "}"
MESSAGE = (
    "It is 301 fields large; at most 300 are allowed. Ask for less at once, or send an API key."
)
SCOPES = (Scope.ORDERS_READ,)


async def test_http_limits_callers_without_a_key(service):
    refused = await service.post(LARGE)

    (error,) = refused.json()["errors"]
    assert (error["message"], error["extensions"]["code"]) == (MESSAGE, "LIMIT_EXCEEDED")
    assert len(await service.fetch(LARGE, *SCOPES)) == WITHOUT_KEY.fields + 1


async def test_an_event_stream_limits_callers_without_a_key(service):
    async with service.events(LARGE) as events:
        first = (await events.read_rest())[0]
    async with service.events(LARGE, *SCOPES) as events:
        answered = (await events.read_rest())[0]

    assert json.loads(first["data"])["errors"][0]["message"] == MESSAGE
    assert "errors" not in json.loads(answered["data"])


async def test_a_websocket_limits_callers_without_a_key(service):
    async with service.socket() as socket:
        await socket.subscribe("1", LARGE)
        message = await socket.next()
    async with service.socket(*SCOPES) as socket:
        await socket.subscribe("1", LARGE)
        answered = await socket.next()

    assert message["type"] == "error"
    assert message["payload"][0]["message"] == MESSAGE
    assert len(answered["payload"]["data"]) == WITHOUT_KEY.fields + 1


@pytest.mark.parametrize("scopes", [(), SCOPES])
async def test_too_many_variables_end_only_the_operation_of_a_websocket(service, scopes):
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    async with service.socket(*scopes) as socket:
        await socket.subscribe("1", query, ids=["a"] * 12_000 if scopes else ["a"] * 1_000)
        message = await socket.next()
        await socket.subscribe("2", "{ position }")
        while (other := await socket.next())["id"] != "2":
            assert other == {"id": "1", "type": "complete"}

    if scopes:
        assert message["payload"]["errors"][0]["extensions"]["field"] == ["ids"]
    else:
        (error,) = message["payload"]
        assert error["message"] == (
            "The variables hold more than 1000 values. Send less at once, or send an API key."
        )
    assert other["payload"] == {"data": {"position": 0}}
