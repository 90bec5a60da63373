"""Fixtures of the attacks: the running service, with the garbage collector as it is served."""

import gc
from collections.abc import AsyncGenerator, Iterator

import pytest

from server import COLLECT_AFTER
from tests.live_server import RunningService, build_settings, running_service


@pytest.fixture
def served_garbage_collection() -> Iterator[None]:
    """Collect garbage as a server process does, and leave out what the tests made before."""
    thresholds = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    yield
    gc.set_threshold(*thresholds)


@pytest.fixture
async def service(
    database_url: str, broadcast_url: str, served_garbage_collection: None
) -> AsyncGenerator[RunningService, None]:
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        yield service
