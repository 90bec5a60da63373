"""Permissions of root fields: each is declared with its field and checked in one place."""

from collections.abc import Awaitable, Callable
from typing import Any

from graphql import GraphQLField
from strawberry.extensions import FieldExtension

from access.scopes import Scope
from access.viewer import Viewer
from engine.context import Info
from errors import Forbidden


class RequirePermission(FieldExtension):
    """Lets only viewers with the scope `permission`, or with the `alternative`, use a root field.

    Query fields have no resolvers of their own: their plans ask `refusal` instead.
    """

    def __init__(self, permission: Scope, alternative: Scope | None = None) -> None:
        self.permission, self.alternative = permission, alternative

    @property
    def _scopes(self) -> list[Scope]:
        return [scope for scope in (self.permission, self.alternative) if scope is not None]

    @property
    def needed(self) -> str:
        """The scope that callers need, or both of which they need one, as a text for them."""
        return " or ".join(self._scopes)

    def refusal(self, viewer: Viewer) -> Forbidden | None:
        """Return the error for a viewer who lacks the scope, or None if the viewer has it."""
        if any(viewer.has(scope) for scope in self._scopes):
            return None
        return Forbidden(f"This needs an API key with the scope {self.needed}.")

    def resolve(self, next_: Callable[..., Any], source: Any, info: Info, **arguments: Any) -> Any:
        """Run the resolver. Raises Forbidden before it if the viewer lacks the scope."""
        if refusal := self.refusal(info.context.viewer):
            raise refusal
        return next_(source, info, **arguments)

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: Info, **arguments: Any
    ) -> Any:
        """Run the resolver. Raises Forbidden before it if the viewer lacks the scope."""
        return await self.resolve(next_, source, info, **arguments)


def required_permission(definition: GraphQLField) -> RequirePermission | None:
    """Return what a field was declared with, or None if everybody may use it."""
    field = (definition.extensions or {}).get("strawberry-definition")
    extensions = () if field is None else field.extensions
    return next(
        (extension for extension in extensions if isinstance(extension, RequirePermission)), None
    )
