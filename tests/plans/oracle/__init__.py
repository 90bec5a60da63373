"""The oracle: the contract, answered in plain Python over rows in memory.

Nothing of it is the service's: no Strawberry, no resolver, no SQL. The committed schema is read by
graphql-core, whose executor asks functions that look at dictionaries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, GraphQLError, execute_sync

from tests.plans.oracle.asking import Asking
from tests.plans.oracle.wiring import wired_schema

Path = tuple[str | int, ...]
SCHEMA = wired_schema()
LENIENT = wired_schema(everything_is_nullable=True)
"""The same, but no null goes up: all that can go wrong shows, each at its own path."""


@dataclass(frozen=True)
class Expected:
    """The right answer: its data, and everything in it that is an error."""

    data: dict[str, Any] | None
    errors: Mapping[Path, dict[str, Any]]


def expect(
    document: DocumentNode, variables: Mapping[str, Any], name: str | None, asking: Asking
) -> Expected:
    asked: Any = (document, None, asking, dict(variables), name)
    strict = execute_sync(SCHEMA, *asked)
    if not strict.errors:
        return Expected(strict.data, {})
    for error in strict.errors:
        if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
            raise error.original_error
    lenient = execute_sync(LENIENT, *asked)
    return Expected(
        strict.data, {tuple(one.path or ()): _said(one) for one in lenient.errors or ()}
    )


def _said(error: GraphQLError) -> dict[str, Any]:
    return {"message": error.message, "extensions": dict(error.extensions or {})}
