"""Sharing: subscriptions that ask alike follow one stream, in which a change is worded once.

Alike are the same operation, the same variables but for `after`, and the same rights.
"""

import asyncio
from collections.abc import Mapping, Sequence
from inspect import isawaitable
from typing import Any
from weakref import WeakValueDictionary

import orjson
from graphql import ExecutionResult, GraphQLError
from graphql.execution import Executor, create_source_event_stream
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from auth import Scope, Viewer
from errors import Forbidden, Unavailable
from models.changes import Change
from models.outages import is_outage
from schema import masking
from schema.build import Schema
from schema.context import Context, own_loaders
from schema.encoding import encoded
from schema.operations import Operation, Refused
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
        wording = Wording(self._schema, operation, variables, Context(self._tracker, viewer))
        wanted = await wording.wanted()
        return Stream(self._feed, wanted.selection, wording.render), wanted.after


class Wording:
    """Executes a subscription for changes. It may wait for days, so it holds only what it must."""

    __slots__ = ("_context", "_operation", "_schema", "_variables")

    def __init__(
        self, schema: Schema, operation: Operation, variables: Mapping[str, Any], context: Context
    ) -> None:
        self._schema, self._operation = schema, operation
        self._variables, self._context = dict(variables), context

    async def wanted(self) -> Wanted:
        """What it asks for. Raises Refused and Unavailable."""
        with own_loaders():
            found: Any = create_source_event_stream(self._executor())
            if isawaitable(found):
                found = await found
        if isinstance(found, ExecutionResult):
            _demand_no_outage(found)
            raise Refused(found.errors or [])
        wanted: Wanted = found
        return wanted

    async def render(self, changes: Sequence[Change]) -> list[str]:
        """What they need is read together. Raises Unavailable."""
        results = await self._execute(changes)
        if len(changes) > 1 and any(_is_spoilt(result) for result in results):
            # Together they may be more than one answer may hold, and what fails for one of them
            # fails for all that are read for with it.
            results = [(await self._execute([change]))[0] for change in changes]
        for result in results:
            _demand_no_outage(result)
        return [_shown(result) for result in results]

    async def _execute(self, changes: Sequence[Change]) -> list[ExecutionResult]:
        with own_loaders():
            executor = self._executor()
            begun = [executor.build_per_event_executor(one).execute_operation() for one in changes]
            results: Any = await asyncio.gather(*(_finished(one) for one in begun))
        return list(results)

    def _executor(self) -> Executor[Any]:
        """Raises Refused."""
        executor = SubscriptionExecutor.build(
            self._schema.core,
            self._operation.document,
            context_value=self._context,
            raw_variable_values=self._variables,
            operation_name=self._operation.name,
        )
        if isinstance(executor, list):
            raise Refused(executor)
        return executor


class SubscriptionExecutor(Executor[Any]):
    """Without `@defer` and `@stream`, which no subscription has; Strawberry's own prepares them."""

    operation_extensions = None
    build_resolve_info = StrawberryGraphQLCoreExecutionContext.build_resolve_info


async def _finished(result: Any) -> ExecutionResult:
    finished: ExecutionResult = await result if isawaitable(result) else result
    return finished


def _shown(result: ExecutionResult) -> str:
    return encoded(result.data, masking.shown_and_logged(result.errors or []))


def _is_spoilt(result: ExecutionResult) -> bool:
    """Whether it lacks more than what its reader may not see."""
    return any(not isinstance(one.original_error, Forbidden) for one in result.errors or ())


def _likeness(operation: Operation, variables: Mapping[str, Any], viewer: Viewer) -> Likeness:
    """Raises Refused: what was read may be nested deeper than what can be written."""
    others = {name: value for name, value in variables.items() if name != operation.after_variable}
    try:
        # As text, which takes the room that it needs; the bytes keep the encoder's whole buffer.
        said = orjson.dumps(others, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:
        message = "The variables are nested too deep."
        raise Refused([GraphQLError(message, extensions={"code": "INVALID"})]) from None
    return operation, said, viewer.scopes


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
