"""A client of the schema without a server: it queries and subscribes as any viewer."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from access.viewer import ANONYMOUS, SYSTEM, Viewer
from engine.execution import execute as execute_operation
from engine.execution import refused_execution
from engine.operations import InvalidOperation
from engine.responses import encode_text
from engine.schema import Schema
from schema.context import Context, context_maker
from subscriptions.feed import Feed
from subscriptions.registry import SubscriptionRegistry
from unit_of_work.unit_of_work import Tracker


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

    async def execute(self, query: str, viewer: Viewer = ANONYMOUS, **variables: Any) -> Answer:
        try:
            operation = self.schema.operations.prepare(query, None)
        except InvalidOperation as error:
            return _parsed(encode_text(refused_execution(error.errors)))
        context = Context(tracker=self.tracker, viewer=viewer)
        return _parsed(
            encode_text(await execute_operation(self.schema, operation, variables, context))
        )

    async def fetch(self, query: str, viewer: Viewer = SYSTEM, **variables: Any) -> dict[str, Any]:
        """The data of an answer that has no errors."""
        answer = await self.execute(query, viewer, **variables)
        assert answer.errors == []
        assert answer.data is not None
        return answer.data

    @asynccontextmanager
    async def stream(
        self, query: str, viewer: Viewer = ANONYMOUS, **variables: Any
    ) -> "AsyncGenerator[AsyncIterator[Answer], None]":
        subscriptions = SubscriptionRegistry(self.schema, context_maker(self.tracker), self.feed)
        operation = self.schema.operations.prepare(query, None)
        async with await subscriptions.follower(operation, variables, viewer) as follower:
            yield (_parsed(delivery.body) async for delivery in follower)


def _parsed(body: str) -> Answer:
    answer = json.loads(body)
    return Answer(answer.get("data"), answer.get("errors", []))
