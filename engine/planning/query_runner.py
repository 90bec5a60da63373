"""The query runner: runs the plans of a query's root fields and assembles the response's data."""

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
from graphql import GraphQLError
from graphql.execution.values import VariableValues

from engine.context import RequestContext
from engine.planning.field_errors import error_from_missing
from engine.planning.plan_cache import Computed, QueryPlan, RootField
from engine.sql.response_budget import ResponseBudget
from engine.sql.selection import Field, Reader
from errors import TooManyRequests

Data = dict[str, Any]

CONCURRENT_ROOT_FIELDS = 4
"""Root fields of one request that are read concurrently: other requests need connections, too."""


class _NoData(Exception):
    """A required root field is null, so the whole data is null."""


class QueryRunner:
    """Runs one request's query."""

    def __init__(
        self,
        roots: Sequence[RootField],
        variables: VariableValues,
        context: RequestContext,
    ) -> None:
        self._roots, self._variables = roots, variables
        budget = ResponseBudget() if len(self._roots) > 1 else None
        self._reader = Reader(context.viewer, context.now, budget, context.turns)
        self.errors: list[GraphQLError] = []

    async def run(self) -> Data | None:
        """Return the query's data; `errors` then holds the errors of missing values."""
        # These values must be older than those of the other fields, which are read concurrently.
        # An error here fails the whole request: nothing else has begun.
        first = await self._first_values() if any(map(_first_plan, self._roots)) else {}
        try:
            if len(self._roots) == 1 and not first:
                (root,) = self._roots
                return {root.field.key: await self._value(root)}
            values = first | await self._values(
                [root for root in self._roots if root.field not in first]
            )
            return {root.field.key: values[root.field] for root in self._roots}
        except _NoData:
            return None

    async def _first_values(self) -> dict[Field, Any]:
        """Return the values of leaf fields that come before all others; each is computed once."""
        computed: dict[Computed, Any] = {}
        values: dict[Field, Any] = {}
        for root in self._roots:
            if plan := _first_plan(root):
                if plan not in computed:
                    computed[plan] = await plan.value(root.field, self._reader)
                values[root.field] = computed[plan]
        return values

    async def _values(self, roots: Sequence[RootField]) -> dict[Field, Any]:
        turns = asyncio.Semaphore(CONCURRENT_ROOT_FIELDS)

        async def in_turn(root: RootField) -> Any:
            async with turns:
                return await self._value(root)

        results = await asyncio.gather(*map(in_turn, roots), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return {root.field: value for root, value in zip(roots, results, strict=True)}

    async def _value(self, root: RootField) -> Any:
        field = root.field
        if field.refusal is not None:
            return self._failed(field, field.refusal)
        try:
            match root.plan:
                case None:
                    value = field.parent
                case Computed():
                    value = await root.plan.value(field, self._reader)
                case plan:
                    value = await self._planned(root, plan)
        except TooManyRequests:
            raise  # the whole request shall be sent again, later
        except Exception as error:
            return self._failed(field, error)
        return self._null(field) if value is None else value

    async def _planned(self, root: RootField, plan: QueryPlan) -> Any:
        field = root.field
        arguments = {} if field.arguments is None else field.arguments(self._variables)
        result = await plan.read(arguments, self._variables, self._reader)
        if result.missing:
            self.errors += map(error_from_missing, result.missing)
        return None if result.json is None else orjson.Fragment(result.json)

    def _failed(self, field: Field, error: Exception) -> None:
        self.errors.append(
            GraphQLError(str(error), nodes=field.nodes, path=[field.key], original_error=error)
        )
        return self._null(field)

    @staticmethod
    def _null(field: Field) -> None:
        if field.is_required:
            raise _NoData


def _first_plan(root: RootField) -> Computed | None:
    """Return the plan of a field that comes before all others, None for the others."""
    plan = root.plan
    return plan if isinstance(plan, Computed) and plan.is_first else None
