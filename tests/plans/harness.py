"""The test harness: a random dataset, the service over it, and the reference implementation."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from unittest.mock import patch

from graphql import validate

from engine.document_limits import WITH_KEY, measure
from tests.plans.comparison import differences
from tests.plans.cursor_collection import collect_cursors
from tests.plans.datasets import insert_dataset
from tests.plans.datasets.order_aggregates import DatasetSize
from tests.plans.placeholders import PlaceholderValues
from tests.plans.queries import GeneratedQuery
from tests.plans.reference import SCHEMA, expected_answer
from tests.plans.reference.bounds import rows_within
from tests.plans.reference.context import Caller, Context
from tests.plans.reference.tables import read_tables
from tests.plans.service import Service, run_service
from tests.plans.shrinker import shrink

MOST_DIFFERENCES = 5
"""How many differences a failure shows."""
ANY_COST = 1_000_000_000
"""More than any generated query costs."""
TOO_LARGE = "A level of this answer may hold"
"""The beginning of the refusal of too large an answer, whose limit other tests check."""


@dataclass
class Harness:
    service: Service
    placeholders: PlaceholderValues

    async def assert_answers_match(self, queries: Iterable[GeneratedQuery], caller: Caller) -> int:
        """Compare every answer with the expected one, and return how many were compared.

        A query that exceeds a limit is not compared. The first query with a wrong answer is
        shrunk and shown.
        """

        async def is_wrong(query: GeneratedQuery) -> bool:
            return bool(await self._differences(query, caller))

        compared = 0
        for template in queries:
            query = self.placeholders.replace_in(template)
            if measure(query.document, len(query.text)).excess(WITH_KEY):
                continue
            wrong = await self._differences(query, caller)
            compared += wrong is not None
            if wrong:
                invalid = validate(SCHEMA, query.document)
                assert not invalid, f"This query is not valid: {invalid[0]}{query}"
                query = await shrink(query, is_wrong)
                wrong = await self._differences(query, caller) or wrong
                shown = "\n".join(wrong[:MOST_DIFFERENCES])
                raise AssertionError(f"As {caller.name}:{query}{shown}")
        return compared

    async def _differences(self, query: GeneratedQuery, caller: Caller) -> list[str] | None:
        """How the answer differs from the expected one; None if it is too large to be given."""
        tables, cursors = self.placeholders.tables, self.placeholders.cursors
        seen = rows_within(tables, caller.carriers)
        context = Context(seen, tables, cursors, caller, datetime.now(UTC))
        expected = expected_answer(query.document, query.variables, query.name, context)
        answer = await self.service.execute(query.text, caller, query.variables, query.name)
        messages = [error["message"] for error in answer.get("errors", ())]
        if any(message.startswith(TOO_LARGE) for message in messages):
            return None
        return differences(answer, expected)


@asynccontextmanager
async def run_harness(
    database_url: str, seed: int, size: DatasetSize
) -> AsyncGenerator[Harness, None]:
    """Fill the empty database with a dataset of that seed, and start the service over it.

    Callers without a key may send it documents as large as others may, no query is too costly, and
    new documents are prepared without a rest, however many a caller sends.
    """
    limits = patch("web.graphql.service.limits_of", lambda _viewer: WITH_KEY)
    costs = patch.multiple(
        "web.graphql.admission", MAXIMUM_COST=ANY_COST, MAXIMUM_COST_WITHOUT_KEY=ANY_COST
    )
    rest = patch("runtime.work_queue.REST", 0.0)
    allowance = patch("engine.preparation.ALLOWANCE", None)
    with costs, limits, rest, allowance:
        async with run_service(database_url) as service:
            await insert_dataset(seed, size)
            tables = await read_tables()
            cursors = await collect_cursors(service, tables)
            yield Harness(service, PlaceholderValues(tables, cursors))
