"""The shortest valid calls of root fields."""

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    is_required_argument,
    is_required_input_field,
)


def shortest_literal(type_: GraphQLInputType) -> Any:
    """The shortest literal that a field of this type accepts."""
    if isinstance(type_, GraphQLNonNull):
        return shortest_literal(type_.of_type)
    if isinstance(type_, GraphQLList):
        return f"[{shortest_literal(type_.of_type)}]"
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        fields = type_.fields.items()
        required = (
            f"{n}: {shortest_literal(f.type)}" for n, f in fields if is_required_input_field(f)
        )
        return "{" + ", ".join(required) + "}"
    return {"Int": "1", "DateTime": '"2026-01-01T00:00:00Z"'}.get(str(type_), '"x"')


def shortest_call(root: GraphQLObjectType, name: str, selection: str) -> str:
    """The shortest valid call of a root field."""
    arguments = root.fields[name].args.items()
    required = [f"{n}: {shortest_literal(a.type)}" for n, a in arguments if is_required_argument(a)]
    return f"{name}{'(' + ', '.join(required) + ')' if required else ''}{selection}"
