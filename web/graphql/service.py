"""What answers: the same for whoever asks by HTTP, event stream or websocket."""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError

from access.authentication import Authenticator
from access.viewer import Viewer
from database.outages import is_outage
from engine.context import MakeContext
from engine.execution import Execution, execute, refused_execution
from engine.operations import Operation
from engine.persisted.documents import TrustedDocuments
from engine.schema import Schema
from subscriptions.feed import Feed
from subscriptions.followers import Follower
from subscriptions.live_query_subscribers import LiveQuerySubscriber
from subscriptions.registry import SubscriptionRegistry
from web.deadlines import Deadlines
from web.graphql.request_parsing import GraphQLRequest

TIME_TO_ANSWER = 30.0
"""Seconds for a request: longer than any statement may take, shorter than proxies wait."""


class GraphQLService:
    """Asks anew at each operation what its key allows: a connection may be open for days."""

    def __init__(
        self, schema: Schema, trusted: TrustedDocuments, make_context: MakeContext, feed: Feed
    ) -> None:
        self.callers = Authenticator()
        self.deadlines = Deadlines(TIME_TO_ANSWER)
        self._schema, self._trusted, self._make_context = schema, trusted, make_context
        self._subscriptions = SubscriptionRegistry(schema, make_context, feed)

    def prepare(self, asked: GraphQLRequest) -> Operation:
        """Raises Refused."""
        text = self._trusted.text(asked.query, asked.document_id)
        return self._schema.operations.prepare(text, asked.operation_name)

    async def execute(
        self, operation: Operation, variables: dict[str, Any], viewer: Viewer
    ) -> Execution:
        """Of a query or a mutation."""
        return await execute(self._schema, operation, variables, self._make_context(viewer))

    async def answer(
        self, operation: Operation, variables: dict[str, Any], authorization: str | None
    ) -> Execution:
        """The same in its time, on a connection that stays open. Raises Unauthenticated."""
        try:
            with self.deadlines.limited():
                viewer = await self.callers.viewer(authorization)
                return await self.execute(operation, variables, viewer)
        except Exception as error:
            if not is_outage(error):
                raise
            return refused_execution([GraphQLError("Unavailable", original_error=error)])

    async def follower(
        self,
        operation: Operation,
        variables: Mapping[str, Any],
        viewer: Viewer,
        resume_at: int | None = None,
    ) -> Follower | LiveQuerySubscriber:
        """Of a subscription; `resume_at` takes the place of `after`.

        Raises Refused, Refusal, and Unavailable.
        """
        return await self._subscriptions.follower(operation, variables, viewer, resume_at)
