"""The stage: a shop by chance, and the service and the oracle that both know it."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from graphql import validate

from schema.limits import DocumentLimits
from tests.plans.comparing import differences
from tests.plans.filling import Filling
from tests.plans.learning import learn_cursors
from tests.plans.oracle import SCHEMA, expect
from tests.plans.oracle.asking import Asker, Asking
from tests.plans.oracle.tables import read_tables
from tests.plans.questions import Question
from tests.plans.service import Service, running
from tests.plans.shops import open_shop
from tests.plans.shops.folders import Size
from tests.plans.shrinking import smallest

MOST_SHOWN = 5
TOO_LARGE = "A level of this answer may hold"
"""So it begins; how much may be asked for at once is held elsewhere."""


@dataclass
class Stage:
    service: Service
    filling: Filling

    async def demand_right_answers(self, drawn: Iterable[Question], asker: Asker) -> int:
        """Shows the smallest question whose answer is wrong; how many were small enough to ask."""

        async def is_wrong(question: Question) -> bool:
            return bool(await self._wrong(question, asker))

        asked = 0
        for one in drawn:
            question = self.filling.filled(one)
            if validate(SCHEMA, question.document, [DocumentLimits]):
                continue
            found = await self._wrong(question, asker)
            asked += found is not None
            if found:
                invalid = validate(SCHEMA, question.document)
                assert not invalid, f"This is no question: {invalid[0]}{question}"
                question = await smallest(question, is_wrong)
                wrong = await self._wrong(question, asker) or found
                raise AssertionError(f"As {asker.name}:{question}" + "\n".join(wrong[:MOST_SHOWN]))
        return asked

    async def _wrong(self, question: Question, asker: Asker) -> list[str] | None:
        """What is wrong with its answer; None if that would be too large to be given."""
        tables, cursors = self.filling.tables, self.filling.cursors
        asking = Asking(tables, cursors, asker, datetime.now(UTC))
        expected = expect(question.document, question.variables, question.name, asking)
        answer = await self.service.ask(question.text, asker, question.variables, question.name)
        said = [error["message"] for error in answer.get("errors", ())]
        if any(one.startswith(TOO_LARGE) for one in said):
            return None
        return differences(answer, expected)


@asynccontextmanager
async def staged(database_url: str, seed: int, size: Size) -> AsyncGenerator[Stage, None]:
    """On an empty database."""
    async with running(database_url) as service:
        await open_shop(seed, size)
        tables = await read_tables()
        yield Stage(service, Filling(tables, await learn_cursors(service, tables)))
