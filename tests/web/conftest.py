"""Fixtures of the protocols: the running service that they are spoken to."""

import logging.config
from collections.abc import AsyncGenerator

import pytest

from access import security_events
from tests.identity_provider import IdentityProvider
from tests.live_server import RunningService, build_settings, running_service
from web import connection_registry


@pytest.fixture
async def service(database_url: str, broadcast_url: str) -> AsyncGenerator[RunningService, None]:
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        yield service


@pytest.fixture
def every_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every security event is written, however many the tests of one second cause."""
    for bound in ("PER_ADDRESS", "PER_EVENT"):
        monkeypatch.setattr(security_events, bound, 1_000_000)


@pytest.fixture
def unchanged_logging(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a server of this process leave the loggers of the other tests as they are."""
    monkeypatch.setattr(logging.config, "dictConfig", lambda config: None)


@pytest.fixture
async def provider() -> AsyncGenerator[IdentityProvider, None]:
    provider = IdentityProvider()
    async with provider.running():
        yield provider


@pytest.fixture
def watchful(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service looks many times a second whether its connections may go on."""
    monkeypatch.setattr(connection_registry, "TICK", 0.01)
