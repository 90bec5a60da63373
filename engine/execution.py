"""Execution: runs one operation and returns its result before it is encoded."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from graphql import ExecutionResult, GraphQLError
from graphql.execution.values import VariableValues

from access.viewer import Viewer
from engine import error_formatting
from engine.context import RequestContext
from engine.executor import SplicingExecutor
from engine.operations import Operation
from engine.planning.payload_loader import PayloadLoader
from engine.planning.plan_cache import RootField
from engine.planning.query_runner import QueryRunner
from engine.planning.root_refusals import find_refusal
from engine.schema import Schema
from errors import TooManyRequests

MakePlans = Callable[[Operation, VariableValues, Viewer], Awaitable[Sequence[RootField]]]
"""Makes a query's plans when it is the client's turn. It raises TooManyRequests."""


@dataclass(slots=True)
class Execution:
    """The result of a query or a mutation."""

    data: Any
    """The data as orjson encodes it; parts of it are ready JSON."""
    errors: list[GraphQLError]
    """The errors as the client sees them."""
    has_begun: bool = True
    """False if the request was refused before execution: the response then has no data member."""
    is_mutation: bool = False
    extensions: dict[str, Any] | None = None
    """The members of `extensions` in the answer, if the request asked for some."""


async def execute(
    schema: Schema,
    operation: Operation,
    variables: dict[str, Any],
    context: RequestContext,
    make_plans: MakePlans | None = None,
) -> Execution:
    """Execute a query or a mutation; `make_plans` makes the plans that a query does not have yet.

    Every failure is returned as an error. Only TooManyRequests is raised, of a query.
    """
    try:
        if operation.is_mutation:
            return await _mutate(schema, operation, variables, context)
        return await _read(schema, operation, variables, context, make_plans)
    except TooManyRequests:
        raise
    except Exception as error:
        return refused_execution([GraphQLError(str(error), original_error=error)])


async def _read(
    schema: Schema,
    operation: Operation,
    variables: dict[str, Any],
    context: RequestContext,
    make_plans: MakePlans | None,
) -> Execution:
    if refusal := find_refusal(schema.core, operation, context.viewer):
        return Execution(refusal.data, error_formatting.format_and_log([*refusal.errors]))
    values = operation.variables.coerce(variables)
    if isinstance(values, list):
        return refused_execution(values)
    roots = schema.plans.find_query(operation, values, context.viewer)
    if roots is None:
        roots = (
            schema.plans.query(operation, values, context.viewer)
            if make_plans is None
            else await make_plans(operation, values, context.viewer)
        )
    runner = QueryRunner(roots, values, context)
    data = await runner.run()
    return Execution(data, error_formatting.format_and_log(runner.errors))


def refused_execution(errors: list[GraphQLError]) -> Execution:
    """Return the result of an operation that was refused before execution."""
    return Execution(None, error_formatting.format_and_log(errors), has_begun=False)


async def _mutate(
    schema: Schema, operation: Operation, variables: dict[str, Any], context: RequestContext
) -> Execution:
    context.payloads = PayloadLoader(schema.plans, operation, context)
    values: VariableValues | list[GraphQLError]
    if find_refusal(schema.core, operation, context.viewer):
        # The refusal stands in the payloads, and those who refuse look at no argument.
        values = operation.variables.placeholders
    else:
        values = operation.variables.coerce(variables)
    if isinstance(values, list):
        return refused_execution(values)
    result: Any = SplicingExecutor.of(schema.core, operation, values, context).execute_operation()
    if isawaitable(result):
        result = await result
    assert isinstance(result, ExecutionResult)
    errors = error_formatting.format_and_log(result.errors or [])
    return Execution(result.data, errors, is_mutation=True)
