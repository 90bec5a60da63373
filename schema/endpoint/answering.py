"""What answers: the same for whoever asks by HTTP, event stream or websocket."""

import asyncio
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from models.outages import is_outage
from schema import masking
from schema.build import Schema
from schema.context import Context
from schema.endpoint.callers import Callers
from schema.operations import Operation
from schema.sharing import Subscriptions
from subscriptions.feed import Feed
from subscriptions.followers import Follower
from tracking.acts import Tracker

TIME_TO_ANSWER = 30.0
"""Seconds for a request: longer than any statement may take, shorter than proxies wait."""


class Answering:
    """Asks anew at each operation what its key allows: a connection may be open for days."""

    def __init__(self, schema: Schema, tracker: Tracker, feed: Feed) -> None:
        self.callers = Callers()
        self._schema, self._tracker = schema, tracker
        self._subscriptions = Subscriptions(schema, tracker, feed)

    def prepare(self, query: str, operation_name: str | None) -> Operation:
        """Raises Refused."""
        return self._schema.operations.prepare(query, operation_name)

    async def context(self, authorization: str | None) -> Context:
        """Raises Unauthenticated."""
        return Context(self._tracker, await self.callers.viewer(authorization))

    async def answer(self, asked: Mapping[str, Any], authorization: str | None) -> ExecutionResult:
        """Of a query or a mutation. Raises Unauthenticated."""
        try:
            async with asyncio.timeout(TIME_TO_ANSWER):
                return await self._schema.execute(
                    asked["query"],
                    asked.get("variables"),
                    await self.context(authorization),
                    operation_name=asked.get("operationName"),
                )
        except Exception as error:
            if not is_outage(error):
                raise
            masking.log_exception(error, "an operation")
            unavailable = GraphQLError(masking.UNAVAILABLE, original_error=error)
            return PreExecutionError(data=None, errors=[masking.shown(unavailable)])

    async def follower(
        self,
        operation: Operation,
        variables: Mapping[str, Any],
        authorization: str | None,
        resume_at: int | None = None,
    ) -> Follower:
        """Of a subscription; `resume_at` takes the place of `after`.

        Raises Unauthenticated, Refused, and Unavailable.
        """
        viewer = await self.callers.viewer(authorization)
        return await self._subscriptions.follower(operation, variables, viewer, resume_at)
