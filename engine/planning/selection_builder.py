"""The selection builder: turns a document's selection into fields that plans can read."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from access.policy import NO_PRICES, PRICES, Audience, audience_of, scopes_text
from access.viewer import Viewer
from engine.permissions import required_permission
from engine.planning.argument_binding import ArgumentConverter, argument_binder
from engine.planning.field_collection import FieldCollector
from engine.sql.selection import Field
from engine.variables import variable_names
from errors import DomainError, Forbidden, LimitExceeded

MAXIMUM_FIELDS = 3_000
"""Fields of a plan, where a field of an interface counts once for each type that it may be read
from: they are planned in some 40 ms."""


class SelectionBuilder:
    """Builds fields of one document, for one set of directive values and a viewer's rights."""

    def __init__(
        self,
        schema: GraphQLSchema,
        collector: FieldCollector,
        viewer: Viewer,
        converter: ArgumentConverter,
    ) -> None:
        self._schema, self.collector, self._viewer = schema, collector, viewer
        self._converter = converter
        self.fields = 0
        """The number of fields that were built."""
        self._selections_by_nodes: dict[Hashable, Mapping[str, tuple[Field, ...]]] = {}

    def field(self, type_: GraphQLObjectType, key: str, nodes: Sequence[FieldNode]) -> Field:
        """Build a field of an object type from all nodes with its response key."""
        name = nodes[0].name.value
        if name == "__typename":
            return Field(key, name, type_.name, is_required=True, nodes=nodes)
        self.fields += 1
        if self.fields > MAXIMUM_FIELDS:
            raise LimitExceeded(
                f"Read from every type that they may belong to, these are more than"
                f" {MAXIMUM_FIELDS} fields. Select them of fewer types, or fewer of them."
            )
        definition = type_.fields[name]
        returned = definition.type
        is_required = is_non_null_type(returned)
        inner: Any = returned.of_type if is_non_null_type(returned) else returned
        is_list = is_list_type(inner)
        refusal = field_refusal(type_, name, self._viewer)
        return Field(
            key,
            name,
            type_.name,
            is_required=is_required,
            is_list=is_list,
            are_items_required=is_list and is_non_null_type(inner.of_type),
            arguments=argument_binder(definition, nodes[0], self._converter)
            if definition.args
            else None,
            has_variables=bool(variable_names(*(nodes[0].arguments or ()))),
            selections={} if refusal else self._selections(get_named_type(returned), nodes),
            refusal=refusal,
            nodes=nodes,
        )

    def _fields(
        self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode]
    ) -> tuple[Field, ...]:
        collected = self.collector.collect(type_, sets)
        return tuple(self.field(type_, key, nodes) for key, nodes in collected.items())

    def _selections(
        self, type_: Any, nodes: Sequence[FieldNode]
    ) -> Mapping[str, tuple[Field, ...]]:
        if is_leaf_type(type_):
            return {}
        # Types with the same selection share it, so that their SQL can be merged.
        key = (type_.name, *map(id, nodes))
        if key not in self._selections_by_nodes:
            sets = [node.selection_set for node in nodes if node.selection_set is not None]
            self._selections_by_nodes[key] = {
                possible.name: self._fields(possible, sets) for possible in self._possible(type_)
            }
        return self._selections_by_nodes[key]

    def _possible(
        self, type_: GraphQLObjectType | GraphQLInterfaceType
    ) -> Sequence[GraphQLObjectType]:
        if isinstance(type_, GraphQLObjectType):
            return [type_]
        return self._schema.get_possible_types(type_)


def field_refusal(type_: GraphQLObjectType, name: str, viewer: Viewer) -> DomainError | None:
    """Return the error if the viewer may not read the field, or None."""
    if not viewer.may_read(audience := _audience(type_, name)):
        return Forbidden(f"This field needs an API key with {scopes_text(audience)}.")
    if viewer.is_partner and name in PRICES.get(type_.name, ()):
        return Forbidden(NO_PRICES)
    required = required_permission(type_.fields[name])
    return None if required is None else required.refusal(viewer)


def _audience(type_: GraphQLObjectType, name: str) -> Audience:
    """Return the strictest audience of the field in the type and in its interfaces."""
    names = [type_.name, *(interface.name for interface in type_.interfaces)]
    return max((audience_of(type_name, name) for type_name in names), key=list(Audience).index)
