"""Connections on which no request arrives, or an endless one, are closed."""

import asyncio

import pytest

from tests.live_server import RunningService, build_settings, running_service
from tests.raw_clients import raw_client
from tests.timeouts import TIMEOUT
from web import uvicorn_protocols

HEAD = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
BODY = b'{"query":"{ position }"}'
REQUEST = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
ANSWER = b'{"data":{"position":0}}'


@pytest.fixture
async def service(database_url, broadcast_url, monkeypatch):
    monkeypatch.setattr(uvicorn_protocols, "HEAD_SECONDS", 0.6)
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        yield service


@pytest.mark.parametrize("sent", [b"", b"G", HEAD, REQUEST + b"P", REQUEST + HEAD])
async def test_a_request_that_does_not_arrive_is_not_waited_for(service: RunningService, sent):
    async with raw_client(service.address) as client, asyncio.timeout(TIMEOUT):
        await client.write(sent)

        assert (await client.read_rest()).count(ANSWER) == sent.count(BODY)


async def test_a_head_without_end_is_not_read(service, monkeypatch):
    monkeypatch.setattr(uvicorn_protocols, "HEAD_SECONDS", TIMEOUT * 2)
    async with raw_client(service.address) as client, asyncio.timeout(TIMEOUT):
        with pytest.raises(ConnectionError):
            await client.write(b"GET /" + b"x" * 100_000_000)


async def test_requests_in_time_are_answered_for_any_length_of_time(service):
    query = "{ position " + "#" * 15_000 + "\n}"

    for _ in range(3):
        response = await service.http.get("/graphql", params={"query": query})
        assert response.json() == {"data": {"position": 0}}
        assert (await service.post("{ position }")).json() == {"data": {"position": 0}}
    async with service.socket() as socket, service.events("subscription { nothing }") as events:
        await asyncio.sleep(uvicorn_protocols.HEAD_SECONDS * 2)
        await socket.subscribe("1", "{ position }")
        assert await socket.results(1) == [{"data": {"position": 0}}]
        assert len(await events.read_rest()) == 2


@pytest.mark.parametrize("collected", [0, 100, 1_000_000])
async def test_messages_sent_together_arrive_in_order_and_before_the_close(
    service, monkeypatch, collected
):
    monkeypatch.setattr(uvicorn_protocols, "COLLECTED", collected)
    async with service.socket() as socket:
        for number in range(40):
            await socket.subscribe(str(number), "{ position }")
        answered = [await socket.next() for _ in range(80)]
        await socket.send(type="ping")
        await socket.connection.send("garbage")

        assert (await socket.next())["type"] == "pong"
        assert await socket.close_code() == 4400
    for number in range(40):
        mine = [message["type"] for message in answered if message["id"] == str(number)]
        assert mine == ["next", "complete"]
