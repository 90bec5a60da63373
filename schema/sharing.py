"""Sharing: subscriptions that ask alike follow one stream, in which a change is worded once.

Alike are the same operation, the same variables but for `after`, and the same rights.
"""

from collections.abc import Mapping
from inspect import isawaitable
from typing import Any
from weakref import WeakValueDictionary

import orjson
from graphql import ExecutionResult
from graphql.execution import Executor, create_source_event_stream

from auth import Scope, Viewer
from errors import Unavailable
from models.changes import Change
from models.outages import is_outage
from schema import masking
from schema.build import Schema
from schema.context import Context, take_new_loaders
from schema.encoding import encoded
from schema.operations import Operation, Refused
from schema.scalars import parse_position
from subscriptions.feed import Feed
from subscriptions.followers import Follower
from subscriptions.streams import Render, Stream
from tracking.acts import Tracker

Likeness = tuple[Operation, bytes, frozenset[Scope]]


class Subscriptions:
    """The streams that are followed in this process now."""

    def __init__(self, schema: Schema, tracker: Tracker, feed: Feed) -> None:
        self._schema, self._tracker, self._feed = schema, tracker, feed
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
        likeness = _likeness(operation, variables, viewer)
        try:
            after = _after(operation, variables)
            stream = self._streams[likeness]
        except (KeyError, ValueError):
            stream, after = await self._open(operation, variables, viewer)
            stream = self._streams.setdefault(likeness, stream)
        return Follower(stream, after if resume_at is None else resume_at)

    async def _open(
        self, operation: Operation, variables: Mapping[str, Any], viewer: Viewer
    ) -> tuple[Stream, int | None]:
        executor = self._executor(operation, variables, viewer)
        take_new_loaders()
        wanted: Any = create_source_event_stream(executor)
        if isawaitable(wanted):
            wanted = await wanted
        if isinstance(wanted, ExecutionResult):
            _demand_no_outage(wanted)
            raise Refused(wanted.errors or [])
        return Stream(self._feed, wanted.selection, _wording(executor)), wanted.after

    def _executor(
        self, operation: Operation, variables: Mapping[str, Any], viewer: Viewer
    ) -> Executor[Any]:
        executor = self._schema.execution_context_class.build(
            self._schema.core,
            operation.document,
            context_value=Context(self._tracker, viewer),
            raw_variable_values=dict(variables),
            operation_name=operation.name,
        )
        if isinstance(executor, list):
            raise Refused(executor)
        return executor


def _likeness(operation: Operation, variables: Mapping[str, Any], viewer: Viewer) -> Likeness:
    others = {name: value for name, value in variables.items() if name != operation.after_variable}
    return operation, orjson.dumps(others, option=orjson.OPT_SORT_KEYS), viewer.scopes


def _after(operation: Operation, variables: Mapping[str, Any]) -> int | None:
    """Raises KeyError or ValueError where only the executor can tell."""
    after = variables[operation.after_variable or ""]
    return None if after is None else parse_position(after)


def _wording(executor: Executor[Any]) -> Render:
    async def render(change: Change) -> str:
        take_new_loaders()
        result: Any = executor.build_per_event_executor(change).execute_operation(False)
        if isawaitable(result):
            result = await result
        _demand_no_outage(result)
        return encoded(result.data, masking.shown_and_logged(result.errors or []))

    return render


def _demand_no_outage(result: ExecutionResult) -> None:
    """Raises Unavailable: what lacks only because the database is away is no answer."""
    if any(is_outage(error.original_error) for error in result.errors or ()):
        raise Unavailable
