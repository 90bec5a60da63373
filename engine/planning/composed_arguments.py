"""Composed arguments: objects that an operation writes with variables in them.

What makes one is made once for an operation, so that a request fills in its variables and no more.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    ObjectFieldNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_nullable_type,
    is_non_null_type,
)
from graphql.utilities.coerce_input_value import coerce_input_literal

from engine.input_coercion import FallbackToLibrary, defaults
from engine.input_constructors import InputConstructor
from engine.planning.used_variables import used_variables

Make = Callable[[Mapping[str, Any]], Any]
"""Makes an argument from the variables. Raises FallbackToLibrary where the library has to look."""


def composed(type_: GraphQLInputType, node: ValueNode) -> Make | None:
    """None where an argument is not such an object: the library looks at that for each request."""
    of = get_nullable_type(type_)
    if not isinstance(node, ObjectValueNode) or not isinstance(of, GraphQLInputObjectType):
        return None
    form = InputConstructor(of)
    return None if form.is_one_of else _object(of, form, node)


def _object(
    type_: GraphQLInputObjectType, form: InputConstructor, node: ObjectValueNode
) -> Make | None:
    usual = form.unsaid | dict(defaults(type_, form))
    filled: list[tuple[str, str, bool]] = []
    inner: list[tuple[str, Make]] = []
    for field in node.fields:
        name, of = form.names[field.name.value], type_.fields[field.name.value].type
        if isinstance(field.value, VariableNode):
            filled.append((name, field.value.name.value, is_non_null_type(of)))
        elif not used_variables(field.value):
            usual[name] = _constant(of, field)
        elif (make := composed(of, field.value)) is not None:
            inner.append((name, make))
        else:
            return None

    def made(variables: Mapping[str, Any]) -> Any:
        fields = usual.copy()
        for name, variable, is_required in filled:
            value = variables.get(variable, Undefined)
            if is_required and (value is Undefined or value is None):
                raise FallbackToLibrary
            if value is not Undefined:
                fields[name] = value
        for name, make in inner:
            fields[name] = make(variables)
        return form.make(**fields)

    return made


def _constant(type_: GraphQLInputType, field: ObjectFieldNode) -> Any:
    value = coerce_input_literal(field.value, type_)
    assert value is not Undefined, "the document is valid"
    return value
