"""Binding: from the variables that a request brings to the arguments of each field.

Where a variable is an argument, it is that already. Objects with variables in them are made of
what was prepared; everything else is left to the library.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    VariableNode,
    get_argument_values,
    is_input_object_type,
    is_non_null_type,
    is_scalar_type,
)
from graphql.execution.values import VariableValues
from graphql.pyutils import Undefined
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import StrawberryArgument, convert_arguments

from engine.input_coercion import FallbackToLibrary
from engine.planning.composed_arguments import Make, composed
from engine.planning.used_variables import used_variables
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
        if isinstance(value, VariableNode) and _is_made_already(field.args[name].type)
    }
    makes = {
        name: composed(field.args[name].type, value)
        for name, value in of.items()
        if name not in direct and used_variables(value)
    }
    if None in makes.values():
        return looked_at
    return _prepared(field, node, conversion, direct, makes, looked_at)  # type: ignore[arg-type]


def _prepared(
    field: GraphQLField,
    node: FieldNode,
    conversion: ArgumentConverter,
    direct: Mapping[str, str],
    makes: Mapping[str, Make],
    looked_at: Arguments,
) -> Arguments:
    names = conversion.names(field)
    constants = conversion.converted(field, _constants(field, node, {*direct, *makes}))
    given = [
        (names[name], variable, is_non_null_type(field.args[name].type))
        for name, variable in direct.items()
    ]
    made = [(names[name], make) for name, make in makes.items()]

    def prepared(variables: VariableValues) -> Mapping[str, Any]:
        arguments = dict(constants)
        for name, variable, is_required in given:
            value = variables.coerced.get(variable, Undefined)
            if is_required and (value is Undefined or value is None):
                return looked_at(variables)
            if value is not Undefined:
                arguments[name] = value
        try:
            for name, make in made:
                arguments[name] = make(variables.coerced)
        except FallbackToLibrary:
            return looked_at(variables)
        return arguments

    return prepared


def _is_made_already(type_: Any) -> bool:
    """Whether a variable of such a type is what a resolver takes."""
    return is_scalar_type(_nullable(type_)) or is_input_object_type(_nullable(type_))


def _nullable(type_: Any) -> Any:
    return type_.of_type if is_non_null_type(type_) else type_


def _constants(field: GraphQLField, node: FieldNode, without: Collection[str]) -> dict[str, Any]:
    """The arguments that no variable gives, and what those that one may give are without it."""
    optional = {
        name: one
        for name, one in field.args.items()
        if name not in without or not is_non_null_type(one.type)
    }
    alone = GraphQLField(field.type, args=optional)
    arguments = tuple(one for one in node.arguments or () if one.name.value not in without)
    return get_argument_values(alone, FieldNode(name=node.name, arguments=arguments))
