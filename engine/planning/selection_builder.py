"""Plain selections, made of what a document asks and of what the asker may read."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from access.policy import NEEDED_SCOPES, Audience, audience_of
from access.scopes import Scope
from access.viewer import Viewer
from engine.planning.argument_binding import ArgumentConverter, bind_arguments
from engine.planning.field_collection import Collected, FieldCollector
from engine.planning.used_variables import used_variables
from engine.sql.selection import Field
from errors import DomainError, Forbidden


class SelectionBuilder:
    """For one document, one set of choices, and one viewer's rights."""

    def __init__(
        self,
        schema: GraphQLSchema,
        collecting: FieldCollector,
        viewer: Viewer,
        conversion: ArgumentConverter,
    ) -> None:
        self._schema, self._collecting, self._viewer = schema, collecting, viewer
        self._conversion = conversion
        self._known: dict[Hashable, Mapping[str, tuple[Field, ...]]] = {}

    def collected(self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> Collected:
        return self._collecting.fields(type_, sets)

    def field(self, type_: GraphQLObjectType, key: str, nodes: Sequence[FieldNode]) -> Field:
        """One field of an object, asked for by all of `nodes` together."""
        name = nodes[0].name.value
        if name == "__typename":
            return Field(key, name, type_.name, is_required=True, place=nodes)
        definition = type_.fields[name]
        returned = definition.type
        is_required = is_non_null_type(returned)
        inner: Any = returned.of_type if is_non_null_type(returned) else returned
        is_list = is_list_type(inner)
        refusal = self._refusal(type_, definition, name)
        return Field(
            key,
            name,
            type_.name,
            is_required=is_required,
            is_list=is_list,
            are_items_required=is_list and is_non_null_type(inner.of_type),
            arguments=bind_arguments(definition, nodes[0], self._conversion)
            if definition.args
            else None,
            has_variables=bool(used_variables(*(nodes[0].arguments or ()))),
            selections={} if refusal else self._selections(get_named_type(returned), nodes),
            refusal=refusal,
            place=nodes,
        )

    def _fields(
        self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode]
    ) -> tuple[Field, ...]:
        collected = self.collected(type_, sets)
        return tuple(self.field(type_, key, nodes) for key, nodes in collected.items())

    def _selections(
        self, type_: Any, nodes: Sequence[FieldNode]
    ) -> Mapping[str, tuple[Field, ...]]:
        if is_leaf_type(type_):
            return {}
        # What several types have in common is asked once, and so written once.
        key = (type_.name, *map(id, nodes))
        if key not in self._known:
            sets = [node.selection_set for node in nodes if node.selection_set is not None]
            self._known[key] = {one.name: self._fields(one, sets) for one in self._possible(type_)}
        return self._known[key]

    def _possible(
        self, type_: GraphQLObjectType | GraphQLInterfaceType
    ) -> Sequence[GraphQLObjectType]:
        if isinstance(type_, GraphQLObjectType):
            return [type_]
        return self._schema.get_possible_types(type_)

    def _refusal(
        self, type_: GraphQLObjectType, definition: GraphQLField, name: str
    ) -> DomainError | None:
        if not self._viewer.may_read(audience := _audience(type_, name)):
            needed = " and ".join(sorted(NEEDED_SCOPES[audience]))
            return Forbidden(f"This field needs an API key with {needed}.")
        scope = _scope(definition)
        if scope is not None and not self._viewer.has(scope):
            return Forbidden(f"This needs an API key with the scope {scope}.")
        return None


def _audience(type_: GraphQLObjectType, name: str) -> Audience:
    """The kinds of change stand under the name of what they have in common."""
    tables = [type_.name, *(one.name for one in type_.interfaces)]
    return max((audience_of(table, name) for table in tables), key=list(Audience).index)


def _scope(definition: GraphQLField) -> Scope | None:
    """Of a root field: the right that it asks for."""
    said = (definition.extensions or {}).get("strawberry-definition")
    scope: Scope | None = said.metadata.get("scope") if said is not None else None
    return scope
