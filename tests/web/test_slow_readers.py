"""Clients that read slowly or not at all are disconnected, and delay nobody else."""

import asyncio
import json
from collections.abc import AsyncGenerator

import pytest

from tests.live_changes import (
    FOLLOW_ALL,
    LARGE,
    LARGE_QUERY,
    READER_SCOPES,
    make_changes,
    make_pending_order,
)
from tests.live_server import RunningService, build_settings, running_service
from tests.raw_clients import BUFFER, PING, frame, raw_client
from tests.timeouts import poll_until
from web import connection_registry
from web.graphql import streams, websocket_session

CHANGES = 41
PAUSED = 64 * 1024
"""Bytes after which the event loop's transport pauses writing."""
ONE_RESULT = 64 * 1024
"""An upper bound of the bytes of one result of LARGE."""


@pytest.fixture
def short_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_registry, "TICK", 0.01)
    for module in (websocket_session, streams):
        monkeypatch.setattr(module, "SEND_TIMEOUT", 0.3)
        monkeypatch.setattr(module, "CLOSE_TIMEOUT", 0.1)


@pytest.fixture
async def service(database_url: str, broadcast_url: str) -> AsyncGenerator[RunningService, None]:
    """A service whose kernel buffers little for clients that do not read."""
    settings = build_settings(database_url, broadcast_url)
    async with running_service(settings, buffer=BUFFER) as service:
        yield service


async def test_a_websocket_that_never_reads_is_closed_and_delays_nobody(short_timeouts, service):
    await make_changes(
        service,
        await make_pending_order(service),
        CHANGES // 2,
    )
    headers = await service.headers(*READER_SCOPES)

    async with (
        raw_client(service.address) as slow,
        service.socket(*READER_SCOPES) as other,
    ):
        await slow.open_websocket(headers)
        payload = {"query": LARGE, "variables": {"after": 0}}
        await slow.send_message(id="1", type="subscribe", payload=payload)
        await other.subscribe("1", FOLLOW_ALL, after=0)
        results = await other.results(CHANGES)
        await poll_until(lambda: len(service.connections) == 1)
        await make_changes(service, await make_pending_order(service), 5)
        results += await other.results(11)
        assert len(service.feed._listeners()) == 1

    assert [result["data"]["changes"]["position"] for result in results] == list(
        range(1, CHANGES + 12)
    )


async def test_a_websocket_that_reads_no_answers_is_closed(short_timeouts, service):
    async with raw_client(service.address) as slow:
        await slow.open_websocket({})
        for id_ in ("1", "2", "3", "4"):
            await slow.send_message(id=id_, type="subscribe", payload={"query": LARGE_QUERY})
        await poll_until(lambda: len(service.connections) == 1)
        await poll_until(lambda: len(service.connections) == 0)
    assert not service.connections._counts


async def test_an_event_stream_that_is_never_read_is_closed_and_delays_nobody(
    short_timeouts, service
):
    await make_changes(
        service,
        await make_pending_order(service),
        CHANGES // 2,
    )
    headers = await service.headers(*READER_SCOPES)
    body = json.dumps({"query": LARGE, "variables": {"after": 0}})
    request = headers | {
        "Accept": "text/event-stream",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    }

    async with (
        raw_client(service.address) as slow,
        service.events(FOLLOW_ALL, *READER_SCOPES) as other,
    ):
        await other.next()
        await slow.request("POST", request, body)
        await slow.read_until(b"retry: ")
        assert len(service.connections) == 2
        await poll_until(lambda: len(service.connections) == 1)
        await make_changes(service, await make_pending_order(service), 5)
        results = await other.results(11)
        assert len(service.feed._listeners()) == 1

    assert [id_ for id_, _ in results] == [str(CHANGES + 1 + number) for number in range(11)]


async def test_little_is_buffered_for_a_client_that_does_not_read(service, monkeypatch):
    """Only the buffers of kernel and transport and one result wait; the rest stays in the log."""
    await make_changes(
        service,
        await make_pending_order(service),
        CHANGES // 2,
    )
    headers = await service.headers(*READER_SCOPES)
    sizes: list[int] = []
    put = websocket_session.WebsocketSession._send_event

    async def record_sizes(self, event):
        sizes.append(len(event.get("text", "")))
        await put(self, event)

    monkeypatch.setattr(websocket_session.WebsocketSession, "_send_event", record_sizes)
    async with (
        raw_client(service.address) as slow,
        service.socket(*READER_SCOPES) as other,
    ):
        await slow.open_websocket(headers)
        payload = {"query": LARGE, "variables": {"after": 0}}
        await slow.send_message(id="1", type="subscribe", payload=payload)
        await other.subscribe("1", FOLLOW_ALL, after=0)
        await other.results(CHANGES)
        await poll_until(lambda: any(size > ONE_RESULT // 4 for size in sizes))
        await make_changes(service, await make_pending_order(service), 5)
        await other.results(11)

        large = [size for size in sizes if size > ONE_RESULT // 4]
        assert max(large) < ONE_RESULT
        assert sum(large[:-1]) < PAUSED + 4 * BUFFER + ONE_RESULT


async def test_a_client_that_pauses_reading_goes_on_where_it_was(service):
    """A client that reads something in time is not disconnected."""
    await make_changes(
        service,
        await make_pending_order(service),
        CHANGES // 2,
    )
    headers = await service.headers(*READER_SCOPES)

    async with (
        raw_client(service.address) as slow,
        service.socket(*READER_SCOPES) as other,
    ):
        await slow.open_websocket(headers)
        payload = {"query": LARGE, "variables": {"after": 0}}
        await slow.send_message(id="1", type="subscribe", payload=payload)
        await other.subscribe("1", FOLLOW_ALL, after=0)
        await other.results(CHANGES)
        await slow.skip_until(f'"position":{CHANGES},'.encode())


async def test_pongs_for_a_client_that_does_not_read_are_not_collected(short_timeouts, service):
    """Each ping asks for a pong, which the client does not read."""
    flood = frame(PING, b"x" * 100) * 500
    sent = 0

    async with raw_client(service.address) as slow:
        await slow.open_websocket({})
        try:
            async with asyncio.timeout(1.0):
                while True:
                    await slow.write(flood)
                    sent += len(flood)
        except (TimeoutError, ConnectionError):
            pass

    assert sent < 1024 * 1024
