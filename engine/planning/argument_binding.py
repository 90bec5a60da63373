"""Argument binding: from a request's variables to the arguments of each field.

An argument that is just a variable takes its value directly, and an input object with variables
inside is filled in from a template. All other arguments with variables are left to graphql-core.
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
from engine.planning.argument_templates import Template, argument_template
from engine.variables import variable_names
from errors import Invalid

ArgumentBinder = Callable[[VariableValues], Mapping[str, Any]]


class ArgumentConverter:
    """Converts arguments from the schema's names and values to the resolvers' parameters."""

    def __init__(self, scalars: Any, config: StrawberryConfig) -> None:
        self._scalars, self._config = scalars, config

    def convert(self, field: GraphQLField, values: Mapping[str, Any]) -> dict[str, Any]:
        return convert_arguments(
            dict(values), _declared_arguments(field), self._scalars, self._config
        )

    def names(self, field: GraphQLField) -> Mapping[str, str]:
        """Return the resolver's parameter of each argument, by the argument's name."""
        name_of = self._config.name_converter.from_argument
        return {name_of(argument): argument.python_name for argument in _declared_arguments(field)}


def _declared_arguments(field: GraphQLField) -> list[StrawberryArgument]:
    declared: list[StrawberryArgument] = field.extensions["strawberry-definition"].arguments
    return declared


def argument_binder(
    field: GraphQLField, node: FieldNode, converter: ArgumentConverter
) -> ArgumentBinder:
    """Return a function from a request's variables to the field's arguments.

    It raises Invalid if the variables do not fit.
    """

    def bind_by_library(variables: VariableValues) -> Mapping[str, Any]:
        try:
            return converter.convert(field, get_argument_values(field, node, variables))
        except GraphQLError as error:
            raise Invalid(error.message) from None

    literals = {argument.name.value: argument.value for argument in node.arguments or ()}
    direct = {
        name: value.name.value
        for name, value in literals.items()
        if isinstance(value, VariableNode) and _is_coerced(field.args[name].type)
    }
    templates: dict[str, Template] = {}
    for name, value in literals.items():
        if name not in direct and variable_names(value):
            template = argument_template(field.args[name].type, value)
            if template is None:
                return bind_by_library
            templates[name] = template
    return _prepared_binder(field, node, converter, direct, templates, bind_by_library)


def _prepared_binder(
    field: GraphQLField,
    node: FieldNode,
    converter: ArgumentConverter,
    direct: Mapping[str, str],
    templates: Mapping[str, Template],
    bind_by_library: ArgumentBinder,
) -> ArgumentBinder:
    names = converter.names(field)
    constants = converter.convert(field, _constants(field, node, {*direct, *templates}))
    direct_arguments = [
        (names[name], variable, is_non_null_type(field.args[name].type))
        for name, variable in direct.items()
    ]
    templated_arguments = [(names[name], template) for name, template in templates.items()]

    def bind_prepared(variables: VariableValues) -> Mapping[str, Any]:
        arguments = dict(constants)
        for name, variable, is_required in direct_arguments:
            value = variables.coerced.get(variable, Undefined)
            if is_required and (value is Undefined or value is None):
                return bind_by_library(variables)
            if value is not Undefined:
                arguments[name] = value
        try:
            for name, template in templated_arguments:
                arguments[name] = template(variables.coerced)
        except FallbackToLibrary:
            return bind_by_library(variables)
        return arguments

    return bind_prepared


def _is_coerced(type_: Any) -> bool:
    """Whether a coerced variable of this type is already what a resolver takes."""
    return is_scalar_type(_nullable(type_)) or is_input_object_type(_nullable(type_))


def _nullable(type_: Any) -> Any:
    return type_.of_type if is_non_null_type(type_) else type_


def _constants(field: GraphQLField, node: FieldNode, without: Collection[str]) -> dict[str, Any]:
    """Return the arguments but for those in `without`, of which only defaults are included."""
    optional = {
        name: argument
        for name, argument in field.args.items()
        if name not in without or not is_non_null_type(argument.type)
    }
    constant_field = GraphQLField(field.type, args=optional)
    arguments = tuple(
        argument for argument in node.arguments or () if argument.name.value not in without
    )
    return get_argument_values(constant_field, FieldNode(name=node.name, arguments=arguments))
