"""Sharing: subscriptions that ask alike follow one stream, in which a change is worded once.

Alike are the same operation, the same variables but for `after`, and the same rights.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from inspect import isawaitable
from typing import Any
from weakref import WeakValueDictionary

import orjson
from graphql import ExecutionResult, GraphQLError
from graphql.execution import Executor, create_source_event_stream
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from auth import Scope, Viewer
from errors import Unavailable
from models.changes import Change
from models.outages import is_outage
from resolvers.plans.plan import Answered
from resolvers.plans.selection import Reader
from schema import masking
from schema.build import Schema
from schema.context import Context
from schema.encoding import encoded
from schema.operations import Operation, Refused
from schema.planning.errors import error_of
from schema.scalars import parse_position
from schema.subscriptions import Wanted
from subscriptions.feed import Feed
from subscriptions.followers import Follower
from subscriptions.streams import Stream
from tracking.acts import Tracker

Likeness = tuple[Operation, str, frozenset[Scope]]
Opened = tuple[Stream, int | None]


class Subscriptions:
    """The streams that are followed in this process now."""

    def __init__(self, schema: Schema, tracker: Tracker, feed: Feed) -> None:
        self._schema, self._tracker, self._feed = schema, tracker, feed
        self._opening: dict[Likeness, asyncio.Task[Opened]] = {}
        # A stream is held by its followers.
        self._streams: WeakValueDictionary[Likeness, Stream] = WeakValueDictionary()

    async def follower(
        self,
        operation: Operation,
        variables: Mapping[str, Any],
        viewer: Viewer,
        resume_at: int | None = None,
    ) -> Follower:
        """One more follower; `resume_at` takes the place of `after`. Raises Refused."""
        variables = operation.declared(variables)
        likeness = _likeness(operation, variables, viewer)
        try:
            after: int | None = _after(operation, variables)
        except (KeyError, ValueError):
            stream, after = await self._open(operation, variables, viewer)
            stream = self._streams.setdefault(likeness, stream)
        else:
            stream = self._streams.get(likeness) or await self._opened_once(
                likeness, operation, variables, viewer
            )
        return Follower(stream, after if resume_at is None else resume_at)

    async def _opened_once(
        self,
        likeness: Likeness,
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
        stream, _ = await asyncio.shield(opening)
        return self._streams.setdefault(likeness, stream)

    def _close_opening(self, likeness: Likeness, opening: "asyncio.Task[Opened]") -> None:
        del self._opening[likeness]
        if not opening.cancelled():
            opening.exception()  # seen: all who wanted to hear it may have left

    async def _open(
        self, operation: Operation, variables: Mapping[str, Any], viewer: Viewer
    ) -> Opened:
        context = Context(self._tracker, viewer)
        wanted = await wanted_by(self._schema, operation, variables, context)
        wording = Wording(self._schema, operation, variables, viewer)
        return Stream(self._feed, wanted.selection, wording.render), wanted.after


class Wording:
    """Words changes for a subscription. It may wait for days, so it holds only what it must."""

    __slots__ = ("_plan", "_values", "_viewer")

    def __init__(
        self, schema: Schema, operation: Operation, variables: Mapping[str, Any], viewer: Viewer
    ) -> None:
        """Raises Refused."""
        values = operation.variables.values(variables)
        if isinstance(values, list):
            raise Refused(values)
        self._values, self._viewer = values, viewer
        self._plan = schema.plans.changes(operation, values, viewer)

    async def render(self, changes: Sequence[Change]) -> list[str]:
        """What they need besides themselves is read in one statement. Raises Unavailable."""
        try:
            return await self._worded(changes)
        except Exception as error:
            if is_outage(error):
                raise
            if len(changes) == 1:
                return [self._failed(error)]
        # Together they may be more than one answer may hold, and what fails for one of them fails
        # for all that are read with it.
        half = len(changes) // 2
        return [*await self.render(changes[:half]), *await self.render(changes[half:])]

    async def _worded(self, changes: Sequence[Change]) -> list[str]:
        reader = Reader(self._viewer, datetime.now(UTC))
        path = (self._plan.key,)
        answers = await self._plan.read_rows(changes, self._values, reader, path)
        return [self._body(answered) for answered in answers]

    def _failed(self, error: Exception) -> str:
        placed = GraphQLError(str(error), path=[self._plan.key], original_error=error)
        return encoded(None, masking.shown_and_logged([placed]))

    def _body(self, answered: Answered) -> str:
        errors = [error_of(one) for one in answered.missing]
        shown = None if answered.json is None else orjson.Fragment(answered.json)
        data = None if shown is None else {self._plan.key: shown}
        return encoded(data, masking.shown_and_logged(errors))


async def wanted_by(
    schema: Schema, operation: Operation, variables: Mapping[str, Any], context: Context
) -> Wanted:
    """What a subscription asks for. Raises Refused and Unavailable."""
    executor = SubscriptionExecutor.build(
        schema.core,
        operation.document,
        context_value=context,
        raw_variable_values=dict(variables),
        operation_name=operation.name,
    )
    if isinstance(executor, list):
        raise Refused(executor)
    found: Any = create_source_event_stream(executor)
    if isawaitable(found):
        found = await found
    if isinstance(found, ExecutionResult):
        _demand_no_outage(found)
        raise Refused(found.errors or [])
    wanted: Wanted = found
    return wanted


class SubscriptionExecutor(Executor[Any]):
    """Without `@defer` and `@stream`, which no subscription has; Strawberry's own prepares them."""

    operation_extensions = None
    build_resolve_info = StrawberryGraphQLCoreExecutionContext.build_resolve_info


def _likeness(operation: Operation, variables: Mapping[str, Any], viewer: Viewer) -> Likeness:
    """Raises Refused: what was read may be nested deeper than what can be written."""
    others = {name: value for name, value in variables.items() if name != operation.after_variable}
    try:
        # As text, which takes the room that it needs; the bytes keep the encoder's whole buffer.
        said = orjson.dumps(others, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:
        message = "The variables are nested too deep."
        raise Refused([GraphQLError(message, extensions={"code": "INVALID"})]) from None
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
