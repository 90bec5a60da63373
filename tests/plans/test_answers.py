"""Whatever is asked, the service's answer is the oracle's.

By hand, more and other questions, of other shops:
`PLAN_QUESTIONS=5000 PLAN_SHOPS=10 PLAN_SEED=2 pytest tests/plans/test_answers.py`
"""

import os
from collections.abc import Iterator

import pytest

from tests.plans.oracle.asking import Asker
from tests.plans.questions import Question, draw_question
from tests.plans.questions.census import census, of_each
from tests.plans.questions.drawing import Shape
from tests.plans.service import ASKERS
from tests.plans.shops import CROWDED, EVERYDAY
from tests.plans.stage import staged

SEED = os.environ.get("PLAN_SEED", "1")
"""The same seed, the same questions."""
SHOPS = range(int(os.environ.get("PLAN_SHOPS", "2")))
QUESTIONS = int(os.environ.get("PLAN_QUESTIONS", "100"))
"""Of each asker, to each shop."""
TIMEOUT = 300 + QUESTIONS
"""Seconds; a question to four askers takes some hundred milliseconds of a machine of one's own."""
WIDE = Shape(room=400)
LONG = Shape(room=60)
"""Lists that are longer than can be told before."""
DEEP = Shape(room=40, widest=2, deepest=14, times_deeper=9)
PICKY = Shape(room=400, widest=3, deepest=3, times_filtered=10)
pytestmark = pytest.mark.timeout(TIMEOUT)


def questions(asker: Asker, shop: str, shape: Shape, count: int = QUESTIONS) -> Iterator[Question]:
    for number in range(count):
        seed = f"{SEED} {shop} {asker.name} {number}"
        yield draw_question(seed, shape, is_reader=asker.has("ORDERS_READ"))


@pytest.mark.parametrize("shop", SHOPS)
async def test_an_everyday_shop_answers_as_the_oracle(database_url: str, shop: int):
    async with staged(database_url, shop, EVERYDAY) as stage:
        for asker in ASKERS:
            drawn = questions(asker, f"everyday {shop}", WIDE)
            assert await stage.demand_right_answers(drawn, asker) > QUESTIONS // 2


async def test_long_lists_answer_as_the_oracle(database_url: str):
    async with staged(database_url, 1, CROWDED) as stage:
        for asker in ASKERS:
            drawn = questions(asker, "crowded", LONG)
            assert await stage.demand_right_answers(drawn, asker) > QUESTIONS // 2


async def test_things_within_things_answer_as_the_oracle(database_url: str):
    async with staged(database_url, 2, EVERYDAY) as stage:
        for asker in ASKERS:
            drawn = questions(asker, "deep", DEEP)
            assert await stage.demand_right_answers(drawn, asker) > QUESTIONS // 2


async def test_filtered_lists_answer_as_the_oracle(database_url: str):
    async with staged(database_url, 3, EVERYDAY) as stage:
        for asker in ASKERS[1:]:
            drawn = questions(asker, "picky", PICKY, 2 * QUESTIONS)
            assert await stage.demand_right_answers(drawn, asker) > QUESTIONS


async def test_every_field_is_the_oracles(database_url: str):
    async with staged(database_url, 0, EVERYDAY) as stage:
        ids = [row["tracking_id"] for row in stage.filling.tables.all("Order")]
        every = [*census(), *of_each(ids)]
        for asker in ASKERS:
            assert await stage.demand_right_answers(every, asker) == len(every)
