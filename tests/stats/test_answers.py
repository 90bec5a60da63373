"""Whatever is asked of groups, the service's answer is the golden one, on each engine."""

import asyncio
import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models.changes import LogHead
from models.hours import CountedLog
from tests.plans.oracle.asking import Asking, Cursors
from tests.plans.oracle.scalars import time_in, time_out
from tests.plans.oracle.tables import Tables, read_tables
from tests.plans.service import ADMIN, Service, running
from tests.plans.shops import open_shop
from tests.plans.shops.folders import Size
from tests.stats.grouping import TooManyGroups, answer
from tests.stats.questions import Question, questions
from tracking.counting import recount

NEVER = "2030-01-01T00:00:00Z"
SHOPS = (1, 2, 3)
QUESTIONS = 120
"""To each shop."""
SIZE = Size(
    orders=(25, 40),
    shipments=(0, 3),
    events=(0, 3),
    estimates=(0, 3),
    exceptions=(0, 4),
    notes=(0, 0),
    changes=(1, 1),
)


@dataclass(repr=False)
class Shop:
    runner: asyncio.Runner
    service: Service
    tables: Tables

    def ask(self, question: Question) -> dict[str, Any]:
        asked = self.service.ask(question.text, ADMIN, question.variables)
        answered: dict[str, Any] = self.runner.run(asked)
        return answered

    def set_counted(self, share: float) -> None:
        """Of the log: all rows stand in the hours as they are, and are counted again."""

        async def put() -> None:
            head = await LogHead.get()
            await CountedLog.all().update(position=int(head.position * share))

        self.runner.run(put())


@pytest.fixture(scope="module", params=SHOPS)
def shop(databases, request) -> Generator[Shop, None, None]:
    url = databases.create()
    with asyncio.Runner() as runner:
        service = running(url)
        try:
            opened = runner.run(service.__aenter__())
            runner.run(open_shop(request.param, SIZE))
            runner.run(recount())
            yield Shop(runner, opened, runner.run(read_tables()))
        finally:
            runner.run(service.__aexit__(None, None, None))
    databases.drop(url)


@pytest.mark.timeout(120)
@settings(
    max_examples=QUESTIONS,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(question=questions(), counted=st.floats(0, 1))
def test_the_answer_is_the_golden_one(shop: Shop, question: Question, counted: float):
    """However far the log is counted."""
    shop.set_counted(counted)
    given = shop.ask(question)

    try:
        golden = _golden(shop, question, given)
    except TooManyGroups:
        assert [one["extensions"]["code"] for one in given["errors"]] == ["LIMIT_EXCEEDED"]
        return
    assert is_same(given, golden), f"{given}\n{golden}"


def _golden(shop: Shop, question: Question, given: dict[str, Any]) -> dict[str, Any]:
    """The whole answer, as of the moment that the given one names."""
    data = given.get("data") or {question.root: {"asOf": NEVER}}
    asking = Asking(shop.tables, Cursors(), ADMIN, time_in(data[question.root]["asOf"]))
    golden = answer(question.root, question.variables, question.measures, asking)
    return {"data": {question.root: {"asOf": time_out(asking.now), **golden}}}


def is_same(given: Any, right: Any) -> bool:
    """Numbers that are no whole ones may differ in the last places."""
    if isinstance(right, dict):
        return given.keys() == right.keys() and all(
            is_same(given[key], right[key]) for key in right
        )
    if isinstance(right, list):
        return len(given) == len(right) and all(map(is_same, given, right))
    if isinstance(right, float):
        return given is not None and math.isclose(given, right, rel_tol=1e-12, abs_tol=1e-9)
    return bool(given == right)
