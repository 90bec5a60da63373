"""Renderers: make what followers are sent, by the plan of their subscription.

A renderer lives as long as its subscription, for days perhaps, so it keeps neither a plan nor the
state of a request.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

import orjson
from graphql import GraphQLError
from graphql.execution.values import VariableValues

from database.outages import is_outage
from engine import error_formatting
from engine.planning.field_errors import error_from_missing
from engine.planning.plan_cache import PlanCache, RootField
from engine.responses import encode_message
from engine.sql.plan import FieldResult, Plan
from engine.sql.selection import Arguments, Reader
from errors import DomainError
from models.changes import Change
from resolvers.stats.clock import is_by_clock
from resolvers.stats.stats_plan import StatsPlan
from subscriptions.followed_operation import FollowedOperation
from subscriptions.live_queries import QueryResult
from subscriptions.queues import HIDDEN


class ChangeRenderer:
    """Renders changes of the log."""

    __slots__ = ("_operation", "_plans")

    def __init__(self, plans: PlanCache, operation: FollowedOperation) -> None:
        self._plans, self._operation = plans, operation

    async def prepare(self) -> None:
        """Plan the operation. Raises InvalidOperation and TooManyRequests."""
        await self._operation.planned(self._plans.change_plan, is_new=True)

    async def render(self, changes: Sequence[Change]) -> list[str]:
        """Return a body for each change, with one statement for all of them.

        It is HIDDEN for a change that the viewer's bounds leave out. Raises Unavailable.
        """
        plan, values = await self._operation.planned(self._plans.change_plan)
        return await self._render(changes, plan, values)

    async def _render(
        self, changes: Sequence[Change], plan: Plan, values: VariableValues
    ) -> list[str]:
        try:
            return await self._render_together(changes, plan, values)
        except Exception as error:
            if is_outage(error):
                raise
            if len(changes) == 1:
                return [_failed(plan.key, error)]
        # Together they may exceed the limit of one answer, and what fails for one of them fails for
        # all that are read with it.
        half = len(changes) // 2
        return [
            *await self._render(changes[:half], plan, values),
            *await self._render(changes[half:], plan, values),
        ]

    async def _render_together(
        self, changes: Sequence[Change], plan: Plan, values: VariableValues
    ) -> list[str]:
        reader = Reader(self._operation.viewer, datetime.now(UTC))
        results = await plan.read_rows(changes, values, reader, (plan.key,))
        return [
            HIDDEN if reader.viewer.is_partner and _is_absent(result) else _body(plan.key, result)
            for result in results
        ]


class QueryRenderer:
    """Renders the results of a live query."""

    __slots__ = ("_operation", "_plans")

    def __init__(self, plans: PlanCache, operation: FollowedOperation) -> None:
        self._plans, self._operation = plans, operation

    async def prepare(self) -> bool:
        """Plan the operation, and return whether its results change with the time alone.

        Raises InvalidOperation, TooManyRequests, and DomainError.
        """
        root, values = await self._operation.planned(self._plans.live_query, is_new=True)
        return is_by_clock(root.field, _arguments(root, values))

    async def render(self) -> QueryResult:
        """Return the present result, also for a bug. Raises DomainError and Unavailable."""
        root, values = await self._operation.planned(self._plans.live_query)
        key = root.field.key
        try:
            result = await self._read(root, values)
        except Exception as error:
            if isinstance(error, DomainError) or is_outage(error):
                raise
            body = _failed(key, error)
            return QueryResult(body, _mark(body))
        assert result.json is not None, "an aggregate is never null"
        return QueryResult(_body(key, result), _mark(_without_moments(root, result.json)))

    async def _read(self, root: RootField, values: VariableValues) -> FieldResult:
        assert isinstance(root.plan, StatsPlan), "the viewer may read it"
        reader = Reader(self._operation.viewer, datetime.now(UTC))
        return await root.plan.read(_arguments(root, values), values, reader)


def _arguments(root: RootField, values: VariableValues) -> Arguments:
    assert root.field.arguments is not None, "the field takes arguments"
    return root.field.arguments(values)


def _without_moments(root: RootField, json: str | bytes) -> str | bytes:
    """Return the JSON without the moment of evaluation, which differs each time."""
    moments = {field.key for field in root.field.selected("asOf")}
    if not moments:
        return json
    values = orjson.loads(json)
    return orjson.dumps({key: values[key] for key in values if key not in moments})


def _is_absent(result: FieldResult) -> bool:
    """Return whether the viewer does not see the row; one that only lacks something says what."""
    return result.json is None and not result.missing


def _failed(key: str, error: Exception) -> str:
    located = GraphQLError(str(error), path=[key], original_error=error)
    return encode_message(None, error_formatting.format_and_log([located]))


def _body(key: str, result: FieldResult) -> str:
    errors = [error_from_missing(missing) for missing in result.missing]
    data = None if result.json is None else {key: orjson.Fragment(result.json)}
    return encode_message(data, error_formatting.format_and_log(errors))


def _mark(text: str | bytes) -> bytes:
    return sha256(text.encode() if isinstance(text, str) else text).digest()
