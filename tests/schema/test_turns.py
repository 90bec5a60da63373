"""A new document is prepared in two steps, between which others have a turn."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from engine.planning.plan_cache import PlanCache
from tests.schema.viewers import READER


@pytest.fixture
async def happened(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """Records when documents are planned, and when somebody else has a turn."""
    happened: list[str] = []
    planned = PlanCache._roots

    def plan(*arguments: Any) -> Any:
        happened.append("planned")
        return planned(*arguments)

    async def wait_for_a_turn() -> None:
        happened.append("turn")

    monkeypatch.setattr(PlanCache, "_roots", plan)
    task = asyncio.create_task(wait_for_a_turn())
    yield happened
    await task


async def test_others_have_a_turn_before_a_query_is_planned(api, happened):
    await api.execute("{ turns: position }")

    assert happened == ["turn", "planned"]


async def test_others_have_a_turn_before_a_subscription_is_planned(api, happened):
    async with api.stream("subscription { turns: changes { position } }", READER):
        pass

    assert happened == ["turn", "planned"]
