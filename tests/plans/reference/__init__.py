"""The reference implementation: the contract in plain Python over rows in memory.

It shares nothing with the service: no Strawberry, no resolver, no SQL. graphql-core executes the
committed schema with resolvers that read dictionaries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, GraphQLError, execute_sync

from tests.plans.reference.context import Context
from tests.plans.reference.executable_schema import build_executable_schema

Path = tuple[str | int, ...]
SCHEMA = build_executable_schema()
NULLABLE_SCHEMA = build_executable_schema(everything_is_nullable=True)
"""In this copy of the schema no null propagates: every possible error shows at its own path."""


@dataclass(frozen=True)
class ExpectedAnswer:
    """The right answer: its data, and every error that any part of the query has."""

    data: dict[str, Any] | None
    errors: Mapping[Path, dict[str, Any]]


def expected_answer(
    document: DocumentNode, variables: Mapping[str, Any], name: str | None, context: Context
) -> ExpectedAnswer:
    """The answer to the operation with that name, or to the only one."""
    arguments: Any = (document, None, context, dict(variables), name)
    strict = execute_sync(SCHEMA, *arguments)
    if not strict.errors:
        return ExpectedAnswer(strict.data, {})
    for error in strict.errors:
        if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
            raise error.original_error
    nullable = execute_sync(NULLABLE_SCHEMA, *arguments)
    errors = {tuple(error.path or ()): _formatted(error) for error in nullable.errors or ()}
    return ExpectedAnswer(strict.data, errors)


def _formatted(error: GraphQLError) -> dict[str, Any]:
    return {"message": error.message, "extensions": dict(error.extensions or {})}
