"""Sharing: subscriptions that ask alike follow one stream, or one live question; what they are sent
is made once.

Alike are the same operation, the same variables but for `after`, and the same rights.
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
from engine.schema import Schema
from errors import Unavailable
from models.positions import parse_position
from subscriptions.feed import Feed
from subscriptions.followers import Follower
from subscriptions.live_queries import LiveQueries, LiveQuery, LiveQueryPlan
from subscriptions.live_query_subscribers import LiveQuerySubscriber
from subscriptions.renderers import ChangeRenderer, QueryRenderer
from subscriptions.sources import ChangeSource, QuerySource
from subscriptions.streams import Stream

SubscriptionKey = tuple[Operation, str, frozenset[Scope]]


class SubscriptionRegistry:
    """The streams and the live questions that are followed in this process now."""

    def __init__(self, schema: Schema, make_context: MakeContext, feed: Feed) -> None:
        self._schema, self._make_context, self._feed = schema, make_context, feed
        self._opening: dict[SubscriptionKey, asyncio.Task[Stream]] = {}
        # They are held by their followers.
        self._streams: WeakValueDictionary[SubscriptionKey, Stream] = WeakValueDictionary()
        self._asked = LiveQueries(feed)
        self._questions: WeakValueDictionary[SubscriptionKey, LiveQuery] = WeakValueDictionary()

    async def follower(
        self,
        operation: Operation,
        variables: Mapping[str, Any],
        viewer: Viewer,
        resume_at: int | None = None,
    ) -> Follower | LiveQuerySubscriber:
        """One more follower; `resume_at` takes the place of `after`.

        Raises InvalidOperation, Refusal, and Unavailable.
        """
        variables = operation.known_variables(variables)
        likeness = _likeness(operation, variables, viewer)
        try:
            after: int | None = _after(operation, variables)
        except (KeyError, ValueError):
            source = await self._source(operation, variables, viewer)
            if isinstance(source, QuerySource):
                question = self._question(source, operation, variables, viewer)
                return LiveQuerySubscriber(self._questions.setdefault(likeness, question))
            stream, after = self._stream(source, operation, variables, viewer), source.after
            stream = self._streams.setdefault(likeness, stream)
        else:
            stream = self._streams.get(likeness) or await self._opened_once(
                likeness, operation, variables, viewer
            )
        return Follower(stream, after if resume_at is None else resume_at)

    async def _opened_once(
        self,
        likeness: SubscriptionKey,
        operation: Operation,
        variables: Mapping[str, Any],
        viewer: Viewer,
    ) -> Stream:
        """After a restart thousands come back at once: the first one asks, and all are told."""
        opening = self._opening.get(likeness)
        if opening is None:
            opening = asyncio.create_task(self._open(operation, variables, viewer), name="opening")
            opening.add_done_callback(lambda done: self._close_opening(likeness, done))
            self._opening[likeness] = opening
        return self._streams.setdefault(likeness, await asyncio.shield(opening))

    def _close_opening(self, likeness: SubscriptionKey, opening: "asyncio.Task[Stream]") -> None:
        del self._opening[likeness]
        if not opening.cancelled():
            opening.exception()  # seen: all who source to hear it may have left

    async def _open(
        self, operation: Operation, variables: Mapping[str, Any], viewer: Viewer
    ) -> Stream:
        source = await self._source(operation, variables, viewer)
        assert isinstance(source, ChangeSource), "nothing else takes a position"
        return self._stream(source, operation, variables, viewer)

    async def _source(
        self, operation: Operation, variables: Mapping[str, Any], viewer: Viewer
    ) -> ChangeSource | QuerySource:
        return await source_of(self._schema, operation, variables, self._make_context(viewer))

    def _stream(
        self,
        source: ChangeSource,
        operation: Operation,
        variables: Mapping[str, Any],
        viewer: Viewer,
    ) -> Stream:
        wording = ChangeRenderer(self._schema, operation, variables, viewer)
        return Stream(self._feed, source.selection, wording.render)

    def _question(
        self,
        source: QuerySource,
        operation: Operation,
        variables: Mapping[str, Any],
        viewer: Viewer,
    ) -> LiveQuery:
        wording = QueryRenderer(self._schema, operation, variables, viewer)
        asking = LiveQueryPlan(wording.answer, source.every, wording.is_by_clock)
        return LiveQuery(self._asked, asking)


async def source_of(
    schema: Schema, operation: Operation, variables: Mapping[str, Any], context: RequestContext
) -> ChangeSource | QuerySource:
    """What a subscription asks for. Raises InvalidOperation and Unavailable."""
    executor = SubscriptionExecutor.build(
        schema.core,
        operation.document,
        context_value=context,
        raw_variable_values=dict(variables),
        operation_name=operation.name,
    )
    if isinstance(executor, list):
        raise InvalidOperation(executor)
    found: Any = create_source_event_stream(executor)
    if isawaitable(found):
        found = await found
    if isinstance(found, ExecutionResult):
        _demand_no_outage(found)
        raise InvalidOperation(found.errors or [])
    source: ChangeSource | QuerySource = found
    return source


class SubscriptionExecutor(Executor[Any]):
    """Without `@defer` and `@stream`, which no subscription has; Strawberry's own prepares them."""

    operation_extensions = None
    build_resolve_info = StrawberryGraphQLCoreExecutionContext.build_resolve_info


def _likeness(
    operation: Operation, variables: Mapping[str, Any], viewer: Viewer
) -> SubscriptionKey:
    """Raises InvalidOperation: what was read may be nested deeper than what can be written."""
    others = {name: value for name, value in variables.items() if name != operation.after_variable}
    try:
        # As text, which takes the room that it needs; the bytes keep the encoder's whole buffer.
        said = orjson.dumps(others, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:
        message = "The variables are nested too deep."
        raise InvalidOperation([GraphQLError(message, extensions={"code": "INVALID"})]) from None
    return operation, said, viewer.reads


def _after(operation: Operation, variables: Mapping[str, Any]) -> int:
    """Raises KeyError or ValueError where only the executor can tell."""
    after = None if operation.after_variable is None else variables[operation.after_variable]
    if after is None:
        raise KeyError
    return parse_position(after)


def _demand_no_outage(result: ExecutionResult) -> None:
    """Raises Unavailable: what lacks only because the database is away is no answer."""
    if any(is_outage(error.original_error) for error in result.errors or ()):
        raise Unavailable
