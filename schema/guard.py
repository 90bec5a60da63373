"""Guards: every field that needs a right says which, and is refused without it."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types import get_object_definition

from auth import NEEDED_SCOPES, Audience, Scope, audience_of
from errors import Forbidden
from schema.context import Info

Type = TypeVar("Type", bound=type)


class ReadableBy(FieldExtension):
    """Null and an error FORBIDDEN at the field's path for everybody else."""

    def __init__(self, audience: Audience) -> None:
        self.audience = audience

    def resolve(self, next_: Callable[..., Any], source: Any, info: Info, **arguments: Any) -> Any:
        self._demand(info)
        return next_(source, info, **arguments)

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: Info, **arguments: Any
    ) -> Any:
        self._demand(info)
        return await next_(source, info, **arguments)

    def _demand(self, info: Info) -> None:
        if not info.context.viewer.may_read(self.audience):
            needed = " and ".join(sorted(NEEDED_SCOPES[self.audience]))
            raise Forbidden(f"This field needs an API key with {needed}.")


def guarded(cls: Type, table: str | None = None) -> Type:
    """Put the guards of `auth.READABLE` on the fields of a Strawberry type."""
    definition = get_object_definition(cls, strict=True)
    for field in definition.fields:
        audience = audience_of(table or definition.name, _shown(field))
        if audience is not Audience.HOLDER:
            field.extensions = [*field.extensions, ReadableBy(audience)]
    return cls


def guarded_change(cls: Type) -> Type:
    return guarded(cls, "Change")


def _shown(field: Any) -> str:
    """The name of a field in the API."""
    first, *rest = (field.graphql_name or field.python_name).split("_")
    return "".join([first, *(word.capitalize() for word in rest)])


class Needs(FieldExtension):
    """A root field that asks for a scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: Info, **arguments: Any
    ) -> Any:
        info.context.viewer.demand(self.scope)
        return await next_(source, info, **arguments)


def scoped_field(scope: Scope, description: str, **options: Any) -> Any:
    """A root field of Query that only holders of `scope` may read."""
    return strawberry.field(
        description=description,
        extensions=[Needs(scope)],
        metadata={"scope": scope},
        **options,
    )
