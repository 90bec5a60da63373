"""The sizes that arguments give to lists: of a page, or of the ids that are looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
    get_nullable_type,
    is_list_type,
)

LARGEST_SIZE = 1_000
"""The largest size that is counted: no list takes more, and execution says so."""
MAXIMUM_DIGITS = 6
"""Digits of a number in a document that are read."""


@dataclass(frozen=True, slots=True)
class VariableSize:
    """The size that a variable gives, by its number or by the length of its list."""

    variable: str
    otherwise: "Size"
    """The size if the variable is left out."""

    def value(self, variables: Mapping[str, Any]) -> int:
        given = variables.get(self.variable)
        # JSON may write a whole number as 100.0 or 1e2, which is executed as an integer.
        if type(given) is int or type(given) is float:
            return int(max(0, min(given, LARGEST_SIZE)))
        if type(given) is list:
            return min(len(given), LARGEST_SIZE)
        return size_value(self.otherwise, variables)


Size = int | VariableSize


def size_value(size: Size, variables: Mapping[str, Any]) -> int:
    return size if isinstance(size, int) else size.value(variables)


DefaultValues = Mapping[str, ValueNode | None]
"""The default of each variable of an operation, None for one that has none."""


def default_values(operation: OperationDefinitionNode) -> DefaultValues:
    return {
        definition.variable.name.value: definition.default_value
        for definition in operation.variable_definitions or ()
    }


class ArgumentSizes:
    """Finds the sizes that the arguments of one operation's fields give."""

    def __init__(self, defaults: DefaultValues) -> None:
        self._defaults = defaults

    def of_page(
        self, field: GraphQLField, node: FieldNode, names: Sequence[str], default: int
    ) -> Size:
        """Return the size that the first given one of the named arguments has, or the default."""
        size: Size = default
        for name in reversed(names):
            argument = field.args.get(name)
            if argument is not None:
                size = self._given(node, name, _default_of(argument, size))
        return size

    def of_ids(self, field: GraphQLField, node: FieldNode, names: Sequence[str]) -> Size | None:
        """Return the number of ids of the argument that takes a list of them, None without one."""
        for name in names:
            argument = field.args.get(name)
            if argument is not None and is_list_type(get_nullable_type(argument.type)):
                return self._given(node, name, 1)
        return None

    def _given(self, node: FieldNode, name: str, otherwise: Size) -> Size:
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        value = given.get(name)
        if isinstance(value, VariableNode):
            variable = value.name.value
            return VariableSize(variable, _literal(self._defaults.get(variable), otherwise))
        return _literal(value, otherwise)


def _literal(value: ValueNode | None, otherwise: Size) -> Size:
    if isinstance(value, IntValueNode):
        digits = value.value.lstrip("-")
        number = int(value.value) if len(digits) <= MAXIMUM_DIGITS else LARGEST_SIZE
        return max(0, min(number, LARGEST_SIZE))
    if isinstance(value, ListValueNode):
        return min(len(value.values), LARGEST_SIZE)
    return otherwise


def _default_of(argument: GraphQLArgument, otherwise: Size) -> Size:
    default = argument.default_value
    return default if type(default) is int else otherwise
