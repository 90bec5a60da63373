"""The subscription registry: equal subscriptions share one stream or one live query.

Subscriptions are equal if they have the same operation, by its text, the same variables (without
`after`) and the same rights to fields and rows. What they are sent is rendered once for all.
"""

import asyncio
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any
from weakref import WeakValueDictionary

import orjson
from graphql import ExecutionResult, GraphQLError
from graphql.execution import Executor, create_source_event_stream
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from access.viewer import Rights, Viewer
from database.outages import is_outage
from engine.context import MakeContext, RequestContext
from engine.operations import InvalidOperation, Operation
from engine.planning.root_refusals import find_refusal
from engine.preparation import Preparation
from engine.schema import Schema
from errors import TopLevelCode, Unavailable
from models.positions import parse_position
from subscriptions.feed import Feed
from subscriptions.followed_operation import FollowedOperation
from subscriptions.followers import Follower
from subscriptions.live_queries import LiveQueries, LiveQuery, LiveQueryPlan, Payment
from subscriptions.live_query_subscribers import LiveQuerySubscriber
from subscriptions.renderers import ChangeRenderer, QueryRenderer
from subscriptions.sources import ChangeSource, QuerySource
from subscriptions.streams import Stream

SubscriptionKey = tuple[str, str | None, str, Rights, Hashable]
"""A document, the name of its operation, the variables as JSON, the rights to read, and the bounds
of the rows that are visible."""
StreamKey = tuple[SubscriptionKey, int]
"""With the number of times that the log was put back: who comes then begins another stream."""


class SubscriptionRegistry:
    """The streams and the live queries that are followed in this process now."""

    def __init__(
        self, schema: Schema, preparation: Preparation, make_context: MakeContext, feed: Feed
    ) -> None:
        self._schema, self._preparation = schema, preparation
        self._make_context, self._feed = make_context, feed
        self._opening: dict[StreamKey, asyncio.Task[Stream]] = {}
        # Only followers hold them, so that each is freed with its last follower.
        self._streams: WeakValueDictionary[StreamKey, Stream] = WeakValueDictionary()
        self._live_queries = LiveQueries(feed)
        self._queries: WeakValueDictionary[SubscriptionKey, LiveQuery] = WeakValueDictionary()

    async def follower(
        self,
        operation: Operation,
        variables: Mapping[str, Any],
        viewer: Viewer,
        resume_at: int | None = None,
        client: Hashable | None = None,
        pay: Payment | None = None,
    ) -> Follower | LiveQuerySubscriber:
        """Return a new follower; `resume_at` takes the place of `after`.

        A live query that begins here is paid for with `pay` each time that it runs again.

        Raises InvalidOperation, DomainError, and Unavailable.
        """
        variables = operation.known_variables(variables)
        key = _subscription_key(operation, variables, viewer)
        stream_key = (key, self._feed.rewind_count)
        request = SubscriptionRequest(operation, variables, viewer, client)
        try:
            after: int | None = _after(operation, variables)
        except (KeyError, ValueError):
            source = await self._source(request)
            if isinstance(source, QuerySource):
                query = await self._live_query(source, request, pay)
                return LiveQuerySubscriber(self._queries.setdefault(key, query))
            stream, after = await self._stream(source, request), source.after
            stream = self._streams.setdefault(stream_key, stream)
        else:
            stream = self._streams.get(stream_key) or await self._open_once(stream_key, request)
        return Follower(stream, after if resume_at is None else resume_at)

    def follower_count(
        self, document: str, name: str, variables: Mapping[str, Any], viewer: Viewer
    ) -> int:
        """Return how many follow changes in this process as the viewer would, by an operation of a
        document. `variables` are those that it declares, without `after`."""
        key = (document, name, _json(variables), viewer.reads, viewer.row_bounds)
        stream = self._streams.get((key, self._feed.rewind_count))
        return 0 if stream is None else stream.follower_count

    async def _open_once(self, key: StreamKey, request: "SubscriptionRequest") -> Stream:
        """Open a stream once for all who wait: thousands come back together after a restart."""
        opening = self._opening.get(key)
        if opening is None:
            opening = asyncio.create_task(self._open(request), name="opening")
            opening.add_done_callback(lambda task: self._forget_opening(key, task))
            self._opening[key] = opening
        return self._streams.setdefault(key, await asyncio.shield(opening))

    def _forget_opening(self, key: StreamKey, opening: "asyncio.Task[Stream]") -> None:
        del self._opening[key]
        if not opening.cancelled():
            opening.exception()  # counts as retrieved, even if all callers were cancelled

    async def _open(self, request: "SubscriptionRequest") -> Stream:
        source = await self._source(request)
        assert isinstance(source, ChangeSource), "no other source takes a position"
        return await self._stream(source, request)

    async def _source(self, request: "SubscriptionRequest") -> ChangeSource | QuerySource:
        context = self._make_context(request.viewer)
        return await source_of(self._schema, request.operation, request.variables, context)

    async def _stream(self, source: ChangeSource, request: "SubscriptionRequest") -> Stream:
        renderer = ChangeRenderer(self._schema.plans, self._followed(request))
        await renderer.prepare()
        is_cached = not request.viewer.is_partner
        return Stream(self._feed, source.selection, renderer.render, is_cached=is_cached)

    async def _live_query(
        self, source: QuerySource, request: "SubscriptionRequest", pay: Payment | None
    ) -> LiveQuery:
        renderer = QueryRenderer(self._schema.plans, self._followed(request))
        plan = LiveQueryPlan(renderer.render, source.every, await renderer.prepare(), pay)
        return LiveQuery(self._live_queries, plan, request.viewer.key_id)

    def _followed(self, request: "SubscriptionRequest") -> FollowedOperation:
        operation = request.operation
        return FollowedOperation(
            self._preparation,
            operation.text,
            operation.name,
            _json(request.variables),
            request.viewer,
            request.client,
        )


@dataclass(frozen=True, slots=True)
class SubscriptionRequest:
    """An operation that somebody wants to follow."""

    operation: Operation
    variables: Mapping[str, Any]
    viewer: Viewer
    client: Hashable | None


async def source_of(
    schema: Schema, operation: Operation, variables: Mapping[str, Any], context: RequestContext
) -> ChangeSource | QuerySource:
    """Return the source that the root field gives. Raises InvalidOperation and Unavailable."""
    if refusal := find_refusal(schema.core, operation, context.viewer):
        raise InvalidOperation([*refusal.errors])
    executor = SubscriptionExecutor.build(
        schema.core,
        operation.document,
        context_value=context,
        raw_variable_values=dict(variables),
        operation_name=operation.name,
    )
    if isinstance(executor, list):
        raise InvalidOperation(executor)
    result: Any = create_source_event_stream(executor)
    if isawaitable(result):
        result = await result
    if isinstance(result, ExecutionResult):
        _raise_outage(result)
        raise InvalidOperation(result.errors or [])
    source: ChangeSource | QuerySource = result
    return source


class SubscriptionExecutor(Executor[Any]):
    """An executor without `@defer` and `@stream`, which Strawberry's own prepares for each call."""

    operation_extensions = None
    build_resolve_info = StrawberryGraphQLCoreExecutionContext.build_resolve_info


def _subscription_key(
    operation: Operation, variables: Mapping[str, Any], viewer: Viewer
) -> SubscriptionKey:
    """Return the key of equal subscriptions.

    Raises InvalidOperation: JSON that could be read may be nested too deep to be written.
    """
    others = {name: value for name, value in variables.items() if name != operation.after_variable}
    return operation.text, operation.name, _json(others), viewer.reads, viewer.row_bounds


def _json(variables: Mapping[str, Any]) -> str:
    """Return the variables as JSON. Raises InvalidOperation."""
    try:
        # A string takes only the memory it needs; the bytes keep the encoder's whole buffer.
        return orjson.dumps(variables, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:
        message = "The variables are nested too deep."
        raise InvalidOperation(
            [GraphQLError(message, extensions={"code": TopLevelCode.INVALID})]
        ) from None


def _after(operation: Operation, variables: Mapping[str, Any]) -> int:
    """Return the position after which to follow.

    Raises KeyError or ValueError if only the executor can find it out.
    """
    after = None if operation.after_variable is None else variables[operation.after_variable]
    if after is None:
        raise KeyError
    return parse_position(after)


def _raise_outage(result: ExecutionResult) -> None:
    """Raise Unavailable if the source is missing only because the database is away."""
    if any(is_outage(error.original_error) for error in result.errors or ()):
        raise Unavailable
