"""The service answers every generated query as the reference implementation does.

More and other queries over other datasets can be run by hand:
`PLAN_QUESTIONS=5000 PLAN_SHOPS=10 PLAN_SEED=2 pytest tests/plans/test_answers.py`
"""

import os
from collections.abc import Iterator

import pytest

from tests.plans.datasets import LONG_LISTS, TYPICAL
from tests.plans.harness import run_harness
from tests.plans.queries import GeneratedQuery, generate_query
from tests.plans.queries.coverage import all_field_queries, order_queries
from tests.plans.queries.query_shape import QueryShape
from tests.plans.reference.context import Caller
from tests.plans.service import CALLERS
from tests.profiles import scaled

SEED = os.environ.get("PLAN_SEED", "1")
"""The same seed gives the same queries."""
SHOPS = range(int(os.environ.get("PLAN_SHOPS", "2")))
QUESTIONS = int(os.environ.get("PLAN_QUESTIONS", scaled(100)))
"""How many queries each caller sends to each dataset."""
TIMEOUT = 300 + QUESTIONS
"""Seconds; a query of four callers takes some hundred milliseconds on an idle machine."""
WIDE = QueryShape(row_budget=400)
LONG = QueryShape(row_budget=60)
"""This shape suits datasets whose lists are longer than the generator can estimate."""
DEEP = QueryShape(row_budget=40, most_selections=2, most_levels=14, nested_in_ten=9)
PICKY = QueryShape(row_budget=400, most_selections=3, most_levels=3, filtered_in_ten=10)
pytestmark = [pytest.mark.timeout(TIMEOUT), pytest.mark.slow]


def queries(
    caller: Caller, dataset: str, shape: QueryShape, count: int = QUESTIONS
) -> Iterator[GeneratedQuery]:
    for number in range(count):
        seed = f"{SEED} {dataset} {caller.name} {number}"
        yield generate_query(seed, shape, is_reader=caller.has("ORDERS_READ"))


@pytest.mark.parametrize("seed", SHOPS)
async def test_queries_of_typical_orders_are_answered_as_by_the_reference(
    database_url: str, seed: int
):
    async with run_harness(database_url, seed, TYPICAL) as harness:
        for caller in CALLERS:
            generated = queries(caller, f"everyday {seed}", WIDE)
            assert await harness.assert_answers_match(generated, caller) > QUESTIONS // 2


async def test_queries_of_long_lists_are_answered_as_by_the_reference(database_url: str):
    async with run_harness(database_url, 1, LONG_LISTS) as harness:
        for caller in CALLERS:
            generated = queries(caller, "crowded", LONG)
            assert await harness.assert_answers_match(generated, caller) > QUESTIONS // 2


async def test_deeply_nested_queries_are_answered_as_by_the_reference(database_url: str):
    async with run_harness(database_url, 2, TYPICAL) as harness:
        for caller in CALLERS:
            generated = queries(caller, "deep", DEEP)
            assert await harness.assert_answers_match(generated, caller) > QUESTIONS // 2


async def test_filtered_lists_are_answered_as_by_the_reference(database_url: str):
    async with run_harness(database_url, 3, TYPICAL) as harness:
        for caller in CALLERS[1:]:
            generated = queries(caller, "picky", PICKY, 2 * QUESTIONS)
            assert await harness.assert_answers_match(generated, caller) > QUESTIONS


async def test_every_field_is_answered_as_by_the_reference(database_url: str):
    async with run_harness(database_url, 0, TYPICAL) as harness:
        ids = [row["tracking_id"] for row in harness.placeholders.tables.all("Order")]
        every_field = [*all_field_queries(), *order_queries(ids)]
        for caller in CALLERS:
            assert await harness.assert_answers_match(every_field, caller) == len(every_field)
