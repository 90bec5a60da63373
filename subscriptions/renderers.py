"""Wording: what followers are sent, made by the plan of their subscription.

It may be asked for days, so it holds only what it must.
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
    """Of changes."""

    __slots__ = ("_plan", "_values", "_viewer")

    def __init__(
        self, schema: Schema, operation: Operation, variables: Mapping[str, Any], viewer: Viewer
    ) -> None:
        """Raises InvalidOperation."""
        self._values, self._viewer = _values(operation, variables), viewer
        self._plan = schema.plans.change_plan(operation, self._values, viewer)

    async def render(self, changes: Sequence[Change]) -> list[str]:
        """What they need besides themselves is read in one statement. Raises Unavailable."""
        try:
            return await self._worded(changes)
        except Exception as error:
            if is_outage(error):
                raise
            if len(changes) == 1:
                return [_failed(self._plan.key, error)]
        # Together they may be more than one answer may hold, and what fails for one of them fails
        # for all that are read with it.
        half = len(changes) // 2
        return [*await self.render(changes[:half]), *await self.render(changes[half:])]

    async def _worded(self, changes: Sequence[Change]) -> list[str]:
        reader = Reader(self._viewer, datetime.now(UTC))
        path = (self._plan.key,)
        answers = await self._plan.read_rows(changes, self._values, reader, path)
        return [_body(self._plan.key, answered) for answered in answers]


class QueryRenderer:
    """Of the answers to a live question."""

    __slots__ = ("_arguments", "_key", "_moments", "_plan", "_values", "_viewer", "is_by_clock")

    def __init__(
        self, schema: Schema, operation: Operation, variables: Mapping[str, Any], viewer: Viewer
    ) -> None:
        """Raises InvalidOperation, and DomainError."""
        self._values, self._viewer = _values(operation, variables), viewer
        root = schema.plans.live_query(operation, self._values, viewer)
        assert isinstance(root.plan, StatsPlan), "its viewer may ask it"
        assert root.field.arguments is not None, "it takes some"
        self._key, self._plan = root.field.key, root.plan
        self._arguments = root.field.arguments(self._values)
        self._moments = [one.key for one in root.field.selected("asOf")]
        self.is_by_clock = is_by_clock(root.field, self._arguments)

    async def answer(self) -> QueryResult:
        """As of now. Raises DomainError and Unavailable; a mistake of ours is what is answered."""
        reader = Reader(self._viewer, datetime.now(UTC))
        try:
            answered = await self._plan.read(self._arguments, self._values, reader)
        except Exception as error:
            if isinstance(error, DomainError) or is_outage(error):
                raise
            body = _failed(self._key, error)
            return QueryResult(body, _mark(body))
        assert answered.json is not None, "there is always something to say"
        return QueryResult(_body(self._key, answered), _mark(self._timeless(answered.json)))

    def _timeless(self, said: str | bytes) -> str | bytes:
        """What is said, but for when it was so."""
        if not self._moments:
            return said
        shown = orjson.loads(said)
        return orjson.dumps({key: shown[key] for key in shown if key not in self._moments})


def _values(operation: Operation, variables: Mapping[str, Any]) -> VariableValues:
    """Raises InvalidOperation."""
    values = operation.variables.coerce(variables)
    if isinstance(values, list):
        raise InvalidOperation(values)
    return values


def _failed(key: str, error: Exception) -> str:
    placed = GraphQLError(str(error), path=[key], original_error=error)
    return encode_message(None, error_formatting.format_and_log([placed]))


def _body(key: str, answered: FieldResult) -> str:
    errors = [error_from_missing(one) for one in answered.missing]
    shown = None if answered.json is None else orjson.Fragment(answered.json)
    data = None if shown is None else {key: shown}
    return encode_message(data, error_formatting.format_and_log(errors))


def _mark(said: str | bytes) -> bytes:
    return sha256(said.encode() if isinstance(said, str) else said).digest()
