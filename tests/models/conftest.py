"""Tortoise is initialised once, so that rows can be built without opening a database."""

import asyncio

import pytest
from tortoise.context import TortoiseContext

from models.database import database_config


@pytest.fixture(scope="session", autouse=True)
def relations() -> None:
    asyncio.run(_relate())


async def _relate() -> None:
    async with TortoiseContext() as context:
        await context.init(config=database_config("sqlite://:memory:", connections=1))
