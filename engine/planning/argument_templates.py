"""Argument templates: input objects that a document writes with variables inside.

A template is made once for an operation; a request only fills in its variables.
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

from engine.input_coercion import FallbackToLibrary, input_defaults
from engine.input_constructors import InputConstructor
from engine.variables import variable_names

Template = Callable[[Mapping[str, Any]], Any]
"""Constructs the argument from the coerced variables.

Raises FallbackToLibrary if graphql-core has to coerce the argument.
"""


def argument_template(type_: GraphQLInputType, node: ValueNode) -> Template | None:
    """Return the template of an argument; None if graphql-core has to coerce it every time."""
    input_type = get_nullable_type(type_)
    if not isinstance(node, ObjectValueNode) or not isinstance(input_type, GraphQLInputObjectType):
        return None
    constructor = InputConstructor(input_type)
    return None if constructor.is_one_of else _object_template(input_type, constructor, node)


def _object_template(
    type_: GraphQLInputObjectType, constructor: InputConstructor, node: ObjectValueNode
) -> Template | None:
    constants = constructor.null_defaults | dict(input_defaults(type_, constructor))
    variables: list[tuple[str, str, bool]] = []
    inner: list[tuple[str, Template]] = []
    for field in node.fields:
        name = constructor.names[field.name.value]
        field_type = type_.fields[field.name.value].type
        if isinstance(field.value, VariableNode):
            variables.append((name, field.value.name.value, is_non_null_type(field_type)))
        elif not variable_names(field.value):
            constants[name] = _constant(field_type, field)
        elif (template := argument_template(field_type, field.value)) is not None:
            inner.append((name, template))
        else:
            return None

    def construct(coerced: Mapping[str, Any]) -> Any:
        members = constants.copy()
        for name, variable, is_required in variables:
            value = coerced.get(variable, Undefined)
            if is_required and (value is Undefined or value is None):
                raise FallbackToLibrary
            if value is not Undefined:
                members[name] = value
        for name, template in inner:
            members[name] = template(coerced)
        return constructor.dataclass(**members)

    return construct


def _constant(type_: GraphQLInputType, field: ObjectFieldNode) -> Any:
    value = coerce_input_literal(field.value, type_)
    assert value is not Undefined, "the document is valid"
    return value
