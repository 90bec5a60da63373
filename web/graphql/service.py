"""The GraphQL service: executes and subscribes alike for every protocol and for commands.

Each call authenticates its caller, prepares the operation and runs it, in this order; queries and
mutations have a time limit. The protocols translate requests and results, and do none of these
steps themselves.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from graphql import OperationType

from access.authentication import HAS_EXPIRED
from access.viewer import ANONYMOUS, Viewer
from engine.context import MakeContext
from engine.document_limits import limits_of
from engine.execution import Execution, execute
from engine.operation_cost import CostFormula
from engine.operations import InvalidOperation, Operation
from engine.persisted.documents import TrustedDocuments
from engine.preparation import Preparation
from engine.schema import Schema
from engine.variable_limits import find_excess
from errors import Unauthenticated
from runtime.client_turns import ClientTurns
from runtime.current_request import current_request
from runtime.spans import operation_span
from runtime.turns import let_others_run
from subscriptions.feed import Feed
from subscriptions.followers import Follower
from subscriptions.live_query_subscribers import LiveQuerySubscriber
from subscriptions.registry import SubscriptionRegistry
from web.clients import Client, client_of
from web.deadlines import Deadline, Deadlines
from web.graphql.admission import ClientAccount
from web.graphql.callers import Caller, Callers
from web.graphql.request_parsing import GraphQLRequest

TIME_TO_ANSWER = 10.0
"""Seconds for a request: nobody waits longer for a page. What it reads then is cancelled."""
MORE_TIME_FOR_AGGREGATES = 20.0
"""Seconds more for a request with aggregates or forecasts: longer than their statements may take,
and altogether shorter than proxies wait."""

MAXIMUM_WAITING_READS = 200
"""Statements of one client that wait for their turn. More could not be answered in time."""
TOO_MANY_READS = (
    f"{MAXIMUM_WAITING_READS} reads of yours wait already. Send fewer requests at once, and this"
    " one again in a few seconds."
)
EXECUTED = (OperationType.QUERY, OperationType.MUTATION)
"""The types of operations that have one result: a tuple, because enums are slow to hash."""


class OperationTypeNotAllowed(Exception):
    """The caller does not execute operations of this type."""

    def __init__(self, operation: Operation) -> None:
        super().__init__(operation.definition.operation.value)
        self.operation = operation


@dataclass(frozen=True, slots=True)
class OpenSubscription:
    """A subscription that has begun, and what it holds as long as it is followed."""

    follower: Follower | LiveQuerySubscriber
    document: str
    variables: int
    """The length of its variables as JSON."""


def span_of(operation: Operation, viewer: Viewer) -> AbstractContextManager[object]:
    """Return the span of an operation, which is part of its caller's trace if that has a key."""
    current = current_request()
    traceparent = None if viewer.key_id is None or current is None else current.traceparent
    return operation_span(operation.definition.operation.value, operation.name, traceparent)


class GraphQLService:
    """Authenticates at each operation anew, because a connection may be open for days.

    Somebody must run `deadlines`: without that, nothing is limited in time.
    """

    def __init__(
        self,
        schema: Schema,
        trusted: TrustedDocuments,
        make_context: MakeContext,
        feed: Feed,
        reads_at_once: int | None = None,
        callers: Callers | None = None,
    ) -> None:
        """Without `callers` of their own, nothing is counted, as for commands."""
        self.callers = callers or Callers()
        self.deadlines = Deadlines(TIME_TO_ANSWER)
        self._schema, self._trusted, self._make_context = schema, trusted, make_context
        self._preparation = Preparation(schema)
        self._reads = (
            None
            if reads_at_once is None
            else ClientTurns(reads_at_once, MAXIMUM_WAITING_READS, TOO_MANY_READS)
        )
        self._subscriptions = SubscriptionRegistry(schema, self._preparation, make_context, feed)

    async def prepare(
        self, request: GraphQLRequest, viewer: Viewer, client: Client | None = None
    ) -> Operation:
        """Return the request's operation, which the request remembers.

        Raises InvalidOperation, also if the document or the variables exceed the viewer's limits,
        and TooManyRequests.
        """
        return self._known(request, viewer) or await self._prepare_new(request, viewer, client)

    async def _prepare_new(
        self, request: GraphQLRequest, viewer: Viewer, client: Client | None
    ) -> Operation:
        text = self._trusted.text(request.query, request.document_id)
        request.is_new = True
        request.operation = await self._preparation.operation(
            text, request.operation_name, limits_of(viewer), client
        )
        # To read the variables may take as long as the document took: others come in between.
        await let_others_run()
        return request.operation

    def _known(self, request: GraphQLRequest, viewer: Viewer) -> Operation | None:
        """Return the request's operation if nothing has to be prepared for it.

        Raises InvalidOperation.
        """
        request.viewer = viewer
        if request.operation is None:
            if excess := find_excess(request.variables, request.length, viewer):
                raise InvalidOperation([excess])
            text = self._trusted.text(request.query, request.document_id)
            request.operation = self._schema.operations.find(
                text, request.operation_name, limits_of(viewer)
            )
        return request.operation

    async def execute(
        self,
        request: GraphQLRequest,
        credentials: Caller,
        network: str | None = None,
        allowed: Sequence[OperationType] = EXECUTED,
        *,
        deadline: Deadline | None = None,
    ) -> Execution:
        """Execute a query or a mutation of one of the `allowed` types.

        `network` is the caller's; None is this process itself, whose documents are not limited.
        `deadline` is the caller's if that has begun already, as that of HTTP, which includes the
        reading of the request. Raises Unauthenticated, InvalidOperation,
        OperationTypeNotAllowed, TooManyRequests, and TimeoutError; an outage of the database during
        the execution stands in the result.
        """
        if deadline is None:
            with self.deadlines.limited() as deadline:
                return await self.execute(request, credentials, network, allowed, deadline=deadline)
        viewer, account = await self.callers.admit(credentials, network)
        client = client_of(viewer, network)
        operation = self._known(request, viewer)
        if operation is None:
            operation = await self._prepare_new(request, viewer, client)
        if operation.definition.operation not in allowed:
            raise OperationTypeNotAllowed(operation)
        formula = self._schema.costs.formula(operation, request.variables)
        if formula.is_computed:
            deadline.extend(MORE_TIME_FOR_AGGREGATES)
        await self._charge(account, formula, request, operation)
        context = self._make_context(viewer)
        context.network = network
        if self._reads is not None:
            context.turns = self._reads.of(client)
        make_plans = partial(
            self._preparation.plan_query, client=client, is_admitted=request.is_new
        )
        with span_of(operation, viewer):
            execution = await execute(
                self._schema, operation, request.variables, context, make_plans
            )
        if request.wants_cost and account is not None:
            execution.extensions = await account.report()
        return execution

    async def subscribe(
        self,
        request: GraphQLRequest,
        credentials: Caller,
        network: str | None = None,
        resume_at: int | None = None,
    ) -> OpenSubscription:
        """Begin a subscription; `resume_at` takes the place of `after`.

        It has no time limit but that of the database's statements. Raises Unauthenticated,
        InvalidOperation, DomainError, and Unavailable.
        """
        viewer, account = await self.callers.admit(credentials, network)
        if viewer.has_expired():
            # A request may come a little later, as clocks differ, but nothing that would stay.
            raise Unauthenticated(HAS_EXPIRED, reason="EXPIRED", key_id=viewer.key_id)
        client = client_of(viewer, network)
        operation = await self.prepare(request, viewer, client)
        formula = self._schema.costs.formula(operation, request.variables)
        cost = await self._charge(account, formula, request, operation)
        pay = None if account is None else partial(account.afford, cost)
        variables = operation.known_variables(request.variables)
        follower = await self._subscriptions.follower(
            operation, variables, viewer, resume_at, client, pay
        )
        return OpenSubscription(follower, operation.text, len(orjson.dumps(variables)))

    def follower_count(self, document: str, name: str, variables: Mapping[str, Any]) -> int:
        """Return how many follow changes by an operation of a document, without a key, in this
        process. `variables` are all that it declares but `after`."""
        return self._subscriptions.follower_count(document, name, variables, ANONYMOUS)

    async def _charge(
        self,
        account: ClientAccount | None,
        formula: CostFormula,
        request: GraphQLRequest,
        operation: Operation,
    ) -> int:
        """Count and return the cost of an operation. Raises InvalidOperation and RateLimited."""
        if account is None:
            return 0
        is_trusted = self._trusted.has(operation)
        return await account.charge(formula, request.variables, is_trusted=is_trusted)
