"""The rendering of an answer about the schema as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    GraphQLSchema,
    get_argument_values,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_type,
)
from graphql.execution.values import VariableValues

from engine.introspection.selection import SelectedField
from engine.sql.response_budget import ResponseBudget
from errors import LimitExceeded

MAXIMUM_CHARACTERS = 1024 * 1024
"""Characters of an answer about the schema: the query of GraphiQL and other tools, which asks for
everything, takes a quarter of that."""
MAXIMUM_RENDERED = 20_000
"""Values of the schema that are rendered for a request, in some 30 ms; the query of tools takes
9,500. A type that is selected in the same way in several places is rendered once."""

NULL = "null"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered part of an answer."""

    text: str
    values: int
    """The number of values in it."""


class SchemaParts:
    """The schema, with its rendered leaf values: those never change, and are some ten thousand."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        """Resolvers of introspection get these parts as their info, and take this from it."""
        self.leaves: dict[tuple[Any, ...], Rendered] = {}


class AnswerRenderer:
    """Renders one answer."""

    def __init__(
        self, parts: SchemaParts, variables: VariableValues, budget: ResponseBudget
    ) -> None:
        self._parts: Any = parts
        self._variables, self._budget = variables, budget
        self._types: dict[tuple[int, int], Rendered] = {}

    def field(self, field: SelectedField, source: Any) -> Rendered:
        """Return a field's value. Raises GraphQLError for a wrong argument, and LimitExceeded."""
        self._budget.rendered += 1
        if self._budget.rendered > MAXIMUM_RENDERED:
            raise _too_large()
        if not field.selection:
            return self._leaf(field, source)
        return self._value(field, self._resolved(field, source))

    def _resolved(self, field: SelectedField, source: Any) -> Any:
        definition = field.definition
        assert definition is not None, "only a leaf has no definition"
        assert definition.resolve is not None, "all fields of introspection have a resolver"
        arguments: Mapping[str, Any] = {}
        if field.node.arguments:
            arguments = get_argument_values(definition, field.node, self._variables)
        return definition.resolve(source, self._parts, **arguments)

    def _leaf(self, field: SelectedField, source: Any) -> Rendered:
        key = (id(field.definition), field.parent, *_identity(source))
        leaf: Rendered | None = self._parts.leaves.get(key)
        if leaf is None:
            leaf = self._parts.leaves[key] = self._rendered_leaf(field, source)
        return leaf

    def _rendered_leaf(self, field: SelectedField, source: Any) -> Rendered:
        if field.definition is None:
            return _encoded(field.parent)
        value = self._resolved(field, source)
        if value is None:
            return Rendered(NULL, 1)
        type_: Any = get_named_type(field.definition.type)
        if is_list_type(get_nullable_type(field.definition.type)):
            return _encoded([type_.coerce_output_value(item) for item in value])
        return _encoded(type_.coerce_output_value(value))

    def _value(self, field: SelectedField, value: Any) -> Rendered:
        """Render an object, a list of objects, or null."""
        if value is None:
            return Rendered(NULL, 1)
        assert field.definition is not None, "only a leaf has no definition"
        if is_list_type(get_nullable_type(field.definition.type)):
            return _joined("[", [self._object(field.selection, item) for item in value], "]")
        return self._object(field.selection, value)

    def _object(self, selection: Sequence[SelectedField], source: Any) -> Rendered:
        if not is_type(source):
            return self._members(selection, source)
        key = (id(selection), id(source))
        rendered = self._types.get(key)
        if rendered is None:
            rendered = self._types[key] = self._members(selection, source)
        return rendered

    def _members(self, selection: Sequence[SelectedField], source: Any) -> Rendered:
        members = []
        for field in selection:
            value = self.field(field, source)
            members.append(Rendered(field.name + value.text, value.values))
        return _joined("{", members, "}")


def _identity(source: Any) -> tuple[Any, ...]:
    """Return what tells parts of the schema apart. Fields, arguments and values come as a pair of
    a name and a definition, in a new tuple for each call."""
    return (source[0], id(source[1])) if isinstance(source, tuple) else (id(source),)


def _encoded(value: Any) -> Rendered:
    return Rendered(orjson.dumps(value).decode(), len(value) if isinstance(value, list) else 1)


def _joined(begin: str, parts: Sequence[Rendered], end: str) -> Rendered:
    """Raise LimitExceeded before the text is made, which may be much longer than its parts."""
    if sum(len(part.text) for part in parts) > MAXIMUM_CHARACTERS:
        raise _too_large()
    text = begin + ",".join([part.text for part in parts]) + end
    return Rendered(text, 1 + sum(part.values for part in parts))


def _too_large() -> LimitExceeded:
    return LimitExceeded(
        f"An answer about the schema has at most {MAXIMUM_CHARACTERS} characters, and at most"
        f" {MAXIMUM_RENDERED} different values are read for one request. Ask for fewer fields."
    )
