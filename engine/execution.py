"""Execution: one operation, and its answer before it is written down."""

from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from graphql import ExecutionResult, GraphQLError

from engine import error_formatting
from engine.context import RequestContext
from engine.executor import SplicingExecutor
from engine.operations import Operation
from engine.planning.payload_loader import PayloadLoader
from engine.planning.query_runner import QueryRunner
from engine.schema import Schema


@dataclass(slots=True)
class Execution:
    """What came of a query or a mutation."""

    data: Any
    """Whatever orjson writes."""
    errors: list[GraphQLError]
    """As their reader sees them."""
    has_begun: bool = True
    """Else nothing was done, and there is no data at all: the errors say why."""


async def execute(
    schema: Schema, operation: Operation, variables: dict[str, Any], context: RequestContext
) -> Execution:
    """Of a query or a mutation; a subscription is followed."""
    try:
        if operation.is_mutation:
            context.things = PayloadLoader(schema.plans, operation, context)
            return await _run(schema, operation, variables, context)
        return await _read(schema, operation, variables, context)
    except Exception as error:
        return refused([GraphQLError(str(error), original_error=error)])


async def _read(
    schema: Schema, operation: Operation, variables: dict[str, Any], context: RequestContext
) -> Execution:
    values = operation.variables.values(variables)
    if isinstance(values, list):
        return refused(values)
    reading = QueryRunner(schema.core, schema.plans, operation, values, context)
    data = await reading.read()
    return Execution(data, error_formatting.format_and_log(reading.errors))


def refused(errors: list[GraphQLError]) -> Execution:
    """The answer to an operation that is not begun."""
    return Execution(None, error_formatting.format_and_log(errors), has_begun=False)


async def _run(
    schema: Schema, operation: Operation, variables: dict[str, Any], context: RequestContext
) -> Execution:
    values = operation.variables.values(variables)
    if isinstance(values, list):
        return refused(values)
    result: Any = SplicingExecutor.of(schema.core, operation, values, context).execute_operation()
    if isawaitable(result):
        result = await result
    assert isinstance(result, ExecutionResult)
    return Execution(result.data, error_formatting.format_and_log(result.errors or []))
