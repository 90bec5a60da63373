"""Variables: an operation's variable definitions, and the coercion of a request's values."""

from collections.abc import Mapping
from typing import Any, cast

from graphql import (
    GraphQLError,
    GraphQLSchema,
    ListTypeNode,
    Node,
    NonNullTypeNode,
    OperationDefinitionNode,
    TypeNode,
    Undefined,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
    visit,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, get_variable_values
from graphql.utilities.coerce_input_value import coerce_default_value

from engine.input_coercion import Coerce, FallbackToLibrary, coercer
from errors import TopLevelCode

MAXIMUM_ERRORS = 50
"""Errors about variables: graphql-core reports as many by default."""

LEFT_TO_LIBRARY: Any = object()
"""The default of a variable for which graphql-core has to decide if it is omitted."""
PLACEHOLDER: Any = object()
"""Stands for the value of a variable that is not read."""


class Variables:
    """Coerces the variables of one operation of a valid document."""

    def __init__(
        self, schema: GraphQLSchema, operation: OperationDefinitionNode, *, hides_suggestions: bool
    ) -> None:
        self._schema, self._hides_suggestions = schema, hides_suggestions
        self._definitions = operation.variable_definitions or ()
        self._declared = [_declared(schema, definition) for definition in self._definitions]

    @property
    def placeholders(self) -> VariableValues:
        """Values of the variables for an operation that is executed without looking at them."""
        coerced = {
            definition.variable.name.value: _placeholder(definition.type)
            for definition in self._definitions
        }
        return VariableValues(sources={}, coerced=coerced)

    def coerce(self, values: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """Return the coerced variables as resolvers take them, or the errors."""
        try:
            return VariableValues(sources={}, coerced=self.read(values))
        except Exception:
            return self._coerce_by_library(values)

    def read(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the coerced variables. Raises any exception if a value is unexpected."""
        coerced: dict[str, Any] = {}
        for name, coerce, default in self._declared:
            value = values.get(name, Undefined)
            if value is not Undefined:
                coerced[name] = coerce(value)
            elif default is LEFT_TO_LIBRARY:
                raise FallbackToLibrary
            elif default is not Undefined:
                coerced[name] = default
        return coerced

    def _coerce_by_library(self, values: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        try:
            return get_variable_values(
                self._schema,
                self._definitions,
                dict(values),
                max_errors=MAXIMUM_ERRORS,
                hide_suggestions=self._hides_suggestions,
            )
        except RecursionError:
            message = "The variables are nested too deep."
            return [GraphQLError(message, extensions={"code": TopLevelCode.INVALID})]


def _placeholder(type_: TypeNode) -> Any:
    """Return a value for a variable that nobody looks at; only lists are copied."""
    nullable = type_.type if isinstance(type_, NonNullTypeNode) else type_
    return [] if isinstance(nullable, ListTypeNode) else PLACEHOLDER


def _declared(schema: GraphQLSchema, definition: VariableDefinitionNode) -> tuple[str, Coerce, Any]:
    """Return a variable's name, its coercion, and its default (Undefined if it has none)."""
    signature = cast(GraphQLVariableSignature, get_variable_signature(schema, definition))
    return signature.name, coercer(signature.type), _default(signature)


def _default(signature: GraphQLVariableSignature) -> Any:
    if signature.default is None:
        return LEFT_TO_LIBRARY if is_non_null_type(signature.type) else Undefined
    # A list or an object is mutable, so requests must not share it.
    is_leaf = is_leaf_type(get_nullable_type(signature.type))
    return coerce_default_value(signature) if is_leaf else LEFT_TO_LIBRARY


def variable_names(*nodes: Node) -> list[str]:
    """Return the names of the variables in the nodes, once for each occurrence."""
    visitor = _VariableNames()
    for node in nodes:
        visit(node, visitor)
    return visitor.names


class _VariableNames(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.names.append(node.name.value)
