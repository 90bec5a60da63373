"""Guards of root fields: what asks for a right says so where it is declared."""

from collections.abc import Callable
from typing import Any

import strawberry

from access.scopes import Scope


def query_field(
    graphql_type: Any, description: str, scope: Scope | None = None
) -> Callable[[Callable[..., Any]], Any]:
    """A field of Query, which its plan reads; with a scope, only holders of it may."""

    def declared(takes: Callable[..., Any]) -> Any:
        """`takes` says which arguments it has."""
        return strawberry.field(
            resolver=takes,
            description=description,
            graphql_type=graphql_type,
            metadata={"scope": scope} if scope else {},
        )

    return declared
