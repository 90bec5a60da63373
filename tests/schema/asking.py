"""Asks the schema of things with one executor or the other, and tells what was answered."""

import asyncio
import json
from inspect import isawaitable
from typing import Any

from graphql import ExecutionResult, GraphQLError, execute, parse
from graphql.execution import Executor
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from tests.schema.things import SCHEMA, Source

IS_AWAITABLE: Any = optimized_is_awaitable
STOCK: type[Executor[Any]] = StrawberryGraphQLCoreExecutionContext


def ask(
    executor: type[Executor[Any]], document: str, source: Source, **options: Any
) -> ExecutionResult:
    return asyncio.run(answer(executor, document, source, **options))


async def answer(
    executor: type[Executor[Any]], document: str, source: Source, **options: Any
) -> ExecutionResult:
    result: Any = execute(
        SCHEMA,
        parse(document),
        source,
        executor_class=executor,
        is_awaitable=IS_AWAITABLE,
        **options,
    )
    found: ExecutionResult = await result if isawaitable(result) else result
    # What was begun beside an error goes on to its end.
    while left := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(left)
    return found


def said(result: ExecutionResult) -> tuple[str, list[Any]]:
    """The order of the keys counts."""
    return json.dumps(result.data, default=repr), [told(error) for error in result.errors or ()]


def told(error: GraphQLError) -> Any:
    original = error.original_error
    return error.message, error.path, error.locations, type(original), str(original)
