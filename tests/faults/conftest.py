"""What the tests of faults share: one stage, for starting it takes longer than a fault."""

from collections.abc import AsyncGenerator
from random import Random

import pytest
import pytest_asyncio

from tests.faults.environment import Stage

SEED = 1


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def whole_stage(engine: str) -> AsyncGenerator[Stage, None]:
    if engine == "sqlite":
        pytest.skip("Two server processes need PostgreSQL and Redis.")
    async with Stage(Random(SEED)) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def stage(whole_stage: Stage) -> Stage:
    """All of it runs, also after a test that failed."""
    await whole_stage.mend()
    return whole_stage
