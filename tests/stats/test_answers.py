"""The service answers generated queries of aggregates as the reference implementation does."""

import asyncio
import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.changes import LogHead
from models.rollups import RollupCursor
from projections.rollups import rebuild
from tests.plans.datasets import insert_dataset
from tests.plans.datasets.order_aggregates import DatasetSize
from tests.plans.reference.bounds import rows_within
from tests.plans.reference.context import Caller, Context, Cursors
from tests.plans.reference.scalars import parse_time, serialize_time
from tests.plans.reference.tables import Tables, read_tables
from tests.plans.service import ADMIN, PARTNER_IN_CONFIDENCE, Service, run_service
from tests.profiles import examples
from tests.stats.query_strategies import StatsQuery, stats_queries
from tests.stats.reference_groups import TooManyGroups, expected_field

NEVER = "2030-01-01T00:00:00Z"
SHOPS = (1, 2, 3)
QUESTIONS = 120
"""How many queries are generated for each dataset."""
SIZE = DatasetSize(
    orders=(25, 40),
    shipments=(0, 3),
    events=(0, 3),
    estimates=(0, 3),
    exceptions=(0, 4),
    notes=(0, 0),
    changes=(1, 1),
)


@dataclass(repr=False)
class StatsService:
    """The running service over a dataset, and the dataset's tables."""

    runner: asyncio.Runner
    service: Service
    tables: Tables

    def execute(self, query: StatsQuery, caller: Caller = ADMIN) -> dict[str, Any]:
        execution = self.service.execute(query.text, caller, query.variables)
        answer: dict[str, Any] = self.runner.run(execution)
        return answer

    def set_counted(self, share: float) -> None:
        """Mark the log as counted up to this share, so that the rest is read from the rows."""

        async def update() -> None:
            head = await LogHead.get()
            await RollupCursor.all().update(position=int(head.position * share))

        self.runner.run(update())


@pytest.fixture(scope="module", params=SHOPS)
def stats_service(databases, request) -> Generator[StatsService, None, None]:
    url = databases.create()
    with asyncio.Runner() as runner:
        service = run_service(url)
        try:
            opened = runner.run(service.__aenter__())
            runner.run(insert_dataset(request.param, SIZE))
            runner.run(rebuild())
            yield StatsService(runner, opened, runner.run(read_tables()))
        finally:
            runner.run(service.__aexit__(None, None, None))
    databases.drop(url)


@pytest.mark.timeout(120)
@examples(QUESTIONS, on_one_database=True)
@given(query=stats_queries(), counted=st.floats(0, 1))
def test_the_answer_is_that_of_the_reference_however_far_the_log_is_counted(
    stats_service: StatsService, query: StatsQuery, counted: float
):
    stats_service.set_counted(counted)
    answer = stats_service.execute(query)

    _assert_expected(stats_service, query, answer, ADMIN)


@pytest.mark.timeout(120)
@examples(QUESTIONS, on_one_database=True)
@given(query=stats_queries())
def test_a_partner_is_answered_as_by_the_reference_over_the_rows_that_it_sees(
    stats_service: StatsService, query: StatsQuery
):
    stats_service.set_counted(1.0)
    answer = stats_service.execute(query, PARTNER_IN_CONFIDENCE)

    if query.root == "orderStats" and any(one.name == "total" for one in query.measures):
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
        return
    _assert_expected(stats_service, query, answer, PARTNER_IN_CONFIDENCE)


def _assert_expected(
    stats_service: StatsService, query: StatsQuery, answer: dict[str, Any], caller: Caller
) -> None:
    try:
        expected = _expected_answer(stats_service, query, answer, caller)
    except TooManyGroups:
        codes = [error["extensions"]["code"] for error in answer["errors"]]
        assert codes == ["LIMIT_EXCEEDED"]
        return
    assert is_same(answer, expected), f"{answer}\n{expected}"


def _expected_answer(
    stats_service: StatsService, query: StatsQuery, answer: dict[str, Any], caller: Caller
) -> dict[str, Any]:
    """The whole answer, computed for the time that the service's answer names."""
    data = answer.get("data") or {query.root: {"asOf": NEVER}}
    now = parse_time(data[query.root]["asOf"])
    tables = stats_service.tables
    context = Context(rows_within(tables, caller.carriers), tables, Cursors(), caller, now)
    field = expected_field(query.root, query.variables, query.measures, context)
    return {"data": {query.root: {"asOf": serialize_time(context.now), **field}}}


def is_same(actual: Any, expected: Any) -> bool:
    """Whether the values are equal; floats may differ in their last digits."""
    if isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(
            is_same(actual[key], expected[key]) for key in expected
        )
    if isinstance(expected, list):
        return len(actual) == len(expected) and all(map(is_same, actual, expected))
    if isinstance(expected, float):
        return actual is not None and math.isclose(actual, expected, rel_tol=1e-12, abs_tol=1e-9)
    return bool(actual == expected)
