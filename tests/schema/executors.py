"""Runs documents of the stub schema with one executor or another, in a form to be compared."""

import asyncio
import json
from inspect import isawaitable
from typing import Any

from graphql import ExecutionResult, GraphQLError, execute, parse
from graphql.execution import Executor
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from tests.schema.stub_schema import SCHEMA, StubObject

IS_AWAITABLE: Any = optimized_is_awaitable
STOCK: type[Executor[Any]] = StrawberryGraphQLCoreExecutionContext


def run(
    executor: type[Executor[Any]], document: str, root: StubObject, **options: Any
) -> ExecutionResult:
    return asyncio.run(run_in_loop(executor, document, root, **options))


async def run_in_loop(
    executor: type[Executor[Any]], document: str, root: StubObject, **options: Any
) -> ExecutionResult:
    pending: Any = execute(
        SCHEMA,
        parse(document),
        root,
        executor_class=executor,
        is_awaitable=IS_AWAITABLE,
        **options,
    )
    result: ExecutionResult = await pending if isawaitable(pending) else pending
    # Fields that were begun beside a failed one run on to their end.
    while running := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(running)
    return result


def comparable(result: ExecutionResult) -> tuple[str, list[Any]]:
    """The data as a text, so that the order of its keys counts, and the errors."""
    errors = [comparable_error(error) for error in result.errors or ()]
    return json.dumps(result.data, default=repr), errors


def comparable_error(error: GraphQLError) -> Any:
    original = error.original_error
    return error.message, error.path, error.locations, type(original), str(original)
