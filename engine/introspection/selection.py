"""The selection of a query on the schema itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
    get_named_type,
)

from engine.planning.field_collection import FieldCollector
from engine.variables import variable_names

META_FIELDS: Mapping[str, GraphQLField] = {
    "__schema": SchemaMetaFieldDef,
    "__type": TypeMetaFieldDef,
}
"""The root fields that ask about the schema."""


@dataclass(frozen=True, eq=False, slots=True)
class SelectedField:
    """A field that is selected of a part of the schema."""

    name: str
    """The response key and a colon, as JSON."""
    parent: str
    """The name of the type that has the field."""
    definition: GraphQLField | None
    """None for `__typename`."""
    node: FieldNode
    """The node that has the field's arguments."""
    selection: "tuple[SelectedField, ...]"
    """The fields that are selected of the value; empty for a leaf."""


class SelectionReader:
    """Reads what a document selects of the schema."""

    def __init__(self, collector: FieldCollector) -> None:
        self._collector = collector
        self._selections: dict[tuple[int, ...], tuple[SelectedField, ...]] = {}
        self.fields = 0
        """The number of fields that were read."""
        self.has_variables = False
        """Whether any of them has a variable in its arguments."""

    def root(self, key: str, nodes: Sequence[FieldNode]) -> SelectedField:
        """Read one of the root fields META_FIELDS from all nodes with its response key."""
        return self._field("Query", key, nodes, META_FIELDS[nodes[0].name.value])

    def _field(
        self, parent: str, key: str, nodes: Sequence[FieldNode], definition: GraphQLField | None
    ) -> SelectedField:
        self.fields += 1
        node = nodes[0]
        self.has_variables |= bool(node.arguments and variable_names(*node.arguments))
        name = orjson.dumps(key).decode() + ":"
        return SelectedField(name, parent, definition, node, self._selection(definition, nodes))

    def _selection(
        self, definition: GraphQLField | None, nodes: Sequence[FieldNode]
    ) -> tuple[SelectedField, ...]:
        type_: Any = None if definition is None else get_named_type(definition.type)
        if not isinstance(type_, GraphQLObjectType):
            return ()
        sets = [node.selection_set for node in nodes if node.selection_set is not None]
        collected = self._collector.collect(type_, sets)
        # Fields that spread the same fragments share their selection, and so what is rendered.
        identity = tuple(id(node) for group in collected.values() for node in group)
        if identity not in self._selections:
            self._selections[identity] = tuple(
                self._field(type_.name, key, group, type_.fields.get(group[0].name.value))
                for key, group in collected.items()
            )
        return self._selections[identity]
