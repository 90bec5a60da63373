"""Execution: one operation, and its answer before it is written down."""

from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from graphql import ExecutionResult, GraphQLError

from schema import masking
from schema.build import Schema
from schema.context import Context
from schema.executor import SplicingExecutor
from schema.operations import Operation
from schema.planning.reading import Reading
from schema.planning.things import Things


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
    schema: Schema, operation: Operation, variables: dict[str, Any], context: Context
) -> Execution:
    """Of a query or a mutation; a subscription is followed."""
    try:
        if operation.is_mutation:
            context.things = Things(schema.plans, operation, context)
            return await _run(schema, operation, variables, context)
        return await _read(schema, operation, variables, context)
    except Exception as error:
        return refused([GraphQLError(str(error), original_error=error)])


async def _read(
    schema: Schema, operation: Operation, variables: dict[str, Any], context: Context
) -> Execution:
    values = operation.variables.values(variables)
    if isinstance(values, list):
        return refused(values)
    reading = Reading(schema.core, schema.plans, operation, values, context)
    data = await reading.read()
    return Execution(data, masking.shown_and_logged(reading.errors))


def refused(errors: list[GraphQLError]) -> Execution:
    """The answer to an operation that is not begun."""
    return Execution(None, masking.shown_and_logged(errors), has_begun=False)


async def _run(
    schema: Schema, operation: Operation, variables: dict[str, Any], context: Context
) -> Execution:
    values = operation.variables.values(variables)
    if isinstance(values, list):
        return refused(values)
    result: Any = SplicingExecutor.of(schema.core, operation, values, context).execute_operation()
    if isawaitable(result):
        result = await result
    assert isinstance(result, ExecutionResult)
    return Execution(result.data, masking.shown_and_logged(result.errors or []))
