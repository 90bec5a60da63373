"""The GraphQL service: executes and subscribes alike for every protocol and for commands.

Each call authenticates its caller, prepares the operation and runs it, in this order; queries and
mutations have a time limit. The protocols translate requests and results, and do none of these
steps themselves.
"""

from collections.abc import Sequence

from graphql import OperationType

from access.authentication import Authenticator
from access.viewer import Viewer
from engine.context import MakeContext
from engine.document_limits import limits_of
from engine.execution import Execution, execute
from engine.operations import InvalidOperation, Operation
from engine.persisted.documents import TrustedDocuments
from engine.schema import Schema
from engine.variable_limits import find_excess
from subscriptions.feed import Feed
from subscriptions.followers import Follower
from subscriptions.live_query_subscribers import LiveQuerySubscriber
from subscriptions.registry import SubscriptionRegistry
from web.deadlines import Deadlines
from web.graphql.request_parsing import GraphQLRequest

TIME_TO_ANSWER = 30.0
"""Seconds for a request: longer than any statement may take, shorter than proxies wait."""

Credentials = str | Viewer | None
"""The value of an `Authorization` header, None without one, or a viewer who is known already."""
EXECUTED = (OperationType.QUERY, OperationType.MUTATION)
"""The types of operations that have one result: a tuple, because enums are slow to hash."""


class OperationTypeNotAllowed(Exception):
    """The caller does not execute operations of this type."""

    def __init__(self, operation: Operation) -> None:
        super().__init__(operation.definition.operation.value)
        self.operation = operation


class GraphQLService:
    """Authenticates at each operation anew, because a connection may be open for days.

    Somebody must run `deadlines`: without that, nothing is limited in time.
    """

    def __init__(
        self, schema: Schema, trusted: TrustedDocuments, make_context: MakeContext, feed: Feed
    ) -> None:
        self.authenticator = Authenticator()
        self.deadlines = Deadlines(TIME_TO_ANSWER)
        self._schema, self._trusted, self._make_context = schema, trusted, make_context
        self._subscriptions = SubscriptionRegistry(schema, make_context, feed)

    async def authenticate(self, credentials: Credentials) -> Viewer:
        """Return the viewer. Raises Unauthenticated."""
        if isinstance(credentials, Viewer):
            return credentials
        return await self.authenticator.viewer(credentials)

    def prepare(self, request: GraphQLRequest, viewer: Viewer) -> Operation:
        """Return the request's operation, which the request remembers.

        Raises InvalidOperation, also if the document or the variables exceed the viewer's limits.
        """
        if request.operation is None:
            text = self._trusted.text(request.query, request.document_id)
            request.operation = self._schema.operations.prepare(
                text, request.operation_name, limits_of(viewer)
            )
            if excess := find_excess(request.variables, request.length, viewer):
                raise InvalidOperation([excess])
        return request.operation

    async def execute(
        self,
        request: GraphQLRequest,
        credentials: Credentials,
        allowed: Sequence[OperationType] = EXECUTED,
        *,
        is_limited: bool = False,
    ) -> Execution:
        """Execute a query or a mutation of one of the `allowed` types.

        `is_limited` tells that the caller's time limit has begun already, as that of HTTP, which
        includes the reading of the request. Raises Unauthenticated, InvalidOperation,
        OperationTypeNotAllowed, and TimeoutError; an outage of the database during the execution
        stands in the result.
        """
        if not is_limited:
            with self.deadlines.limited():
                return await self.execute(request, credentials, allowed, is_limited=True)
        viewer = await self.authenticate(credentials)
        operation = self.prepare(request, viewer)
        if operation.definition.operation not in allowed:
            raise OperationTypeNotAllowed(operation)
        context = self._make_context(viewer)
        return await execute(self._schema, operation, request.variables, context)

    async def subscribe(
        self, request: GraphQLRequest, credentials: Credentials, resume_at: int | None = None
    ) -> Follower | LiveQuerySubscriber:
        """Return a new follower of a subscription; `resume_at` takes the place of `after`.

        It has no time limit but that of the database's statements. Raises Unauthenticated,
        InvalidOperation, DomainError, and Unavailable.
        """
        viewer = await self.authenticate(credentials)
        operation = self.prepare(request, viewer)
        return await self._subscriptions.follower(operation, request.variables, viewer, resume_at)
