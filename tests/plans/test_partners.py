"""Whatever a partner asks for, it is answered as by the reference over the rows that it sees."""

import asyncio
from collections.abc import Generator
from contextlib import AsyncExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.api_keys import create_key
from access.scopes import Scope
from tests.plans.datasets import TYPICAL
from tests.plans.datasets.shipments import CARRIERS
from tests.plans.harness import Harness, run_harness
from tests.plans.queries import generate_query
from tests.plans.queries.query_shape import QueryShape
from tests.plans.reference.context import Caller
from tests.profiles import examples

SHOPS = (11, 12)
QUESTIONS = 150
"""How many queries are generated for each shop."""
WIDE = QueryShape(row_budget=300)
PICKY = QueryShape(row_budget=300, most_selections=3, most_levels=3, filtered_in_ten=10)
SCOPES = ("ORDERS_READ", "ORDERS_READ PERSONAL_READ", "ANALYTICS_READ", "")
pytestmark = [pytest.mark.timeout(300), pytest.mark.slow]


@pytest.fixture(scope="module", params=SHOPS)
def shop(databases, request) -> Generator[tuple[asyncio.Runner, Harness], None, None]:
    url = databases.create()
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        harness = runner.run(stack.enter_async_context(run_harness(url, request.param, TYPICAL)))
        yield runner, harness
        runner.run(stack.aclose())
    databases.drop(url)


@st.composite
def partners(draw: st.DrawFn) -> Caller:
    """A partner of some carriers, of which the shop may know none."""
    carriers = draw(st.sets(st.sampled_from((*CARRIERS, "unknown")), min_size=1))
    scopes = frozenset(draw(st.sampled_from(SCOPES)).split())
    name = " ".join(("partner of", *sorted(carriers), *sorted(scopes)))
    return Caller(name, scopes, frozenset(carriers))


@examples(QUESTIONS, on_one_database=True)
@given(partner=partners(), seed=st.integers(0, 2**32), shape=st.sampled_from((WIDE, PICKY)))
def test_a_partner_is_answered_as_by_the_reference(
    shop: tuple[asyncio.Runner, Harness], partner: Caller, seed: int, shape: QueryShape
):
    runner, harness = shop
    query = generate_query(str(seed), shape, is_reader=partner.has("ORDERS_READ"))

    async def compare() -> None:
        keys = harness.service.keys
        if partner not in keys:
            scopes = map(Scope, partner.scopes)
            _, keys[partner] = await create_key(partner.name, scopes, carriers=partner.carriers)
        await harness.assert_answers_match([query], partner)

    runner.run(compare())
