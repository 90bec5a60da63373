"""Renderers: make what followers are sent, by the plan of their subscription.

A renderer lives as long as its subscription, for days perhaps, so it keeps no state of a request.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson
from graphql import GraphQLError
from graphql.execution.values import VariableValues

from access.viewer import Viewer
from database.outages import is_outage
from engine import error_formatting
from engine.operations import InvalidOperation, Operation
from engine.planning.field_errors import error_from_missing
from engine.responses import encode_message
from engine.schema import Schema
from engine.sql.plan import FieldResult
from engine.sql.selection import Reader
from errors import DomainError
from models.changes import Change
from resolvers.stats.clock import is_by_clock
from resolvers.stats.stats_plan import StatsPlan
from subscriptions.live_queries import QueryResult


class ChangeRenderer:
    """Renders changes of the log."""

    __slots__ = ("_plan", "_values", "_viewer")

    def __init__(
        self, schema: Schema, operation: Operation, variables: Mapping[str, Any], viewer: Viewer
    ) -> None:
        """Plan the operation. Raises InvalidOperation."""
        self._values, self._viewer = _coerced_values(operation, variables), viewer
        self._plan = schema.plans.change_plan(operation, self._values, viewer)

    async def render(self, changes: Sequence[Change]) -> list[str]:
        """Return a body for each change, with one statement for all of them. Raises Unavailable."""
        try:
            return await self._render_together(changes)
        except Exception as error:
            if is_outage(error):
                raise
            if len(changes) == 1:
                return [_failed(self._plan.key, error)]
        # Together they may exceed the limit of one answer, and what fails for one of them fails for
        # all that are read with it.
        half = len(changes) // 2
        return [*await self.render(changes[:half]), *await self.render(changes[half:])]

    async def _render_together(self, changes: Sequence[Change]) -> list[str]:
        reader = Reader(self._viewer, datetime.now(UTC))
        path = (self._plan.key,)
        results = await self._plan.read_rows(changes, self._values, reader, path)
        return [_body(self._plan.key, result) for result in results]


class QueryRenderer:
    """Renders the results of a live query."""

    __slots__ = ("_arguments", "_key", "_moment_keys", "_plan", "_values", "_viewer", "is_by_clock")

    def __init__(
        self, schema: Schema, operation: Operation, variables: Mapping[str, Any], viewer: Viewer
    ) -> None:
        """Plan the operation. Raises InvalidOperation, and DomainError."""
        self._values, self._viewer = _coerced_values(operation, variables), viewer
        root = schema.plans.live_query(operation, self._values, viewer)
        assert isinstance(root.plan, StatsPlan), "the viewer may read it"
        assert root.field.arguments is not None, "the field takes arguments"
        self._key, self._plan = root.field.key, root.plan
        self._arguments = root.field.arguments(self._values)
        self._moment_keys = [field.key for field in root.field.selected("asOf")]
        self.is_by_clock = is_by_clock(root.field, self._arguments)

    async def render(self) -> QueryResult:
        """Return the present result, also for a bug. Raises DomainError and Unavailable."""
        reader = Reader(self._viewer, datetime.now(UTC))
        try:
            result = await self._plan.read(self._arguments, self._values, reader)
        except Exception as error:
            if isinstance(error, DomainError) or is_outage(error):
                raise
            body = _failed(self._key, error)
            return QueryResult(body, _mark(body))
        assert result.json is not None, "an aggregate is never null"
        return QueryResult(_body(self._key, result), _mark(self._without_moments(result.json)))

    def _without_moments(self, json: str | bytes) -> str | bytes:
        """Return the JSON without the moment of evaluation, which differs each time."""
        if not self._moment_keys:
            return json
        values = orjson.loads(json)
        return orjson.dumps({key: values[key] for key in values if key not in self._moment_keys})


def _coerced_values(operation: Operation, variables: Mapping[str, Any]) -> VariableValues:
    """Return the variables' coerced values. Raises InvalidOperation."""
    values = operation.variables.coerce(variables)
    if isinstance(values, list):
        raise InvalidOperation(values)
    return values


def _failed(key: str, error: Exception) -> str:
    located = GraphQLError(str(error), path=[key], original_error=error)
    return encode_message(None, error_formatting.format_and_log([located]))


def _body(key: str, result: FieldResult) -> str:
    errors = [error_from_missing(missing) for missing in result.missing]
    data = None if result.json is None else {key: orjson.Fragment(result.json)}
    return encode_message(data, error_formatting.format_and_log(errors))


def _mark(text: str | bytes) -> bytes:
    return sha256(text.encode() if isinstance(text, str) else text).digest()
