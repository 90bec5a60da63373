"""Variables: looked at once for an operation, and read for each request."""

from collections.abc import Mapping
from typing import Any, cast

from graphql import (
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    VariableDefinitionNode,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, get_variable_values
from graphql.utilities.coerce_input_value import coerce_default_value

from engine.input_coercion import Coerce, FallbackToLibrary, coercer

MAXIMUM_ERRORS = 50
"""About variables: as many as the library names by itself."""

LEFT: Any = object()
"""What a variable is when nothing is said, where the library has to look."""


class Variables:
    """Of one operation of a valid document."""

    def __init__(
        self, schema: GraphQLSchema, operation: OperationDefinitionNode, *, hides_suggestions: bool
    ) -> None:
        self._schema, self._hides_suggestions = schema, hides_suggestions
        self._definitions = operation.variable_definitions or ()
        self._declared = [_declared(schema, one) for one in self._definitions]

    def values(self, said: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """As the resolvers know them, or what is wrong with them."""
        try:
            return VariableValues(sources={}, coerced=self.read(said))
        except Exception:
            return self._looked_at(said)

    def read(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Those that are as they should be; raises anything at others."""
        values: dict[str, Any] = {}
        for name, read, usual in self._declared:
            value = said.get(name, Undefined)
            if value is not Undefined:
                values[name] = read(value)
            elif usual is LEFT:
                raise FallbackToLibrary
            elif usual is not Undefined:
                values[name] = usual
        return values

    def _looked_at(self, said: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        try:
            return get_variable_values(
                self._schema,
                self._definitions,
                dict(said),
                max_errors=MAXIMUM_ERRORS,
                hide_suggestions=self._hides_suggestions,
            )
        except RecursionError:
            message = "The variables are nested too deep."
            return [GraphQLError(message, extensions={"code": "INVALID"})]


def _declared(schema: GraphQLSchema, definition: VariableDefinitionNode) -> tuple[str, Coerce, Any]:
    """Its name, its reader, and what it is when nothing is said."""
    signature = cast(GraphQLVariableSignature, get_variable_signature(schema, definition))
    return signature.name, coercer(signature.type), _usual(signature)


def _usual(signature: GraphQLVariableSignature) -> Any:
    if signature.default is None:
        return LEFT if is_non_null_type(signature.type) else Undefined
    # A list or an object would be one and the same for all who say nothing.
    is_leaf = is_leaf_type(get_nullable_type(signature.type))
    return coerce_default_value(signature) if is_leaf else LEFT
