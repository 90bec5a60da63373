"""Fixtures of the fault tests: they share one environment, because its start takes seconds."""

from collections.abc import AsyncGenerator
from random import Random

import pytest
import pytest_asyncio

from tests.faults.environment import Environment

SEED = 1


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_environment(engine: str) -> AsyncGenerator[Environment, None]:
    if engine == "sqlite":
        pytest.skip("Two server processes need PostgreSQL and Redis.")
    async with Environment(Random(SEED)) as environment:
        yield environment


@pytest_asyncio.fixture(loop_scope="module")
async def environment(shared_environment: Environment) -> Environment:
    """The shared environment, repaired in case the previous test failed."""
    await shared_environment.repair()
    return shared_environment
