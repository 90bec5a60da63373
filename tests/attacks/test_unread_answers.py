"""Answers that nobody reads are dropped, and do not fill the memory."""

import json
from collections.abc import AsyncGenerator

import pytest

from errors import TooManyRequests
from tests.live_changes import HUGE_QUERY
from tests.live_server import RunningService, build_settings, running_service
from tests.raw_clients import BUFFER, RawClient, raw_client
from tests.timeouts import poll_until
from web import unsent_answers


@pytest.fixture
async def service(
    database_url: str, broadcast_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[RunningService, None]:
    monkeypatch.setattr(unsent_answers, "PROGRESS_SECONDS", 0.3)
    settings = build_settings(database_url, broadcast_url)
    async with running_service(settings, buffer=BUFFER) as service:
        yield service


async def ask(client: RawClient) -> None:
    body = json.dumps({"query": HUGE_QUERY})
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    await client.request("POST", headers, body)


async def test_an_answer_that_is_not_read_is_dropped(service, caplog):
    async with raw_client(service.address) as slow:
        await ask(slow)
        await slow.read_until(b"\r\n\r\n")
        await poll_until(lambda: service.connections.unsent._bytes)
        await poll_until(lambda: not service.connections.unsent._bytes)
        received = await slow.read_rest()

    assert len(received) < 300_000
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_an_answer_that_is_read_bit_by_bit_is_dropped(service):
    async with raw_client(service.address) as slow:
        await ask(slow)
        with pytest.raises(ConnectionError):
            await slow.read_until(b"what never comes")  # byte by byte


async def test_an_answer_that_is_read_comes_whole(service):
    for _ in range(3):
        response = await service.post(HUGE_QUERY)
        assert len(response.json()["data"]["__schema"]) == 12
        assert response.headers["Content-Length"] == str(len(response.content))


async def test_the_unread_answers_of_one_address_have_a_limit(service, monkeypatch):
    monkeypatch.setattr(unsent_answers, "PROGRESS_SECONDS", 20.0)
    monkeypatch.setattr(unsent_answers, "UNSENT_PER_ADDRESS", 1_000_000)
    async with raw_client(service.address) as slow:
        await ask(slow)
        await poll_until(lambda: service.connections.unsent._bytes)

        refused = await service.post(HUGE_QUERY)
        short = await service.post("{ position }")
        other = await service.http.post(
            "/graphql", json={"query": HUGE_QUERY}, headers={"X-Forwarded-For": "192.0.2.7"}
        )
        stream = await service.http.post(
            "/graphql", json={"query": HUGE_QUERY}, headers={"Accept": "text/event-stream"}
        )
        async with service.socket() as socket:
            await socket.subscribe("1", HUGE_QUERY)
            message = await socket.next()

    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "10"
    assert refused.json()["errors"][0]["extensions"] == {"code": "LIMIT_EXCEEDED"}
    assert refused.json()["errors"][0]["message"] == unsent_answers.REFUSAL
    assert stream.status_code == 200
    assert unsent_answers.REFUSAL in stream.text
    assert len(stream.text) < 1_000
    assert short.json() == {"data": {"position": 0}}
    assert len(other.json()["data"]["__schema"]) == 12
    assert (message["type"], message["payload"][0]["message"]) == ("error", unsent_answers.REFUSAL)
    await poll_until(lambda: not service.connections.unsent._bytes)


def test_the_answer_of_a_mutation_is_never_refused(monkeypatch):
    """A client that is refused would send the mutation again, which has taken effect already."""
    monkeypatch.setattr(unsent_answers, "UNSENT_PER_ADDRESS", 1_000_000)
    unsent = unsent_answers.UnsentAnswers()
    with unsent.holding("192.0.2.1", 900_000):
        with pytest.raises(TooManyRequests), unsent.holding("192.0.2.1", 200_000):
            pass
        with unsent.holding("192.0.2.1", 200_000, is_owed=True):
            assert unsent._bytes == {"192.0.2.1": 1_100_000}


def test_the_refusal_says_what_to_do():
    assert unsent_answers.REFUSAL == (
        "32 MiB of answers wait for your address already. Read them, and send this again. Ask for"
        " smaller pages, or for fewer of them at once."
    )
