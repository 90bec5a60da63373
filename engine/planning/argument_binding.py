"""Binding: from the variables that a request brings to the arguments of each field.

Where a variable is an argument, it is that already; everything else is left to the library.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    Node,
    VariableNode,
    Visitor,
    get_argument_values,
    is_non_null_type,
    is_scalar_type,
    visit,
)
from graphql.execution.values import VariableValues
from graphql.pyutils import Undefined
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import StrawberryArgument, convert_arguments

from errors import Invalid

Arguments = Callable[[VariableValues], Mapping[str, Any]]


class ArgumentConverter:
    """From values as the schema knows them to what the resolvers take."""

    def __init__(self, scalars: Any, config: StrawberryConfig) -> None:
        self._scalars, self._config = scalars, config

    def converted(self, field: GraphQLField, values: Mapping[str, Any]) -> dict[str, Any]:
        return convert_arguments(dict(values), _declared(field), self._scalars, self._config)

    def names(self, field: GraphQLField) -> Mapping[str, str]:
        """What the resolvers call each argument."""
        name_of = self._config.name_converter.from_argument
        return {name_of(one): one.python_name for one in _declared(field)}


def _declared(field: GraphQLField) -> list[StrawberryArgument]:
    declared: list[StrawberryArgument] = field.extensions["strawberry-definition"].arguments
    return declared


def bind_arguments(
    field: GraphQLField, node: FieldNode, conversion: ArgumentConverter
) -> Arguments:
    """What gives a field's arguments for the variables of a request."""

    def looked_at(variables: VariableValues) -> Mapping[str, Any]:
        try:
            return conversion.converted(field, get_argument_values(field, node, variables))
        except GraphQLError as error:
            raise Invalid(error.message) from None

    of = {one.name.value: one.value for one in node.arguments or ()}
    direct = {
        name: value.name.value
        for name, value in of.items()
        if isinstance(value, VariableNode) and is_scalar_type(_nullable(field.args[name].type))
    }
    others = [value for name, value in of.items() if name not in direct]
    if used_variables(*others):
        return looked_at
    names = conversion.names(field)
    constants = conversion.converted(field, _constants(field, node, direct))
    given = [
        (names[name], variable, is_non_null_type(field.args[name].type))
        for name, variable in direct.items()
    ]

    def plain(variables: VariableValues) -> Mapping[str, Any]:
        arguments = dict(constants)
        for name, variable, is_required in given:
            value = variables.coerced.get(variable, Undefined)
            if is_required and (value is Undefined or value is None):
                return looked_at(variables)
            if value is not Undefined:
                arguments[name] = value
        return arguments

    return plain


def _nullable(type_: Any) -> Any:
    return type_.of_type if is_non_null_type(type_) else type_


def _constants(field: GraphQLField, node: FieldNode, direct: Mapping[str, str]) -> dict[str, Any]:
    """The arguments that no variable gives, and what those that one may give are without it."""
    optional = {
        name: one
        for name, one in field.args.items()
        if name not in direct or not is_non_null_type(one.type)
    }
    alone = GraphQLField(field.type, args=optional)
    arguments = tuple(one for one in node.arguments or () if one.name.value not in direct)
    return get_argument_values(alone, FieldNode(name=node.name, arguments=arguments))


class _Uses(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.names.add(node.name.value)


def used_variables(*nodes: Node) -> set[str]:
    uses = _Uses()
    for node in nodes:
        visit(node, uses)
    return uses.names
