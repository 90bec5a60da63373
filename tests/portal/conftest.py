"""Fixtures of the portal: the running service whose pages are visited."""

from collections.abc import AsyncGenerator

import pytest

from access import link_cache
from tests.live_server import RunningService, running_service
from tests.portal.links import build_link_settings


@pytest.fixture
def prompt_revocation(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service reads at each use of a link whether it still works; named before `service`."""
    monkeypatch.setattr(link_cache, "MAX_AGE_SECONDS", 0.0)


@pytest.fixture
async def service(database_url: str, broadcast_url: str) -> AsyncGenerator[RunningService, None]:
    async with running_service(build_link_settings(database_url, broadcast_url)) as service:
        yield service
