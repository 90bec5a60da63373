"""Declarations of root fields of all three kinds, each with the scope that its callers need."""

from collections.abc import Callable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension

from access.scopes import Scope
from engine.permissions import RequirePermission
from schema.mutations.payloads import ReturnUserErrors


def query_field(
    graphql_type: Any,
    description: str,
    *,
    permission: Scope | None = None,
    alternative: Scope | None = None,
) -> Callable[[Callable[..., Any]], Any]:
    """Declare a query field. A plan reads it: the decorated function only lists its arguments.

    Instead of the scope `permission` a viewer may have the `alternative`.
    """

    def declare(signature: Callable[..., Any]) -> Any:
        return strawberry.field(
            resolver=signature,
            description=description,
            graphql_type=graphql_type,
            extensions=_required(permission, alternative),
        )

    return declare


def mutation_field(graphql_type: Any, description: str, *, permission: Scope | None = None) -> Any:
    """Declare a mutation, whose refusals are returned as userErrors."""
    return strawberry.mutation(
        description=description,
        graphql_type=graphql_type,
        # The last extension is the outermost: a missing scope is a user error too.
        extensions=[*_required(permission), ReturnUserErrors()],
    )


def subscription_field(
    graphql_type: Any, description: str, *, permission: Scope | None = None
) -> Any:
    """Declare a subscription field, whose resolver returns a source."""
    return strawberry.subscription(
        description=description,
        graphql_type=graphql_type,
        extensions=_required(permission),
    )


def _required(permission: Scope | None, alternative: Scope | None = None) -> list[FieldExtension]:
    return [] if permission is None else [RequirePermission(permission, alternative)]
