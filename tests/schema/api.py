"""A client of the schema without a server: it queries and subscribes as any viewer."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from access.link_creation import TrackingLinks
from access.rate_limits import RateLimits
from access.viewer import ANONYMOUS, SYSTEM, Viewer
from engine.execution import refused_execution
from engine.operations import InvalidOperation
from engine.persisted.documents import TrustedDocuments
from engine.responses import encode_text
from engine.schema import Schema
from schema.context import context_maker
from subscriptions.feed import Feed
from unit_of_work.unit_of_work import Tracker
from web.graphql.request_parsing import GraphQLRequest
from web.graphql.service import GraphQLService


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
    links: TrackingLinks | None = None

    def __post_init__(self) -> None:
        trusted = TrustedDocuments({}, is_only=False)
        make_context = context_maker(self.tracker, RateLimits(), self.links)
        self._service = GraphQLService(self.schema, trusted, make_context, self.feed)

    async def execute(self, query: str, viewer: Viewer = ANONYMOUS, **variables: Any) -> Answer:
        request = GraphQLRequest(query, variables=variables)
        try:
            execution = await self._service.execute(request, viewer)
        except InvalidOperation as error:
            execution = refused_execution(error.errors)
        return _parsed(encode_text(execution))

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
        request = GraphQLRequest(query, variables=variables)
        subscription = await self._service.subscribe(request, viewer)
        async with subscription.follower as follower:
            yield (_parsed(delivery.body) async for delivery in follower)


def _parsed(body: str) -> Answer:
    answer = json.loads(body)
    return Answer(answer.get("data"), answer.get("errors", []))
