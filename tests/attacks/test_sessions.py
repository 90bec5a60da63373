"""Many connections and many guesses of one address are refused beyond its limits."""

import pytest

from benchmarks.attacks import sessions
from benchmarks.attacks.scenarios import Target
from benchmarks.attacks.sessions import (
    guess_tracking_ids,
    open_many_websockets,
    send_slow_bodies,
    send_slow_heads,
)
from tests.live_server import build_settings, running_service
from web import deadlines, uvicorn_protocols
from web.graphql import service as graphql_service


async def test_websockets_beyond_the_limit_of_an_address_are_refused(
    database_url: str, broadcast_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "SOCKETS", 12)
    settings = build_settings(database_url, broadcast_url, WHEREABOUTS_CONNECTIONS_PER_ADDRESS="5")
    async with running_service(settings) as service:
        result = await open_many_websockets(Target(f"http://{service.address}/graphql", ""))

    assert result == "5 x opened, 7 x status 503"


async def test_guesses_beyond_the_limit_of_an_address_are_refused(
    database_url: str, broadcast_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "GUESSES", 12)
    settings = build_settings(database_url, broadcast_url, WHEREABOUTS_LOOKUPS_PER_DAY="5")
    async with running_service(settings) as service:
        result = await guess_tracking_ids(Target(f"http://{service.address}/graphql", ""))

    assert result == "5 x 200, 7 x 429 LIMIT_EXCEEDED"


async def test_heads_and_bodies_that_never_end_are_not_waited_for(
    database_url: str, broadcast_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "SLOW", 4)
    monkeypatch.setattr(uvicorn_protocols, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(deadlines, "TICK", 0.01)
    monkeypatch.setattr(graphql_service, "TIME_TO_ANSWER", 0.2)
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        target = Target(f"http://{service.address}/graphql", "")
        heads, bodies = await send_slow_heads(target), await send_slow_bodies(target)

    assert (heads, bodies) == ("4 x closed", "4 x 503 UNAVAILABLE")
