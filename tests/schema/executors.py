"""Runs documents of the stub schema with one executor or another."""

import asyncio
from inspect import isawaitable
from typing import Any

from graphql import ExecutionResult, execute, parse
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
