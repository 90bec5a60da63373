"""The schema, asked as any viewer."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from auth import ANONYMOUS, SYSTEM, Viewer
from schema.build import Schema
from schema.context import Context
from subscriptions.feed import Feed
from tracking.acts import Tracker


@dataclass
class Answer:
    data: dict[str, Any] | None
    errors: list[dict[str, Any]]

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.errors]


@dataclass
class Api:
    schema: Schema
    tracker: Tracker
    feed: Feed

    def _context(self, viewer: Viewer) -> Context:
        return Context(self.tracker, self.feed, viewer)

    async def answer(self, query: str, viewer: Viewer = ANONYMOUS, **variables: Any) -> Answer:
        result = await self.schema.execute(query, variables, self._context(viewer))
        return _answer(result)

    async def data(self, query: str, viewer: Viewer = SYSTEM, **variables: Any) -> dict[str, Any]:
        answer = await self.answer(query, viewer, **variables)
        assert answer.errors == []
        assert answer.data is not None
        return answer.data

    @asynccontextmanager
    async def stream(
        self, query: str, viewer: Viewer = ANONYMOUS, **variables: Any
    ) -> "AsyncGenerator[AsyncIterator[Answer], None]":
        context = self._context(viewer)
        results: Any = await self.schema.subscribe(query, variables, context)
        async with aclosing(results):
            yield (_answer(result) async for result in results)


def _answer(result: Any) -> Answer:
    return Answer(result.data, [error.formatted for error in result.errors or ()])
