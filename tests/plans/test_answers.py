"""Whatever is asked, the service's answer is the oracle's."""

import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from graphql import parse, specified_rules, validate
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from schema.limits import DocumentLimits
from tests.plans.comparing import differences
from tests.plans.filling import Filling
from tests.plans.learning import learn_cursors
from tests.plans.oracle import SCHEMA, expect
from tests.plans.oracle.asking import Asker, Asking
from tests.plans.oracle.tables import read_tables
from tests.plans.questions import Question, questions
from tests.plans.service import ASKERS, Service, running
from tests.plans.shops import CROWDED, EVERYDAY, open_shop
from tests.plans.shops.folders import Size

EXAMPLES = int(os.environ.get("PLAN_EXAMPLES", "120"))
"""Questions of each test; by hand, thousands."""
SEEDS = tuple(range(int(os.environ.get("PLAN_SHOPS", "2"))))
"""Each is another everyday shop."""
EVERYDAY_ROOM, CROWDED_ROOM = 400, 60
TIMEOUT = 60 + EXAMPLES
"""Seconds; a question takes some thirty milliseconds, and a failure is made smaller for a while."""
SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass
class Stage:
    """A shop, and the service and the oracle that both know it."""

    service: Service
    filling: Filling

    async def compare(self, drawn: Question, asker: Asker) -> None:
        question = self.filling.filled(drawn)
        document = parse(question.text)
        invalid = validate(SCHEMA, document, [DocumentLimits, *specified_rules])
        assume("LIMIT_EXCEEDED" not in [(one.extensions or {}).get("code") for one in invalid])
        assert not invalid, f"This is no question: {invalid[0].message}{question}"

        tables, cursors = self.filling.tables, self.filling.cursors
        asking = Asking(tables, cursors, asker, datetime.now(UTC))
        expected = expect(document, question.variables, question.name, asking)
        answer = await self.service.ask(question.text, asker, question.variables, question.name)

        wrong = differences(answer, expected)
        assert not wrong, f"As {asker.name}:{question}" + "\n".join(wrong[:5])


async def staged(service: Service, seed: int, size: Size) -> Stage:
    await open_shop(seed, size)
    tables = await read_tables()
    return Stage(service, Filling(tables, await learn_cursors(service, tables)))


@pytest.fixture
async def service(database_url: str) -> AsyncGenerator[Service, None]:
    async with running(database_url) as service:
        yield service


def askers() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("asker", ASKERS, ids=lambda one: one.name)


@pytest.fixture
async def everyday(service: Service, request: pytest.FixtureRequest) -> Stage:
    return await staged(service, request.param, EVERYDAY)


@pytest.fixture
async def crowded(service: Service) -> Stage:
    return await staged(service, 1, CROWDED)


@pytest.mark.timeout(TIMEOUT)
@pytest.mark.parametrize("everyday", SEEDS, indirect=True)
@askers()
@SETTINGS
@given(data=st.data())
async def test_a_shop_answers_as_the_oracle(everyday: Stage, asker: Asker, data: st.DataObject):
    await everyday.compare(data.draw(questions(asker, EVERYDAY_ROOM)), asker)


@pytest.mark.timeout(TIMEOUT)
@askers()
@SETTINGS
@given(data=st.data())
async def test_long_lists_answer_as_the_oracle(crowded: Stage, asker: Asker, data: st.DataObject):
    await crowded.compare(data.draw(questions(asker, CROWDED_ROOM)), asker)
