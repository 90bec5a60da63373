"""The subscription registry: equal subscriptions share one stream or one live query.

Subscriptions are equal if they have the same operation, the same variables (without `after`) and
the same rights. What they are sent is rendered once for all of them.
"""

import asyncio
from collections.abc import Mapping
from inspect import isawaitable
from typing import Any
from weakref import WeakValueDictionary

import orjson
from graphql import ExecutionResult, GraphQLError
from graphql.execution import Executor, create_source_event_stream
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from access.scopes import Scope
from access.viewer import Viewer
from database.outages import is_outage
from engine.context import MakeContext, RequestContext
from engine.operations import InvalidOperation, Operation
from engine.planning.root_refusals import find_refusal
from engine.schema import Schema
from errors import Unavailable
from models.positions import parse_position
from runtime.turns import let_others_run
from subscriptions.feed import Feed
from subscriptions.followers import Follower
from subscriptions.live_queries import LiveQueries, LiveQuery, LiveQueryPlan
from subscriptions.live_query_subscribers import LiveQuerySubscriber
from subscriptions.renderers import ChangeRenderer, QueryRenderer
from subscriptions.sources import ChangeSource, QuerySource
from subscriptions.streams import Stream

SubscriptionKey = tuple[Operation, str, frozenset[Scope]]
StreamKey = tuple[SubscriptionKey, int]
"""With the number of times that the log was put back: who comes then begins another stream."""


class SubscriptionRegistry:
    """The streams and the live queries that are followed in this process now."""

    def __init__(self, schema: Schema, make_context: MakeContext, feed: Feed) -> None:
        self._schema, self._make_context, self._feed = schema, make_context, feed
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
    ) -> Follower | LiveQuerySubscriber:
        """Return a new follower; `resume_at` takes the place of `after`.

        Raises InvalidOperation, DomainError, and Unavailable.
        """
        variables = operation.known_variables(variables)
        key = _subscription_key(operation, variables, viewer)
        stream_key = (key, self._feed.rewind_count)
        try:
            after: int | None = _after(operation, variables)
        except (KeyError, ValueError):
            source = await self._source(operation, variables, viewer)
            if isinstance(source, QuerySource):
                query = self._live_query(source, operation, variables, viewer)
                return LiveQuerySubscriber(self._queries.setdefault(key, query))
            stream, after = self._stream(source, operation, variables, viewer), source.after
            stream = self._streams.setdefault(stream_key, stream)
        else:
            stream = self._streams.get(stream_key) or await self._open_once(
                stream_key, operation, variables, viewer
            )
        return Follower(stream, after if resume_at is None else resume_at)

    async def _open_once(
        self,
        key: StreamKey,
        operation: Operation,
        variables: Mapping[str, Any],
        viewer: Viewer,
    ) -> Stream:
        """Open a stream once for all who wait: thousands come back together after a restart."""
        opening = self._opening.get(key)
        if opening is None:
            opening = asyncio.create_task(self._open(operation, variables, viewer), name="opening")
            opening.add_done_callback(lambda task: self._forget_opening(key, task))
            self._opening[key] = opening
        return self._streams.setdefault(key, await asyncio.shield(opening))

    def _forget_opening(self, key: StreamKey, opening: "asyncio.Task[Stream]") -> None:
        del self._opening[key]
        if not opening.cancelled():
            opening.exception()  # counts as retrieved, even if all callers were cancelled

    async def _open(
        self, operation: Operation, variables: Mapping[str, Any], viewer: Viewer
    ) -> Stream:
        source = await self._source(operation, variables, viewer)
        assert isinstance(source, ChangeSource), "no other source takes a position"
        return self._stream(source, operation, variables, viewer)

    async def _source(
        self, operation: Operation, variables: Mapping[str, Any], viewer: Viewer
    ) -> ChangeSource | QuerySource:
        if not operation.plans:
            # Planning a new document takes as long as its validation took: others come in between.
            await let_others_run()
        return await source_of(self._schema, operation, variables, self._make_context(viewer))

    def _stream(
        self,
        source: ChangeSource,
        operation: Operation,
        variables: Mapping[str, Any],
        viewer: Viewer,
    ) -> Stream:
        renderer = ChangeRenderer(self._schema, operation, variables, viewer)
        return Stream(self._feed, source.selection, renderer.render)

    def _live_query(
        self,
        source: QuerySource,
        operation: Operation,
        variables: Mapping[str, Any],
        viewer: Viewer,
    ) -> LiveQuery:
        renderer = QueryRenderer(self._schema, operation, variables, viewer)
        plan = LiveQueryPlan(renderer.render, source.every, renderer.is_by_clock)
        return LiveQuery(self._live_queries, plan)


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
    try:
        # A string takes only the memory it needs; the bytes keep the encoder's whole buffer.
        text = orjson.dumps(others, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:
        message = "The variables are nested too deep."
        raise InvalidOperation([GraphQLError(message, extensions={"code": "INVALID"})]) from None
    return operation, text, viewer.reads


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
