"""Fixtures of the protocols: the running service that they are spoken to."""

from collections.abc import AsyncGenerator

import pytest

from tests.live_server import RunningService, build_settings, running_service


@pytest.fixture
async def service(database_url: str, broadcast_url: str) -> AsyncGenerator[RunningService, None]:
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        yield service
