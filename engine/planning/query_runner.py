"""Reading: a planned query is bound and run, and its answers are put together."""

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
from graphql import (
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    print_ast,
)
from graphql.execution.execute import execute_sync
from graphql.execution.values import VariableValues
from graphql.language import DocumentNode, SelectionSetNode

from engine.context import RequestContext
from engine.operations import Operation
from engine.planning.field_errors import error_from_missing
from engine.planning.plan_cache import Computed, PlanCache, QueryPlan, RootField
from engine.sql.response_budget import ResponseBudget
from engine.sql.selection import Field, Reader

Data = dict[str, Any]


AT_ONCE = 4
"""Root fields of a request that are read at a time: others, too, need a connection."""
INTROSPECTION_TYPES = ("String", "Boolean")
"""Of the variables by which a schema is asked of itself: their values are as they were given."""


class _NoData(Exception):
    """Null stands in a root field where none may stand."""


class QueryRunner:
    """Of one request."""

    def __init__(
        self,
        core: GraphQLSchema,
        plans: PlanCache,
        operation: Operation,
        variables: VariableValues,
        context: RequestContext,
    ) -> None:
        self._core, self._operation, self._variables = core, operation, variables
        self._roots = plans.query(operation, variables, context.viewer)
        room = ResponseBudget() if len(self._roots) > 1 else None
        self._reader = Reader(context.viewer, context.now, room)
        self.errors: list[GraphQLError] = []

    async def read(self) -> Data | None:
        """The data of a query; why something is missing stands in `errors`."""
        # Root fields are read side by side, and these must be older than all of them. A failure
        # here fails the request, of which nothing has begun.
        first = await self._first_values()
        try:
            others = [root for root in self._roots if root.field not in first]
            values = first | await self._values(others)
            return {root.field.key: values[root.field] for root in self._roots}
        except _NoData:
            return None

    async def _first_values(self) -> dict[Field, Any]:
        """The values of leaf fields that come before all others; each is computed once."""
        computed: dict[Computed, Any] = {}
        values: dict[Field, Any] = {}
        for root in self._roots:
            if isinstance(root.plan, Computed) and root.plan.is_first:
                if root.plan not in computed:
                    computed[root.plan] = await root.plan.value(root.field, self._reader)
                values[root.field] = computed[root.plan]
        return values

    async def _values(self, roots: Sequence[RootField]) -> dict[Field, Any]:
        if len(roots) == 1:
            (root,) = roots
            return {root.field: await self._value(root)}
        turns = asyncio.Semaphore(AT_ONCE)

        async def in_turn(root: RootField) -> Any:
            async with turns:
                return await self._value(root)

        found = await asyncio.gather(*map(in_turn, roots), return_exceptions=True)
        for one in found:
            if isinstance(one, BaseException):
                raise one
        return {root.field: value for root, value in zip(roots, found, strict=True)}

    async def _value(self, root: RootField) -> Any:
        field = root.field
        if field.refusal is not None:
            return self._failed(field, field.refusal)
        try:
            match root.plan:
                case None:
                    value = self._described(root)
                case Computed():
                    value = await root.plan.value(field, self._reader)
                case plan:
                    value = await self._planned(root, plan)
        except Exception as error:
            return self._failed(field, error)
        return self._null(field) if value is None else value

    async def _planned(self, root: RootField, plan: QueryPlan) -> Any:
        field = root.field
        assert field.arguments is not None, "each says which rows"
        arguments = field.arguments(self._variables)
        answered = await plan.read(arguments, self._variables, self._reader)
        self.errors += [error_from_missing(one) for one in answered.missing]
        return None if answered.json is None else orjson.Fragment(answered.json)

    def _described(self, root: RootField) -> Any:
        """What the schema answers itself."""
        return root.field.parent if root.field.name == "__typename" else self._introspected(root)

    def _introspected(self, root: RootField) -> Any:
        """What the schema says of itself."""
        definition = self._operation.definition
        used = tuple(
            one
            for one in definition.variable_definitions or ()
            if print_ast(one.type).rstrip("!") in INTROSPECTION_TYPES
        )
        names = [one.variable.name.value for one in used]
        alone = OperationDefinitionNode(
            operation=OperationType.QUERY,
            variable_definitions=used,
            directives=definition.directives,
            selection_set=SelectionSetNode(selections=tuple(root.nodes)),
        )
        others = [one for one in self._operation.document.definitions if one is not definition]
        others = [one for one in others if not isinstance(one, OperationDefinitionNode)]
        document = DocumentNode(definitions=(alone, *others))
        given = self._variables.coerced
        values = {name: given[name] for name in names if name in given}
        result: Any = execute_sync(self._core, document, variable_values=values)
        self.errors += result.errors or []
        return result.data and result.data[root.field.key]

    def _failed(self, field: Field, error: Exception) -> None:
        self.errors.append(
            GraphQLError(str(error), nodes=field.place, path=[field.key], original_error=error)
        )
        return self._null(field)

    @staticmethod
    def _null(field: Field) -> None:
        if field.is_required:
            raise _NoData
